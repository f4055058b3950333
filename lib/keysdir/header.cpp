#include "keysdir/header.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace keygen::keysdir {

namespace {
// ntpd reads the first line with fgets(3) into a buffer of MAXFILENAME (256) bytes, one of them for the final
// zero.
constexpr std::size_t MAX_FIRST_LINE_BYTES = 255;

constexpr std::string_view OWNER_LINE = "# owner: ";

// Of the comment that a file begins with.
std::optional<OwnerKind> owner_kind_of(std::string_view text) {
    while (text.starts_with('#')) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        if (!line.starts_with(OWNER_LINE))
            continue;
        const std::string_view kind = line.substr(OWNER_LINE.size());
        if (kind == "host")
            return OwnerKind::host;
        if (kind == "group")
            return OwnerKind::group;
    }
    return std::nullopt;
}
}  // namespace

std::string format_header(const FileName& name, UnixTime time, std::optional<OwnerKind> owner_kind) {
    const std::string owner =
        owner_kind ? fmt::format("{}{}\n", OWNER_LINE, *owner_kind == OwnerKind::group ? "group" : "host")
                   : "";
    return fmt::format("# {}\n# {}\n{}\n", name.text(), format_ctime(time), owner);
}

SecretBytes with_header(const FileName& name, UnixTime time, const SecretBytes& body,
                        std::optional<OwnerKind> owner_kind) {
    const std::string header = format_header(name, time, owner_kind);
    SecretBytes result(header.size() + body.size());
    const auto end = std::copy(header.begin(), header.end(), result.bytes().begin());
    std::copy(body.bytes().begin(), body.bytes().end(), end);
    return result;
}

std::optional<Filestamp> filestamp_as_ntpd_reads(std::string_view text) {
    const std::string_view line = text.substr(0, std::min(text.find('\n'), MAX_FIRST_LINE_BYTES));
    const auto dot = line.rfind('.');
    if (dot == std::string_view::npos)
        return std::nullopt;
    std::string_view number = line.substr(dot + 1);
    number.remove_prefix(std::min(number.find_first_not_of(" \t\v\f\r+"), number.size()));
    return Filestamp::parse(number.substr(0, number.find_first_not_of("0123456789")));
}

std::optional<Header> parse_header(std::string_view text) {
    if (!text.starts_with('#'))
        return std::nullopt;
    std::string_view line = text.substr(0, std::min(text.find('\n'), MAX_FIRST_LINE_BYTES));
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    line.remove_prefix(1);
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));

    Header header{std::string(line), FileName::parse(line), std::nullopt, owner_kind_of(text)};
    if (const auto dot = line.rfind('.'); dot != std::string_view::npos)
        header.filestamp = Filestamp::parse(line.substr(dot + 1));
    return header;
}

FileName require_header(std::string_view text) {
    if (text.empty())
        throw Error(ErrorCode::bad_file, "the file is empty");
    const auto header = parse_header(text);
    if (!header || !header->name) {
        const std::string found =
            header ? fmt::format(" but \"# {}\"", escaped(header->first_line.substr(0, 60))) : "";
        throw Error(ErrorCode::bad_file,
                    fmt::format("line 1 is not \"# ntpkey_<type>_<owner>.<filestamp>\"{}", found));
    }
    return *header->name;
}

}  // namespace keygen::keysdir

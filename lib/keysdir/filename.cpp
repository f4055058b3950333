#include "keysdir/filename.hpp"

#include <keygen/error.hpp>
#include <keygen/keysdir.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace keygen::keysdir {

namespace {

constexpr std::string_view PREFIX = "ntpkey_";

// Splits "ntpkey_<head>_<tail>" at the first underscore after the prefix.
std::optional<std::pair<std::string_view, std::string_view>> split(std::string_view text) {
    // Names also come out of files from elsewhere: one that leaves the directory or cannot be shown is none.
    const bool is_one_name = std::none_of(text.begin(), text.end(),
                                          [](unsigned char c) { return c == '/' || c < ' ' || c == 0x7f; });
    if (!is_one_name || !text.starts_with(PREFIX))
        return std::nullopt;
    text.remove_prefix(PREFIX.size());
    const auto underscore = text.find('_');
    if (underscore == std::string_view::npos || underscore == 0 || underscore + 1 == text.size())
        return std::nullopt;
    return std::pair{text.substr(0, underscore), text.substr(underscore + 1)};
}

}  // namespace

std::string FileName::text() const {
    return fmt::format("{}{}_{}.{}", PREFIX, type, owner, filestamp.value());
}

std::optional<FileName> FileName::parse(std::string_view text) {
    const auto parts = split(text);
    if (!parts)
        return std::nullopt;
    const auto [type, rest] = *parts;
    const auto dot = rest.rfind('.');
    if (dot == std::string_view::npos || dot == 0)
        return std::nullopt;
    const auto filestamp = Filestamp::parse(rest.substr(dot + 1));
    // Leading zeros would make two names of one file: what is parsed has to be what text() gives.
    if (!filestamp || filestamp->text() != rest.substr(dot + 1))
        return std::nullopt;
    return FileName{std::string(type), std::string(rest.substr(0, dot)), *filestamp};
}

std::string LinkName::text() const {
    return fmt::format("{}{}_{}", PREFIX, key, owner);
}

std::optional<LinkName> LinkName::parse(std::string_view text) {
    const auto parts = split(text);
    if (!parts || std::find(link_kinds().begin(), link_kinds().end(), parts->first) == link_kinds().end())
        return std::nullopt;
    return LinkName{std::string(parts->first), std::string(parts->second)};
}

bool is_private_type(std::string_view type) {
    const auto key = link_key_of(type);
    return !key || !(key == "cert" || key == "iffpar" || key == "gqpar" || key == "iff" || key == "gq");
}

const std::vector<std::string_view>& link_kinds() {
    static const std::vector<std::string_view> keys = {"host",  "sign", "cert",   "iffkey", "gqkey",
                                                       "mvkey", "mvta", "iffpar", "gqpar",  "mvpar",
                                                       "iff",   "gq",   "mv"};
    return keys;
}

std::string family_of(std::string_view link_key) {
    for (const std::string_view scheme : {"iff", "gq", "mv"}) {
        if (link_key.starts_with(scheme))
            return std::string(scheme);
    }
    return std::string(link_key);
}

std::optional<std::string> link_key_of(std::string_view type) {
    using Entry = std::pair<std::string_view, std::string_view>;
    static constexpr std::array<Entry, 10> TYPES = {{{"RSAhost", "host"},
                                                     {"RSAsign", "sign"},
                                                     {"DSAsign", "sign"},
                                                     {"IFFkey", "iffkey"},
                                                     {"IFFpar", "iffpar"},
                                                     {"GQkey", "gqkey"},
                                                     {"GQpar", "gqpar"},
                                                     {"MVta", "mvta"},
                                                     {"MVkey", "mvkey"},
                                                     {"MVpar", "mvpar"}}};
    for (const auto& [known, key] : TYPES) {
        if (type == known)
            return std::string(key);
    }
    if (type.ends_with("cert") && type != "cert")
        return "cert";
    const bool is_numbered_client =
        type.size() > 5 && type.starts_with("MVpar") &&
        std::all_of(type.begin() + 5, type.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (is_numbered_client)
        return "mvpar";
    // What ntp-keygen -e prints names itself in lower case; such a file is what its link would be.
    const auto same = std::find(link_kinds().begin(), link_kinds().end(), type);
    return same == link_kinds().end() ? std::nullopt : std::optional<std::string>(*same);
}

std::string_view last_component(std::string_view path) {
    const auto slash = path.rfind('/');
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace keygen::keysdir

namespace keygen {

void require_usable_owner(std::string_view owner, std::string_view what) {
    const auto refuse = [&](std::string_view why) {
        throw Error(ErrorCode::bad_request, fmt::format("{} \"{}\" {}", what, escaped(owner), why));
    };
    if (owner.empty())
        refuse("is empty");
    if (owner.size() > MAX_OWNER_BYTES)
        throw Error(ErrorCode::bad_request, fmt::format("{} of {} bytes; file names leave room for {}", what,
                                                        owner.size(), MAX_OWNER_BYTES));
    if (owner.front() == '.')
        refuse("starts with a dot");
    for (const char raw : owner) {
        const auto c = static_cast<unsigned char>(raw);
        if (c == '/')
            refuse("holds a slash");
        if (c == '@')
            refuse("holds an @");
        if (c <= ' ' || c == 0x7f)
            refuse("holds white space or a control character");
    }
    if (escaped(owner).find("\\x") != std::string::npos && owner.find("\\x") == std::string_view::npos)
        refuse("is not UTF-8");
}

}  // namespace keygen

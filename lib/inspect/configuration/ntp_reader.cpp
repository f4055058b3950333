#include "inspect/configuration/ntp_reader.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "inspect/configuration/file_probe.hpp"

namespace keygen::inspection {

namespace {

using Kind = NtpToken::Kind;

// ntp_scanner.h: MAXINCLUDELEVEL.
constexpr std::size_t MAX_INCLUDE_LEVEL = 5;
// Files that include themselves several times over would be read for hours, by ntpd as well.
constexpr std::size_t MAX_INCLUDED_FILES = 1000;

std::string folder_of(const std::string& path) {
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? "." : path.substr(0, slash);
}

std::vector<std::string> conf_files_in(const std::string& path) {
    std::vector<std::string> names;
    std::error_code failed;
    for (std::filesystem::directory_iterator entry(path, failed), end; !failed && entry != end;
         entry.increment(failed)) {
        std::string name = entry->path().filename().string();
        if (name.ends_with(".conf"))
            names.push_back(std::move(name));
    }
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace

void NtpReader::read(const std::string& path, std::string_view text) {
    read_text(path, text, 1);
    if (!is_ntpsec() || settings_.ends)
        return;
    // NTPsec reads a directory beside its configuration, and nobody has to ask for it.
    is_over_ = false;
    const std::string directory = folder_of(path) + "/ntp.d";
    std::error_code ignored;
    if (std::filesystem::is_directory(directory, ignored) || is_closed_directory(directory))
        include_directory({path}, directory, 1);
}

void NtpReader::read_text(const std::string& path, std::string_view text, std::size_t level) {
    File file{path};
    while (!text.empty() && !is_over_) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        ++file.line;
        read_line(file, line, level);
    }
}

void NtpReader::read_line(File& file, std::string_view text, std::size_t level) {
    const NtpLine line(text, settings_.daemon);
    if (line.is_too_long()) {
        findings_.add("conf-syntax", Severity::critical, file.path, file.line,
                      fmt::format("a word of over 1024 bytes, on which {} ends", name_of(settings_.daemon)),
                      "");
        log(fmt::format("configuration item on line {} longer than limit of 50, began with '...'", file.line),
            true);
        settings_.ends = is_over_ = true;
        return;
    }
    const std::span<const NtpToken> tokens(line.tokens());
    for (std::size_t next = 0; next < tokens.size() && !is_over_;) {
        NtpStatement statement(settings_, findings_, {file.path, file.line});
        const bool is_crypto = tokens[next].is_keyword("crypto");
        const std::size_t count = statement.read(tokens.subspan(next), is_first_);
        next += count;
        silence_ -= std::min(silence_, count);
        is_first_ = false;
        if (tokens[next].column) {
            file.word_line = file.line;
            file.word_column = *tokens[next].column;
        }
        if (statement.ends_reading()) {
            end_unexpectedly(file);
            return;
        }
        if (statement.has_failed()) {
            report_error(file, statement, tokens[next], is_crypto);
            while (tokens[next].kind != Kind::end)
                ++next;
            file.word_column = tokens[next].column.value_or(file.word_column);
            log(fmt::format("syntax error in {} line {}, column {}", file.path, file.error_line,
                            file.error_column));
        }
        ++next;
        silence_ -= std::min<std::size_t>(silence_, 1);
        for (const std::string& name : statement.includes())
            include(file, name, level);
    }
}

void NtpReader::report_error(File& file, const NtpStatement& statement, const NtpToken& token,
                             bool is_crypto) {
    if (silence_ == 0) {
        file.error_line = file.word_line;
        file.error_column = file.word_column;
        const std::string& expected = statement.expected();
        const std::string detail =
            is_ntpsec() ? std::string()
                        : fmt::format(", unexpected {}{}", token.name(),
                                      expected.empty() ? std::string() : ", expecting " + expected);
        log(fmt::format("line {} column {} syntax error{}", file.error_line, file.error_column, detail));
    }
    silence_ = 3;
    const std::string daemon = is_ntpsec() ? "NTPsec" : "ntpd";
    // What follows a password in a crypto statement is often a part of it.
    const std::string what =
        token.kind == Kind::end ? "misses a word at the end of the line"
        : is_crypto ? fmt::format("does not understand the word at column {} of the crypto statement",
                                  token.column.value_or(0))
                    : fmt::format("does not understand {}", keygen::escaped(token.text).substr(0, 40));
    std::string cause =
        fmt::format("{} {} and {}", daemon, what,
                    statement.is_applied() ? "keeps what stands before it" : "drops the statement");
    if (is_ntpsec() && token.text == "crypto")
        cause += ": it has no Autokey";
    findings_.add("conf-syntax", Severity::critical, file.path, file.line, std::move(cause), "");
}

// `end` makes an end of the newline as well that the grammar wants behind it.
void NtpReader::end_unexpectedly(File& file) {
    if (silence_ == 0)
        log(fmt::format("line {} column {} syntax error{}", file.word_line, file.word_column,
                        is_ntpsec() ? "" : ", unexpected $end, expecting T_EOC"));
    is_over_ = true;
}

// ntpd seeks a relative path where it runs, NTPsec beside the file that names it.
void NtpReader::include(const File& file, const std::string& name, std::size_t level) {
    if (is_over_)
        return;
    if (level > MAX_INCLUDE_LEVEL) {
        log(is_ntpsec() ? "Maximum include file level exceeded."
                        : "getconfig: Maximum include file level exceeded.");
        findings_.add("conf-include", Severity::critical, file.path, file.line,
                      fmt::format("more levels of included files than {} follows", name_of(settings_.daemon)),
                      "");
        return;
    }
    const bool is_beside = is_ntpsec() && !name.starts_with('/');
    const std::string path = is_beside ? folder_of(file.path) + "/" + name : name;
    std::error_code ignored;
    if (is_ntpsec() && std::filesystem::is_directory(path, ignored)) {
        if (!include_directory(file, path, level))
            log(fmt::format("Couldn't open <{}>", name));
        return;
    }
    if (!include_file(file, path, level))
        log(fmt::format("{}Couldn't open <{}>", is_ntpsec() ? "" : "getconfig: ", name));
}

bool NtpReader::include_directory(const File& file, const std::string& path, std::size_t level) {
    if (is_closed_directory(path)) {
        settings_.is_incomplete = true;
        findings_.add(
            "conf-include", Severity::warning, file.path, file.line,
            fmt::format("this user cannot read {}, so its files are left out", keygen::escaped(path)), "");
        return true;
    }
    const std::vector<std::string> names = conf_files_in(path);
    // All of them wait on the scanner's stack, whose height is limited.
    for (std::size_t i = 0; i < names.size() && !is_over_; ++i) {
        const std::string inner = path + "/" + names[i];
        std::error_code ignored;
        if (std::filesystem::is_directory(inner, ignored))
            include_directory(file, inner, level + (names.size() - i) - 1);
        else
            include_file(file, inner, level + (names.size() - i) - 1);
    }
    return !names.empty();
}

bool NtpReader::include_file(const File& file, const std::string& path, std::size_t level) {
    if (++files_ > MAX_INCLUDED_FILES) {
        if (files_ == MAX_INCLUDED_FILES + 1)
            findings_.add(
                "conf-include", Severity::critical, file.path, file.line,
                fmt::format("more than {} included files; the rest is not read", MAX_INCLUDED_FILES), "");
        return true;
    }
    const FileProbe probed = probe(path);
    if (probed.state == FileProbe::State::present) {
        read_text(path, probed.content.text(), level + 1);
        return true;
    }
    if (probed.state == FileProbe::State::unknown) {
        settings_.is_incomplete = true;
        findings_.add("conf-include", Severity::warning, file.path, file.line,
                      fmt::format("{}: {}; it is left out here", keygen::escaped(path), probed.cause), "");
        return true;
    }
    findings_.add("conf-include", Severity::critical, file.path, file.line,
                  fmt::format("{}: cannot read: {}", keygen::escaped(path), probed.cause), "");
    if (is_ntpsec())
        log(fmt::format("failed to open '{}': {}", path, probed.cause));
    return false;
}

void NtpReader::log(std::string_view text, bool is_last) {
    settings_.log.push_back({fmt::format("{}{}", is_ntpsec() ? "CONFIG: " : "", text), is_last});
}

}  // namespace keygen::inspection

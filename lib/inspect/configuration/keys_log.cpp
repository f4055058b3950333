#include "inspect/configuration/keys_log.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace keygen::inspection {

namespace {

// libntp/authreadkeys.c: nerr_loglimit and nerr_maxlimit.
constexpr std::size_t LOGGED_ERRORS = 5;
constexpr std::size_t MAX_ERRORS = 15;

/// The first word of each line, where it is a number.
class Lines {
  public:
    explicit Lines(std::string_view text) {
        while (!text.empty()) {
            const std::string_view line = text.substr(0, text.find('\n'));
            text.remove_prefix(std::min(line.size() + 1, text.size()));
            lines_.push_back(line);
        }
    }

    [[nodiscard]] std::string id(std::size_t line) const {
        std::string_view text = line >= 1 && line <= lines_.size() ? lines_[line - 1] : std::string_view();
        text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
        text = text.substr(0, text.find_first_of(" \t\r#"));
        const bool is_number =
            !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
        return is_number ? std::string(text) : "...";
    }

  private:
    std::vector<std::string_view> lines_;
};

// ntpd's sentence about a line; empty where it has none.
std::string ntp_sentence(const KeysFinding& finding, const std::string& id, Daemon daemon) {
    const bool is_ntpsec = daemon == Daemon::ntpsec;
    if (finding.id == "bad-id" || finding.id == "byte-order-mark")
        return fmt::format("cannot change key {}", id);
    if (finding.id == "id-out-of-range")
        return fmt::format("key {} > 65535 reserved{}", id, is_ntpsec ? "" : " for Autokey");
    if (finding.id == "missing-type")
        return fmt::format("no key type for key {}", id);
    if (finding.id == "unknown-type")
        return is_ntpsec ? fmt::format("unknown auth type {}, ...", id)
                         : fmt::format("invalid type for key {}", id);
    if (finding.id == "missing-key")
        return fmt::format("no key for key {}", id);
    if (finding.id == "bad-access-list")
        return fmt::format("invalid IP address <...> for key {}", id);
    return fmt::format("invalid hex digit for key {}", id);  // bad-hex, and what spoils the digits
}

std::vector<std::string> ntpd_log(const KeysFile& file, const Lines& lines, const std::string& path) {
    std::vector<std::string> log;
    std::size_t errors = 0;
    for (const KeysFinding& finding : file.findings) {
        if (finding.severity != KeysFinding::Severity::error || finding.id == "file-refused")
            continue;
        const bool is_counted = finding.id != "unknown-type";
        errors += is_counted ? 1 : 0;
        if (!is_counted || errors <= LOGGED_ERRORS)
            log.push_back("authreadkeys: " + ntp_sentence(finding, lines.id(finding.line), Daemon::ntpd));
        if (errors > MAX_ERRORS)
            break;
    }
    if (errors > 0)
        log.push_back(fmt::format("authreadkeys: rejecting file '{}' after {} error(s){}", path, errors,
                                  errors > MAX_ERRORS ? " (emergency break)" : ""));
    return log;
}

std::vector<std::string> ntpsec_log(const KeysFile& file, const Lines& lines, const std::string& path) {
    std::vector<std::string> log = {fmt::format("AUTH: authreadkeys: reading {}", path)};
    for (const KeysFinding& finding : file.findings) {
        if (finding.severity == KeysFinding::Severity::error)
            log.push_back("AUTH: authreadkeys: " +
                          ntp_sentence(finding, lines.id(finding.line), Daemon::ntpsec));
    }
    const auto replaced =
        std::count_if(file.findings.begin(), file.findings.end(),
                      [](const KeysFinding& finding) { return finding.id == "duplicate-id"; });
    log.push_back(fmt::format("AUTH: authreadkeys: added {} keys",
                              file.keys.size() + static_cast<std::size_t>(replaced)));
    return log;
}

std::vector<std::string> chrony_log(const KeysFile& file, const Lines& lines, const std::string& path) {
    std::vector<std::string> log;
    std::vector<std::string> duplicates;
    for (const KeysFinding& finding : file.findings) {
        const std::string id = lines.id(finding.line);
        if (finding.id == "duplicate-id")
            duplicates.push_back(fmt::format("Detected duplicate key {}", id));
        else if (finding.severity != KeysFinding::Severity::error)
            continue;
        else if (finding.id == "unknown-type")
            log.push_back(fmt::format("Invalid type in key {}", id));
        else if (finding.id == "bad-hex" || finding.id == "odd-hex")
            log.push_back(fmt::format("Could not decode key {}", id));
        else if (finding.id == "cmac-length")
            log.push_back(fmt::format("Invalid length of ... key {} (expected ... bits)", id));
        else
            log.push_back(fmt::format("Could not parse key at line {} in file {}", finding.line, path));
    }
    log.insert(log.end(), duplicates.begin(), duplicates.end());
    return log;
}

}  // namespace

Dialect dialect_of(Daemon daemon) {
    return daemon == Daemon::chrony   ? Dialect::chrony
           : daemon == Daemon::ntpsec ? Dialect::ntpsec
                                      : Dialect::ntpd;
}

std::vector<std::string> log_of_keys_file(const KeysFile& file, std::string_view text, Daemon daemon,
                                          const std::string& path) {
    const Lines lines(text);
    switch (daemon) {
        case Daemon::ntpd:
            return ntpd_log(file, lines, path);
        case Daemon::ntpsec:
            return ntpsec_log(file, lines, path);
        case Daemon::chrony:
            return chrony_log(file, lines, path);
    }
    return {};
}

}  // namespace keygen::inspection

#include "inspect/configuration/detect_daemon.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "inspect/configuration/chrony_words.hpp"
#include "inspect/configuration/ntp_words.hpp"

namespace keygen::inspection {

namespace {

using Words = std::vector<std::string_view>;

bool has(const Words& words, std::string_view wanted) {
    return std::find(words.begin(), words.end(), wanted) != words.end();
}

// NTPsec may name a unit or options behind the driver; chrony wants the device there.
bool is_ntpsec_refclock(const Words& words) {
    return words.size() <= 2 || find_ntp_keyword(words[2], Daemon::ntpsec) != nullptr;
}

// What a line says about whose it is; nothing for one that several daemons understand.
std::optional<Daemon> owner_of(const Words& words) {
    const std::string first = to_lower(words[0]);
    const bool is_source = first == "server" || first == "peer" || first == "pool";
    if (first == "refclock")
        return is_ntpsec_refclock(words) ? Daemon::ntpsec : Daemon::chrony;
    const bool is_ntpd = is_ntp_statement(first, Daemon::ntpd);
    const bool is_ntpsec = is_ntp_statement(first, Daemon::ntpsec);
    if (is_chrony_directive(first) && !is_ntpd && !is_ntpsec)
        return Daemon::chrony;
    if (is_ntpsec && !is_ntpd)
        return Daemon::ntpsec;
    if (first == "crypto" || first == "keysdir" || (is_source && has(words, "autokey")))
        return Daemon::ntpd;
    return std::nullopt;
}

}  // namespace

Daemon detect_daemon(const std::string& path, std::string_view text) {
    const auto slash = path.rfind('/');
    const std::string_view name = std::string_view(path).substr(slash == std::string::npos ? 0 : slash + 1);
    if (name.find("chrony") != std::string_view::npos)
        return Daemon::chrony;
    if (name.find("ntpsec") != std::string_view::npos)
        return Daemon::ntpsec;
    bool is_ntp = name == "ntp.conf";
    bool has_nts = false;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        const Words words = split_chrony_line(line);
        if (words.empty())
            continue;
        if (const auto owner = owner_of(words); owner && !(is_ntp && *owner == Daemon::chrony))
            return *owner;
        is_ntp = is_ntp || (is_ntp_statement(words[0], Daemon::ntpd) && !is_chrony_directive(words[0]));
        has_nts = has_nts || has(words, "nts");
    }
    if (has_nts)  // on a source, where chrony knows it as well
        return is_ntp ? Daemon::ntpsec : Daemon::chrony;
    // Debian's /etc/ntpsec/ntp.conf.
    const bool is_ntpsec_directory =
        path.find("/ntpsec/") != std::string::npos || path.starts_with("ntpsec/");
    return is_ntpsec_directory ? Daemon::ntpsec : Daemon::ntpd;
}

}  // namespace keygen::inspection

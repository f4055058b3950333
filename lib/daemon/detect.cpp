#include "daemon/detect.hpp"

#include <algorithm>

#include "daemon/words.hpp"
#include "keysdir/filename.hpp"

namespace keygen::daemon {

namespace {

// First words of lines that only one of the daemons has; of those, the common ones.
constexpr std::string_view CHRONY =
    "keyfile makestep rtcsync confdir sourcedir maxupdateskew logdir leapsectz allow local cmdallow "
    "hwtimestamp "
    "bindcmdaddress ntsdumpdir ntsservercert ntsserverkey ntstrustedcerts minsources dumpdir";
constexpr std::string_view NTPD = "crypto keysdir broadcastclient manycastclient autokey";
constexpr std::string_view NTP = "restrict tos tinker statistics filegen keys trustedkey controlkey disable";

/// Which daemons' words a text has.
struct Signs {
    bool chrony = false, ntpd = false, ntp = false, ntpsec = false, nts = false, toml = false;
};

Signs signs_of(std::string_view text) {
    Signs signs;
    for_each_line(text, [&](std::string_view line, std::size_t) {
        const auto words = split_chrony_line(line);
        if (words.empty())
            return;
        const std::string first = to_lower(words[0]);
        const auto has = [&](std::string_view word) {
            return std::find(words.begin(), words.end(), word) != words.end();
        };
        signs.chrony |= is_among(first, CHRONY);
        signs.ntpd |= is_among(first, NTPD) || has("autokey");
        signs.ntp |= is_among(first, NTP);
        signs.ntpsec |= first == "nts" || (first == "refclock" && has("unit"));
        signs.nts |= has("nts");
        signs.toml |= first.starts_with("[");
    });
    return signs;
}

}  // namespace

Daemon detect_daemon(const std::string& path, std::string_view text) {
    const std::string_view name = keysdir::last_component(path);
    if (name.find("chrony") != std::string_view::npos)
        return Daemon::chrony;
    if (name.ends_with(".toml"))
        return Daemon::ntpd_rs;
    const Signs signs = signs_of(text);
    if (signs.toml)
        return Daemon::ntpd_rs;
    if (signs.ntpd)
        return Daemon::ntpd;
    if (signs.ntpsec || name.find("ntpsec") != std::string_view::npos)
        return Daemon::ntpsec;
    const bool is_ntp = name == "ntp.conf" || signs.ntp;
    if (signs.chrony && !is_ntp)
        return Daemon::chrony;
    if (signs.nts)  // on a source, where chrony knows it as well
        return is_ntp ? Daemon::ntpsec : Daemon::chrony;
    // Debian's /etc/ntpsec/ntp.conf.
    const bool is_ntpsec_directory =
        path.find("/ntpsec/") != std::string::npos || path.starts_with("ntpsec/");
    return is_ntpsec_directory ? Daemon::ntpsec : Daemon::ntpd;
}

}  // namespace keygen::daemon

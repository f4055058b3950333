#include <keygen/configuration.hpp>

#include <keygen/error.hpp>

#include <fmt/format.h>

namespace keygen {

std::string_view name_of(Daemon daemon) {
    switch (daemon) {
        case Daemon::ntpd:
            return "ntpd";
        case Daemon::ntpsec:
            return "ntpsec";
        case Daemon::chrony:
            return "chrony";
        case Daemon::ntpd_rs:
            return "ntpd-rs";
    }
    return "unknown";
}

Daemon parse_daemon(std::string_view name) {
    for (const auto daemon : {Daemon::ntpd, Daemon::ntpsec, Daemon::chrony, Daemon::ntpd_rs}) {
        if (name == name_of(daemon))
            return daemon;
    }
    throw Error(ErrorCode::bad_request,
                fmt::format("unknown daemon \"{}\": ntpd, ntpsec, chrony or ntpd-rs", escaped(name)));
}

std::string_view name_of(ExpectedFile::Outcome outcome) {
    using enum ExpectedFile::Outcome;
    switch (outcome) {
        case loaded:
            return "loaded";
        case absent:
            return "absent";
        case missing:
            return "missing";
        case refused:
            return "refused";
        case unknown:
            return "unknown";
    }
    return "unknown";
}

std::string_view name_of(Association::Authentication authentication) {
    using enum Association::Authentication;
    switch (authentication) {
        case none:
            return "none";
        case symmetric:
            return "symmetric";
        case autokey:
            return "autokey";
        case nts:
            return "nts";
    }
    return "unknown";
}

std::string_view name_of(Association::Verdict verdict) {
    using enum Association::Verdict;
    switch (verdict) {
        case open:
            return "open";
        case verifies:
            return "verifies";
        case depends:
            return "depends";
        case fails:
            return "fails";
        case unknown:
            return "unknown";
    }
    return "unknown";
}

}  // namespace keygen

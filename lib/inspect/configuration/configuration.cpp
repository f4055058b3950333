#include <keygen/configuration.hpp>

#include <keygen/error.hpp>

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

#include "inspect/configuration/startup.hpp"

namespace keygen {

using namespace inspect_room;

std::string_view name_of(Daemon daemon) {
    switch (daemon) {
        case Daemon::ntpd:
            return "ntpd";
        case Daemon::ntpsec:
            return "ntpsec";
        case Daemon::chrony:
            return "chrony";
    }
    return "unknown";
}

Daemon parse_daemon(std::string_view name) {
    for (const auto daemon : {Daemon::ntpd, Daemon::ntpsec, Daemon::chrony}) {
        if (name == name_of(daemon))
            return daemon;
    }
    throw Error(ErrorCode::bad_request,
                fmt::format("unknown daemon \"{}\": ntpd, ntpsec or chrony", quoted(name)));
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
    }
    return "unknown";
}

namespace {

void inspect_files(ConfigurationReport& report, const Settings& settings,
                   const ConfigurationRequest& request) {
    InspectRequest inspection;
    inspection.host_name = report.host;
    inspection.now = request.now;
    inspection.warn_days = request.warn_days;
    const SecretBytes default_password(report.host);
    if (settings.has_crypto) {
        inspection.paths.push_back(report.keysdir);
        if (!report.host.empty() || settings.password)
            inspection.password = settings.password ? &*settings.password : &default_password;
    }
    struct stat status {};
    if (!report.keys_path.empty() && ::stat(report.keys_path.c_str(), &status) == 0)
        inspection.paths.push_back(report.keys_path);
    inspection.dialect = report.daemon == Daemon::chrony   ? Dialect::chrony
                         : report.daemon == Daemon::ntpsec ? Dialect::ntpsec
                                                           : Dialect::ntpd;
    if (!inspection.paths.empty())
        report.inspected = inspect(inspection);
}

}  // namespace

ConfigurationReport inspect_configuration(const ConfigurationRequest& request) {
    Findings findings;
    Settings settings = read_configuration(request, findings);
    ConfigurationReport report;
    report.path = request.path;
    report.daemon = settings.daemon;
    report.log = std::move(settings.log);
    report.ends_at_start = settings.ends;
    report.associations = std::move(settings.associations);
    report.trusted_keys = std::move(settings.trusted_keys);
    report.keys_path = settings.keys_path;
    report.has_password = settings.password.has_value();
    if (settings.daemon == Daemon::ntpd) {
        report.keysdir = settings.keysdir.value_or(request.default_keysdir);
        if (settings.has_crypto) {
            report.host = settings.host.value_or(request.host_name);
            report.ident = settings.ident.value_or(report.host);
        }
    }
    inspect_files(report, settings, request);
    if (settings.has_crypto && settings.daemon == Daemon::ntpd)
        start_autokey(report, settings, request, findings);
    if (!report.ends_at_start)
        start_symmetric(report, request, findings);
    if (settings.daemon == Daemon::ntpd)
        judge_autokey(report, settings, request, findings);
    const bool is_silent =
        !settings.has_crypto && report.keys_path.empty() &&
        std::all_of(report.associations.begin(), report.associations.end(), [](const auto& association) {
            return association.authentication == Association::Authentication::none;
        });
    if (is_silent)
        findings.add("conf-nothing", report.path,
                     "no crypto line, no keys and no nts: nothing is authenticated",
                     "keygen -M --key-type AES128CMAC");
    report.findings = findings.take();
    return report;
}

}  // namespace keygen

#include <keygen/configuration.hpp>

#include <keygen/error.hpp>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "inspect/configuration/file_probe.hpp"
#include "inspect/configuration/keys_log.hpp"
#include "inspect/configuration/startup.hpp"

namespace keygen {

using namespace inspection;

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
                fmt::format("unknown daemon \"{}\": ntpd, ntpsec or chrony", escaped(name)));
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

namespace inspection {

void Startup::log(std::string text, bool is_last) {
    if (is_certain)
        report.log.push_back({std::move(text), is_last});
}

void Startup::end() {
    report.ends_at_start = true;
    if (is_certain && !report.log.empty())
        report.log.back().is_last = true;
}

void Startup::leave_open(const std::string& purpose, const std::string& path, const std::string& cause) {
    report.files.push_back({purpose, path, ExpectedFile::Outcome::unknown, cause});
    const std::string directory = path.substr(0, std::max<std::size_t>(path.rfind('/'), 1));
    const bool is_directory = path.find('/') != std::string::npos && is_closed_directory(directory);
    if (is_directory && findings.has("conf-file-unreadable", directory))
        return;
    std::string options = fmt::format("--daemon {}", name_of(report.daemon));
    if (settings.has_crypto && !settings.host)
        options += fmt::format(" --host {}", shell_word(report.host));
    if (settings.has_crypto && !settings.keysdir)
        options += fmt::format(" --default-keysdir {}", shell_word(report.keysdir));
    findings.add("conf-file-unreadable", is_directory ? directory : path,
                 fmt::format("{}: nothing is known about the {}", cause,
                             is_directory ? "files that the daemon opens there" : purpose),
                 fmt::format("sudo keyinspect {} --ntp-conf {}", options, shell_word(report.path)));
}

}  // namespace inspection

namespace {

bool is_closed_to_user(const Finding& finding) {
    return finding.id == "unreadable" && ::access(finding.path.c_str(), R_OK) != 0 && errno == EACCES;
}

// The daemon has other rights than this user: what it may read is not unreadable, and what was not seen is
// not missing.
void allow_for_rights(std::vector<Finding>& findings) {
    bool is_partial = false;
    for (Finding& finding : findings) {
        if (!is_closed_to_user(finding))
            continue;
        finding.severity = Severity::warning;
        is_partial = true;
    }
    if (!is_partial)
        return;
    std::erase_if(findings, [](const Finding& finding) {
        return finding.id == "host-key-missing" || finding.id == "certificate-missing" ||
               finding.id == "identity-missing";
    });
    std::stable_sort(findings.begin(), findings.end(),
                     [](const Finding& a, const Finding& b) { return a.severity > b.severity; });
}

// What this user may not look into has findings of its own.
void inspect_files(ConfigurationReport& report, const Settings& settings,
                   const ConfigurationRequest& request) {
    InspectRequest inspection;
    inspection.host_name = report.host;
    inspection.now = request.now;
    inspection.warn_days = request.warn_days;
    const SecretBytes default_password(report.host);
    struct stat status {};
    if (!report.host.empty() && !is_closed_directory(report.keysdir)) {
        inspection.paths.push_back(report.keysdir);
        inspection.password = settings.password ? &*settings.password : &default_password;
    }
    if (!report.keys_path.empty() && ::stat(report.keys_path.c_str(), &status) == 0 &&
        ::access(report.keys_path.c_str(), R_OK) == 0)
        inspection.paths.push_back(report.keys_path);
    inspection.dialect = dialect_of(report.daemon);
    if (inspection.paths.empty())
        return;
    report.inspected = inspect(inspection);
    allow_for_rights(report.inspected.findings);
}

bool authenticates_nothing(const ConfigurationReport& report, const Settings& settings) {
    return !settings.has_crypto && !settings.is_incomplete && report.keys_path.empty() &&
           std::all_of(report.associations.begin(), report.associations.end(), [](const auto& association) {
               return association.authentication == Association::Authentication::none;
           });
}

// A daemon that ended has no associations.
void end_associations(Startup& startup) {
    for (Association& association : startup.report.associations) {
        association.verdict = Association::Verdict::fails;
        association.explanation = "the daemon ends before it gets here";
    }
}

// Where a file could not be read, a daemon that goes on from there is no more than possible.
void leave_associations_open(Startup& startup) {
    for (Association& association : startup.report.associations) {
        if (association.verdict == Association::Verdict::depends ||
            association.verdict == Association::Verdict::verifies) {
            association.verdict = Association::Verdict::unknown;
            association.explanation = "this user cannot read all that decides it";
        }
    }
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
    report.trusted_keys.assign(settings.trusted_keys.begin(), settings.trusted_keys.end());
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
    Startup startup{report, settings, request, findings};
    if (settings.has_crypto && !report.ends_at_start)
        start_autokey(startup);
    if (!report.ends_at_start) {
        start_symmetric(startup);
        judge_autokey(startup);
    }
    if (report.ends_at_start)
        end_associations(startup);
    else if (!startup.is_certain)
        leave_associations_open(startup);
    if (authenticates_nothing(report, settings))
        findings.add("conf-nothing", report.path,
                     "no crypto line, no keys and no nts: nothing is authenticated",
                     fmt::format("keygen -M --dialect {} --key-type AES128CMAC", name_of(report.daemon)));
    report.findings = findings.take();
    return report;
}

}  // namespace keygen

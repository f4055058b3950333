#include "inspect/daemon_findings.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "daemon/apparmor.hpp"
#include "daemon/words.hpp"
#include "inspect/daemon_keys.hpp"

namespace keygen::inspection {

namespace {

using daemon::is_among;

// Files that are for servers, or a client's own that nobody looks at.
constexpr std::string_view OF_SERVERS = "identity-missing";
constexpr std::string_view OF_OWN_CERTIFICATE =
    "certificate-expired certificate-not-yet-valid certificate-key-mismatch";
constexpr std::string_view OF_MISSING = "host-key-missing certificate-missing identity-missing";

// The daemon has other rights than this user: what was not seen is not missing.
void allow_for_rights(std::vector<Finding>& findings) {
    if (std::any_of(findings.begin(), findings.end(),
                    [](const Finding& finding) { return finding.id == "not-permitted"; }))
        std::erase_if(findings, [](const Finding& finding) { return is_among(finding.id, OF_MISSING); });
}

// ntpd goes on without a sign key, and never looks for an authority.
bool is_of_optional_link(const Finding& finding) {
    const bool is_optional = finding.path.find("/ntpkey_sign_") != std::string::npos ||
                             finding.path.find("/ntpkey_mvta_") != std::string::npos;
    return is_optional && is_among(finding.id, "link-dangling link-wrong-type");
}

// A rule for the file, or for the generations of it that will come after it; none for a name that means
// something else in a rule.
std::string profile_remedy(const daemon::AppArmorProfile& profile, const std::string& path,
                           const std::string& resolved) {
    if (resolved.find_first_of("*?[]{}\"\\@^") != std::string::npos)
        return "";
    const auto slash = resolved.rfind('/') + 1;
    const bool is_of_generations = resolved.substr(slash).starts_with("ntpkey_");
    const std::string files = is_of_generations  ? resolved.substr(0, slash) + "ntpkey_*"
                              : path != resolved ? resolved.substr(0, slash) + "*"
                                                 : resolved;
    return fmt::format("echo {} >>{} && apparmor_parser -r {}", shell_word("\"" + files + "\" r,"),
                       shell_word(profile.local_path()), shell_word(profile.path()));
}

void lower(Finding& finding, Severity highest) {
    finding.severity = std::min(finding.severity, highest);
}

}  // namespace

void check_profile(ExaminedDaemon& examined) {
    const ConfigurationReport& report = examined.report;
    std::error_code failed;
    const bool is_own = std::filesystem::canonical(report.path, failed).string().starts_with("/etc/");
    if (!is_own || !daemon::is_apparmor_enabled())
        return;
    const auto profile = daemon::AppArmorProfile::read(report.daemon);
    if (!profile || ::access(profile->program().c_str(), X_OK) != 0)
        return;
    for (const ExpectedFile& file : report.files) {
        const std::string resolved = std::filesystem::canonical(file.path, failed).string();
        if (file.outcome != ExpectedFile::Outcome::loaded || failed || profile->may_read(resolved) ||
            std::filesystem::is_directory(resolved, failed))
            continue;
        examined.findings.add("conf-profile", Severity::warning, file.path, 0,
                              fmt::format("the AppArmor profile {} does not let the daemon read {}",
                                          escaped(profile->path()), escaped(resolved)),
                              profile_remedy(*profile, file.path, resolved));
    }
}

void weigh_findings(ExaminedDaemon& examined) {
    std::vector<Finding>& findings = examined.report.inspected.findings;
    allow_for_rights(findings);
    const bool needs_keys = needs_symmetric_keys(examined.settings, examined.report.associations);
    const bool is_client = is_pure_client(examined);
    if (is_client)
        std::erase_if(findings, [](const Finding& finding) { return is_among(finding.id, OF_SERVERS); });
    // One cause is said once: where the server is known, the association has the finding.
    const auto& associations = examined.report.associations;
    if (std::any_of(associations.begin(), associations.end(), [](const Association& association) {
            return association.cause == "conf-group-mismatch";
        }))
        std::erase_if(findings,
                      [](const Finding& finding) { return finding.id == "certificate-group-missing"; });
    for (Finding& finding : findings) {
        if (!needs_keys && finding.id == "keys-none")
            lower(finding, Severity::note);
        if (is_of_optional_link(finding))
            lower(finding, Severity::warning);
        if (is_client && is_among(finding.id, OF_OWN_CERTIFICATE))
            lower(finding, Severity::warning);
    }
    std::stable_sort(findings.begin(), findings.end(),
                     [](const Finding& a, const Finding& b) { return a.severity > b.severity; });
}

}  // namespace keygen::inspection

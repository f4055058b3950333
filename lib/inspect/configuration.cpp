#include <keygen/configuration.hpp>

#include <keygen/error.hpp>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "daemon/file_probe.hpp"
#include "inspect/autokey_associations.hpp"
#include "inspect/autokey_files.hpp"
#include "inspect/daemon_findings.hpp"
#include "inspect/daemon_keys.hpp"
#include "inspect/nts_associations.hpp"
#include "inspect/nts_files.hpp"

namespace keygen {

using namespace inspection;

namespace {

using Verdict = Association::Verdict;
using Examined = std::vector<std::unique_ptr<ExaminedDaemon>>;

// What this user may not look into has findings of its own.
void inspect_files(ExaminedDaemon& examined) {
    ConfigurationReport& report = examined.report;
    InspectRequest inspection;
    inspection.host_name = report.host;
    inspection.now = examined.request.now;
    inspection.warn_days = examined.request.warn_days;
    inspection.progress = examined.request.progress;
    struct stat status {};
    if (!report.host.empty() && !daemon::is_closed_directory(report.keysdir)) {
        inspection.paths.push_back(report.keysdir);
        inspection.password = examined.password();
    }
    if (!report.keys_path.empty() && ::stat(report.keys_path.c_str(), &status) == 0 &&
        ::access(report.keys_path.c_str(), R_OK) == 0)
        inspection.paths.push_back(report.keys_path);
    for (const daemon::NtsFile& file : examined.settings.nts_files) {
        const bool is_own = file.role != daemon::NtsFile::Role::authorities;
        if (is_own && ::access(file.path.c_str(), R_OK) == 0)
            inspection.paths.push_back(file.path);
    }
    inspection.dialect = dialect_of(report.daemon);
    if (!inspection.paths.empty())
        report.inspected = inspect(inspection);
}

void fill_report(ExaminedDaemon& examined) {
    const ConfigurationRequest& request = examined.request;
    daemon::Settings& settings = examined.settings;
    ConfigurationReport& report = examined.report;
    report.path = request.path;
    report.daemon = settings.daemon;
    report.user = examined.user ? examined.user->name : "";
    report.associations = std::move(settings.associations);
    report.keys_path = settings.keys_path;
    report.has_password = settings.password.has_value();
    for (std::uint32_t id = 1; id <= daemon::MAX_NTP_KEY_ID; ++id) {
        if (settings.trusted_keys.test(id))
            report.trusted_keys.push_back(id);
    }
    if (settings.daemon != Daemon::ntpd)
        return;
    report.keysdir = settings.keysdir.value_or(request.default_keysdir);
    if (!settings.crypto_at)
        return;
    report.host = settings.host.value_or(request.host_name);
    report.ident = settings.ident.value_or(report.host);
    examined.default_password = SecretBytes(report.host);
    examined.autokey.has_crypto = true;
    examined.autokey.digest = settings.digest;
    examined.autokey.asks_others =
        std::any_of(report.associations.begin(), report.associations.end(), is_asking);
}

std::unique_ptr<ExaminedDaemon> examine(const ConfigurationRequest& request) {
    auto examined = std::make_unique<ExaminedDaemon>(request);
    examined->user = daemon::find_user(request, examined->settings);
    for (Finding& finding : examined->settings.findings)
        examined->findings.add(finding.id, finding.severity, std::move(finding.path), finding.line,
                               std::move(finding.cause), std::move(finding.remedy));
    fill_report(*examined);
    inspect_files(*examined);
    return examined;
}

bool is_network_source(const Association& association) {
    constexpr std::string_view REFERENCE_CLOCKS = "127.127.";
    return association.kind != "broadcast" && !association.address.starts_with(REFERENCE_CLOCKS);
}

std::vector<Association*> network_sources(ExaminedDaemon& examined) {
    std::vector<Association*> sources;
    for (Association& association : examined.report.associations) {
        if (is_network_source(association))
            sources.push_back(&association);
    }
    return sources;
}

bool leads_to(const Association& association, const ExaminedDaemon& server) {
    if (association.authentication == Association::Authentication::nts)
        return shows_nts_certificate(server, association);
    const HostAndGroup name = split_common_name(server.autokey.certificate.subject);
    const bool is_host = !association.address.empty() &&
                         (association.address == server.report.host || association.address == name.host);
    const bool is_ident = !association.ident.empty() &&
                          (association.ident == server.report.ident || association.ident == name.group);
    return is_host || is_ident;
}

// By its name or group; and where the one asks only one server, and the other asks nobody, that is it.
const ExaminedDaemon* find_server(ExaminedDaemon& client, const Association& association, Examined& all) {
    if (!is_network_source(association))
        return nullptr;
    for (const auto& other : all) {
        if (other.get() != &client && leads_to(association, *other))
            return other.get();
    }
    if (all.size() != 2 || network_sources(client).size() != 1)
        return nullptr;
    ExaminedDaemon& other = all[0].get() == &client ? *all[1] : *all[0];
    return network_sources(other).empty() ? &other : nullptr;
}

const ExaminedDaemon* find_starting_server(ExaminedDaemon& examined, Examined& all) {
    for (const Association* association : network_sources(examined)) {
        const ExaminedDaemon* server = find_server(examined, *association, all);
        if (server != nullptr && server->autokey.starts)
            return server;
    }
    return nullptr;
}

void start(ExaminedDaemon& examined, Examined& all) {
    if (examined.settings.crypto_at && examined.report.daemon == Daemon::ntpd)
        load_autokey_files(examined, find_starting_server(examined, all));
    load_keys(examined);
    check_nts_files(examined);
}

void judge(ExaminedDaemon& examined, Association& association, const ExaminedDaemon* server) {
    using enum Association::Authentication;
    switch (association.authentication) {
        case autokey:
        case none:
            judge_autokey(examined, association, server);
            return;
        case symmetric:
            judge_key(examined, association, server);
            return;
        case nts:
            judge_nts(examined, association, server);
            return;
    }
}

void judge_associations(ExaminedDaemon& examined, Examined& all) {
    for (Association& association : examined.report.associations) {
        const bool is_over = examined.report.ends_at_start;
        if (is_over)
            decide(association, Verdict::fails, "the daemon ends before it gets here");
        else
            judge(examined, association, find_server(examined, association, all));
        // Where a file could not be read, a daemon that goes on from there is no more than possible.
        if (!examined.is_certain &&
            (association.verdict == Verdict::depends || association.verdict == Verdict::verifies))
            decide(association, Verdict::unknown, "this user cannot read all that decides it");
    }
}

bool authenticates_nothing(const ExaminedDaemon& examined) {
    const auto& associations = examined.report.associations;
    return !examined.settings.crypto_at && !examined.settings.is_incomplete &&
           examined.report.keys_path.empty() && examined.settings.nts_files.empty() &&
           std::all_of(associations.begin(), associations.end(), [](const Association& association) {
               return association.authentication == Association::Authentication::none;
           });
}

ConfigurationReport finish(ExaminedDaemon& examined) {
    ConfigurationReport& report = examined.report;
    if (!report.ends_at_start)
        check_other_keys(examined);
    if (authenticates_nothing(examined))
        examined.findings.add("conf-nothing", report.path,
                              "no crypto line, no keys and no nts: nothing is authenticated");
    check_profile(examined);
    weigh_findings(examined);
    report.findings = examined.findings.take();
    return std::move(report);
}

}  // namespace

std::vector<ConfigurationReport> inspect_configurations(std::span<const ConfigurationRequest> requests) {
    Examined all;
    for (const ConfigurationRequest& request : requests)
        all.push_back(examine(request));
    std::vector<ExaminedDaemon*> order;
    for (const auto& examined : all)
        order.push_back(examined.get());
    // What servers have is known when their clients start.
    const auto rank = [](const ExaminedDaemon* one) {
        return !one->autokey.asks_others ? 0 : is_pure_client(*one) ? 2 : 1;
    };
    std::stable_sort(order.begin(), order.end(),
                     [&](const ExaminedDaemon* a, const ExaminedDaemon* b) { return rank(a) < rank(b); });
    for (ExaminedDaemon* examined : order)
        start(*examined, all);
    for (const auto& examined : all)
        judge_associations(*examined, all);
    std::vector<ConfigurationReport> reports;
    for (const auto& examined : all)
        reports.push_back(finish(*examined));
    return reports;
}

}  // namespace keygen

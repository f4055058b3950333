#pragma once

#include <keygen/configuration.hpp>

#include <sys/stat.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "inspect/fixture_directory.hpp"

namespace keygen::test {

using Lines = std::vector<std::string>;

/// Writes a configuration and says how it is to be read.
inline ConfigurationRequest request_of(const Workplace& place, const std::string& conf,
                                       std::optional<Daemon> daemon = std::nullopt) {
    place.write("conf", conf);
    ConfigurationRequest request;
    request.path = place.path_of("conf");
    request.daemon = daemon;
    request.host_name = "vm";
    request.default_keysdir = place.path_of("default");
    request.now = FIXTURE_NOW;
    return request;
}

/// Starts a daemon on paper.
inline ConfigurationReport start(const Workplace& place, const std::string& conf,
                                 std::optional<Daemon> daemon = std::nullopt) {
    const ConfigurationRequest request = request_of(place, conf, daemon);
    return inspect_configurations({&request, 1}).front();
}

inline std::string conf_of(const Workplace& place, const std::string& rest) {
    return "keysdir " + place.path() + "\n" + rest;
}

/// What a server and its client are to each other; the client's report.
inline ConfigurationReport start_both(const Workplace& server, const std::string& server_conf,
                                      const Workplace& client, const std::string& client_conf) {
    const std::vector<ConfigurationRequest> requests = {request_of(server, conf_of(server, server_conf)),
                                                        request_of(client, conf_of(client, client_conf))};
    return inspect_configurations(requests).back();
}

inline std::set<std::string> finding_ids(const ConfigurationReport& report) {
    std::set<std::string> result;
    for (const Finding& finding : report.findings)
        result.insert(finding.id);
    return result;
}

/// The finding of that id; fails where there is none.
inline Finding finding_of(const ConfigurationReport& report, const std::string& id) {
    for (const Finding& finding : report.findings) {
        if (finding.id == id)
            return finding;
    }
    throw std::runtime_error("no finding " + id);
}

/// "verifies", or "fails: conf-key-missing", of each association.
inline Lines verdicts(const ConfigurationReport& report) {
    Lines result;
    for (const Association& association : report.associations)
        result.push_back(std::string(name_of(association.verdict)) +
                         (association.cause.empty() ? "" : ": " + association.cause));
    return result;
}

/// The worst that is said about the configuration and its files.
inline Severity worst_of(const ConfigurationReport& report) {
    Severity worst = Severity::note;
    for (const auto* findings : {&report.findings, &report.inspected.findings}) {
        for (const Finding& finding : *findings)
            worst = std::max(worst, finding.severity);
    }
    return worst;
}

inline void write_private(const Workplace& place, const std::string& name, const std::string& text) {
    place.write(name, text);
    ::chmod(place.path_of(name).c_str(), 0600);
}

}  // namespace keygen::test

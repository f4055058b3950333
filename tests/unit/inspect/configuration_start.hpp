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

/// Starts a daemon on paper. Every sequence of lines in these tests was compared with what the daemons of
/// Debian wrote: ntpd 4.2.8p15,
// NTPsec 1.2.2, chronyd 4.3.
inline ConfigurationReport start(const Workplace& place, const std::string& conf,
                                 std::optional<Daemon> daemon = std::nullopt) {
    place.write("conf", conf);
    ConfigurationRequest request;
    request.path = place.path_of("conf");
    request.daemon = daemon;
    request.host_name = "vm";
    request.default_keysdir = place.path_of("default");
    request.now = FIXTURE_NOW;
    return inspect_configuration(request);
}

/// With the temporary directory's name taken out.
inline Lines log_of(const ConfigurationReport& report, const Workplace& place) {
    Lines lines;
    for (const LogLine& line : report.log) {
        std::string text = line.text;
        for (auto at = text.find(place.path()); at != std::string::npos; at = text.find(place.path()))
            text.replace(at, place.path().size(), "DIR");
        lines.push_back(text + (line.is_last ? " (end)" : ""));
    }
    return lines;
}

inline std::string conf_of(const Workplace& place, const std::string& rest) {
    return "keysdir " + place.path() + "\n" + rest;
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

}  // namespace keygen::test

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
inline ConfigurationReport start(const Workplace& directory_scan, const std::string& conf,
                                 std::optional<Daemon> daemon = std::nullopt) {
    directory_scan.write("conf", conf);
    ConfigurationRequest request;
    request.path = directory_scan.path_of("conf");
    request.daemon = daemon;
    request.host_name = "vm";
    request.default_keysdir = directory_scan.path_of("default");
    request.now = FIXTURE_NOW;
    return inspect_configuration(request);
}

/// With the temporary directory's name taken out.
inline Lines log_of(const ConfigurationReport& report, const Workplace& directory_scan) {
    Lines lines;
    for (const LogLine& line : report.log) {
        std::string text = line.text;
        for (auto at = text.find(directory_scan.path()); at != std::string::npos;
             at = text.find(directory_scan.path()))
            text.replace(at, directory_scan.path().size(), "DIR");
        lines.push_back(text + (line.is_last ? " (end)" : ""));
    }
    return lines;
}

inline std::string conf_of(const Workplace& directory_scan, const std::string& rest) {
    return "keysdir " + directory_scan.path() + "\n" + rest;
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

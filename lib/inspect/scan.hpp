#pragma once

#include <keygen/inspect.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "inspect/examined_file.hpp"

namespace keygen::inspection {

/// One directory with what was found in it, by index into the survey.
struct ScannedDirectory {
    InspectedDirectory directory;
    FileIdentity identity_on_disk{};
    std::shared_ptr<const DirectoryNames> names;
    std::vector<std::size_t> subjects;
    std::vector<std::size_t> links;
    std::map<std::string, std::size_t, std::less<>>
        by_name;  ///< subjects under the names that ntpd can open them by
    std::map<FileIdentity, std::size_t> by_identity;
    bool is_midway = false;  ///< a run has moved some of its links and not the others
};

/// Everything that the request's paths led to, each file once. Files that the caller named are in a place
/// only when the caller named their directory too.
struct Scan {
    std::vector<ExaminedFile> subjects;
    std::vector<InspectedLink> links;
    std::vector<ScannedDirectory> directories;
};

Scan scan_paths(const Context& context);

/// The subject that ntpd gets by this name in a place; null when there is none.
inline ExaminedFile* find_subject(Scan& scan, const ScannedDirectory& directory_scan, std::string_view name) {
    const auto found = directory_scan.by_name.find(name);
    return found == directory_scan.by_name.end() ? nullptr : &scan.subjects[found->second];
}

}  // namespace keygen::inspection

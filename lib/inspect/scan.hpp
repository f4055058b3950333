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

/// Names a run that was interrupted among a directory's names; true when some of its links may have moved and
/// others not.
bool check_runs(const std::string& directory, const std::vector<std::string>& names, const Context& context);
/// Looks at the links of a place: where they lead, whether to the right sort of file, and fills in
/// Subject::file.links.
void check_links(Scan& scan, ScannedDirectory& directory_scan, const Context& context);
/// Older generations, and files that no link leads to.
void check_generations(Scan& scan, ScannedDirectory& directory_scan, const Context& context);
/// Host keys, sign keys and certificates of each name in a place against each other.
void check_hosts(Scan& scan, ScannedDirectory& directory_scan, const Context& context);
/// GQ's public value in the certificates of a place.
void check_gq_values(Scan& scan, ScannedDirectory& directory_scan, const Context& context);
/// Modes and owners of a place and its files.
void check_permissions(const Scan& scan, const ScannedDirectory& directory_scan, const Context& context);
void check_permission(const ExaminedFile& subject, const InspectedDirectory* directory,
                      const Context& context);

/// Opens what may be opened, the caller's files and those that links lead to first.
void open_keys(Scan& scan, const Context& context);

/// Filestamps and GQ readings of server's and clients' files that belong together, wherever they lie.
void check_pairs(Scan& scan, const Context& context);
/// Challenge-response rounds between all files that belong together.
std::vector<Proof> prove_pairs(Scan& scan, const Context& context);

}  // namespace keygen::inspection

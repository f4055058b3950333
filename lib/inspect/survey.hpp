#pragma once

#include <keygen/inspect.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "inspect/subject.hpp"

namespace keygen::inspect_room {

/// One directory with what was found in it, by index into the survey.
struct Place {
    InspectedDirectory directory;
    FileIdentity identity_on_disk{};
    std::shared_ptr<const DirectoryNames> names;
    std::vector<std::size_t> subjects;
    std::vector<std::size_t> links;
    std::map<std::string, std::size_t, std::less<>>
        by_name;  ///< subjects under the names that ntpd can open them by
    std::map<FileIdentity, std::size_t> by_identity;
};

/// Everything that the request's paths led to, each file once. Files that the caller named are in a place
/// only when the caller named their directory too.
struct Survey {
    std::vector<Subject> subjects;
    std::vector<InspectedLink> links;
    std::vector<Place> places;
};

Survey survey_paths(const Surroundings& around);

/// The subject that ntpd gets by this name in a place; null when there is none.
inline Subject* find_subject(Survey& survey, const Place& place, std::string_view name) {
    const auto found = place.by_name.find(name);
    return found == place.by_name.end() ? nullptr : &survey.subjects[found->second];
}

/// Looks at the links of a place: where they lead, whether to the right sort of file, and fills in
/// Subject::file.links.
void check_links(Survey& survey, Place& place, const Surroundings& around);
/// Older generations, and files that no link leads to.
void check_generations(Survey& survey, Place& place, const Surroundings& around);
/// Host keys, sign keys and certificates of each name in a place against each other.
void check_hosts(Survey& survey, Place& place, const Surroundings& around);
/// GQ's public value in the certificates of a place.
void check_gq_values(Survey& survey, Place& place, const Surroundings& around);
/// Modes and owners of a place and its files.
void check_permissions(const Survey& survey, const Place& place, const Surroundings& around);
void check_permission(const Subject& subject, const InspectedDirectory* directory,
                      const Surroundings& around);

/// Opens what may be opened, the caller's files and those that links lead to first.
void open_keys(Survey& survey, const Surroundings& around);

/// Filestamps and GQ readings of server's and clients' files that belong together, wherever they lie.
void check_pairs(Survey& survey, const Surroundings& around);
/// Challenge-response rounds between all files that belong together.
std::vector<Proof> prove_pairs(Survey& survey, const Surroundings& around);

}  // namespace keygen::inspect_room

#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "inspect/remedy.hpp"
#include "inspect/survey.hpp"
#include "keysdir/filename.hpp"

namespace keygen::inspect_room {

namespace {

using Files = std::vector<const Subject*>;

// Files that take each other's place: of the same type and owner. A certificate's type names its digest,
// which may change.
std::map<std::pair<std::string, std::string>, Files> group_files(const Survey& survey, const Place& place) {
    std::map<std::pair<std::string, std::string>, Files> groups;
    for (const std::size_t index : place.subjects) {
        const Subject& subject = survey.subjects[index];
        const auto name = keysdir::FileName::parse(subject.file.name);
        const auto key = name ? keysdir::link_key_of(name->type) : std::nullopt;
        if (key)
            groups[{*key == "mvpar" ? name->type : *key, name->owner}].push_back(&subject);
    }
    for (auto& [key, files] : groups)
        std::sort(files.begin(), files.end(), [](const Subject* a, const Subject* b) {
            return keysdir::FileName::parse(a->file.name)
                ->filestamp.is_older_than(keysdir::FileName::parse(b->file.name)->filestamp);
        });
    return groups;
}

bool has_server_key(const Survey& survey, const Place& place, IdentityScheme scheme) {
    return std::any_of(place.subjects.begin(), place.subjects.end(), [&](std::size_t index) {
        const InspectedFile& file = survey.subjects[index].file;
        return file.scheme == scheme && file.role && *file.role != IdentityRole::client;
    });
}

// Servers keep clients' parameters ready to copy, and an authority's file is for tools only.
bool needs_link(const Survey& survey, const Place& place, const InspectedFile& file) {
    if (file.role == IdentityRole::authority)
        return false;
    if (file.role == IdentityRole::client)
        return !has_server_key(survey, place, *file.scheme);
    return true;
}

void check_group_links(const Subject& subject, const Surroundings& around) {
    const InspectedFile& file = subject.file;
    if (!file.scheme || file.role == IdentityRole::authority || file.links.empty() || file.owner.empty())
        return;
    const std::string wanted = link_name(*file.scheme, *file.role, file.owner);
    const bool is_linked = std::any_of(file.links.begin(), file.links.end(), [&](const std::string& link) {
        const auto name = keysdir::LinkName::parse(link);
        return link == wanted || (name && name->key.size() <= 3);  // the classic layout has its own names
    });
    if (is_linked)
        return;
    const bool is_server = file.role == IdentityRole::server;
    around.findings.add(
        "group-link-missing", file.path,
        fmt::format("linked as {} only: with \"{} {}\" in its configuration ntpd looks for {}",
                    quoted(file.links.front()), is_server ? "crypto ident" : "ident", quoted(file.owner),
                    quoted(wanted)),
        link_making(subject, around));
}

}  // namespace

void check_generations(Survey& survey, Place& place, const Surroundings& around) {
    std::size_t superseded = 0;
    std::string example;
    for (const auto& [key, files] : group_files(survey, place)) {
        const Subject& newest = *files.back();
        const auto linked = std::find_if(files.rbegin(), files.rend(),
                                         [](const Subject* file) { return file->file.is_current; });
        if (linked == files.rend()) {
            if (needs_link(survey, place, newest.file))
                around.findings.add("link-missing", newest.file.path,
                                    "no link leads to the file, so ntpd never reads it",
                                    link_making(newest, around));
        } else if (*linked != &newest) {
            around.findings.add("link-superseded", (*linked)->file.path,
                                fmt::format("linked, while {} is newer", quoted(newest.file.name)),
                                link_making(newest, around));
        }
        for (const Subject* file : files) {
            check_group_links(*file, around);
            if (file == &newest || file->file.is_current)
                continue;
            ++superseded;
            example = file->file.name;
        }
    }
    if (superseded > 0)
        around.findings.add(
            "superseded", place.directory.path,
            fmt::format("{} files of older generations, such as {}", superseded, quoted(example)),
            fmt::format("keylink --keysdir {} --prune", path_word(place.directory.path)));
}

}  // namespace keygen::inspect_room

#include <keygen/error.hpp>
#include <keygen/link.hpp>

#include <algorithm>
#include <map>

#include "keysdir/publication.hpp"
#include "link/generations.hpp"

namespace keygen {

using keysdir::Directory;
using keysdir::EntryKind;
using keysdir::FileName;
using linking::fits;
using linking::key_files;
using linking::link_names;

namespace {

std::map<std::string, FileName> linked_files(const Directory& directory) {
    std::map<std::string, FileName> files;
    for (const std::string& link : link_names(directory)) {
        const auto file = FileName::parse(directory.link_target(link).value_or(""));
        if (file && directory.kind_of(file->text()) == EntryKind::regular)
            files.emplace(link, *file);
    }
    return files;
}

// The newest file before `current` that the link could lead to; null when there is none.
const FileName* find_previous(const std::vector<FileName>& files, const std::string& link,
                              const FileName& current) {
    const FileName* previous = nullptr;
    for (const FileName& file : files) {
        const bool is_before = file.owner == current.owner && fits(link, file) &&
                               file.filestamp.is_older_than(current.filestamp);
        const bool is_same_client = !file.type.starts_with("MVpar") || file.type == current.type;
        if (is_before && is_same_client &&
            (previous == nullptr || previous->filestamp.is_older_than(file.filestamp)))
            previous = &file;
    }
    return previous;
}

Directory open_locked(const KeysdirOptions& keysdir) {
    Directory directory = Directory::open(keysdir.directory);
    if (!keysdir.dry_run)
        directory.lock(keysdir.lock_timeout, keysdir.progress);
    directory.require_writable();
    return directory;
}

}  // namespace

KeysdirChanges roll_back(const KeysdirOptions& keysdir) {
    Directory directory = open_locked(keysdir);
    const auto files = key_files(directory);
    struct Step {
        std::string link;
        FileName current;
        const FileName* previous;
    };
    std::vector<Step> steps;
    for (const auto& [link, current] : linked_files(directory)) {
        if (const FileName* previous = find_previous(files, link, current))
            steps.push_back({link, current, previous});
    }
    if (steps.empty())
        throw Error(ErrorCode::not_found, "no link has an earlier generation to go back to")
            .in(keysdir.directory);
    // Only what came last goes back: a host key or identity key that the last run kept is the one that the
    // certificate before it was made with, too.
    const auto last = std::max_element(steps.begin(), steps.end(), [](const Step& one, const Step& other) {
        return one.current.filestamp.is_older_than(other.current.filestamp);
    });
    KeysdirChanges changes;
    keysdir::Publication publication(directory);
    for (const auto& [link, current, previous] : steps) {
        if (current.filestamp != last->current.filestamp)
            continue;
        publication.add_link(link, previous->text(), keysdir::Publication::IfExists::refuse);
        changes.links.push_back({link, previous->text(), current.text()});
    }
    if (!keysdir.dry_run)
        publication.commit();
    return changes;
}

}  // namespace keygen

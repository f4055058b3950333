#include <keygen/error.hpp>
#include <keygen/link.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "keysdir/directory.hpp"
#include "keysdir/filename.hpp"
#include "keysdir/header.hpp"
#include "keysdir/publication.hpp"

namespace keygen {

using keysdir::Directory;
using keysdir::EntryKind;
using keysdir::FileName;
using keysdir::LinkName;

namespace {

constexpr std::string_view KEYS_LINK = "ntp.keys";
constexpr std::string_view KEYS_FILE_TYPE = "MD5key";

// What belongs to one generation: server key, client parameters and authority of a scheme go together.
std::string family_of(const FileName& name) {
    if (name.type == KEYS_FILE_TYPE)
        return std::string(KEYS_LINK);
    std::string key = keysdir::link_key_of(name.type).value_or("");
    for (const std::string_view scheme : {"iff", "gq", "mv"}) {
        if (key.starts_with(scheme))
            return std::string(scheme);
    }
    return key;
}

std::vector<FileName> key_files(const Directory& directory) {
    std::vector<FileName> files;
    for (const std::string& name : directory.list()) {
        const auto file = FileName::parse(name);
        if (file && !family_of(*file).empty() && directory.kind_of(name) == EntryKind::regular)
            files.push_back(*file);
    }
    return files;
}

std::vector<std::string> link_names(const Directory& directory) {
    std::vector<std::string> names;
    for (const std::string& name : directory.list()) {
        // ntp-keygen's exports are files named like links, "ntpkey_gqpar_<owner>.<filestamp>".
        const bool is_export = FileName::parse(name) && directory.kind_of(name) == EntryKind::regular;
        if (name == KEYS_LINK || (LinkName::parse(name) && !is_export))
            names.push_back(name);
    }
    return names;
}

std::map<std::string, FileName> linked_files(const Directory& directory) {
    std::map<std::string, FileName> files;
    for (const std::string& link : link_names(directory)) {
        const auto file = FileName::parse(directory.link_target(link).value_or(""));
        if (file && directory.kind_of(file->text()) == EntryKind::regular)
            files.emplace(link, *file);
    }
    return files;
}

bool fits(const std::string& link, const FileName& file) {
    if (link == KEYS_LINK)
        return file.type == KEYS_FILE_TYPE;
    const std::string key = LinkName::parse(link)->key;
    const std::string file_key = keysdir::link_key_of(file.type).value_or("");
    const bool is_classic = key == "iff" || key == "gq" || key == "mv";
    return file_key == key || (is_classic && file_key == fmt::format("{}par", key));
}

LinkState look_at(const Directory& directory, const std::string& link) {
    LinkState state{link, directory.link_target(link).value_or(""), "", true, std::nullopt};
    if (directory.kind_of(link) != EntryKind::link) {
        state.problem = "a file, not a link: keygen and keylink will not replace it without --force";
        state.is_wrong = false;
    }
    try {
        const auto file = directory.resolve(link);
        const SecretBytes text = directory.read(file.value_or(link));
        if (link == KEYS_LINK) {
            state.is_wrong = false;
            return state;
        }
        const FileName header = keysdir::require_header(text.text());
        state.filestamp = header.filestamp;
        if (!fits(link, header))
            state.problem = fmt::format("leads to a file of type {}", escaped(header.type));
        else
            state.is_wrong = false;
    } catch (const Error& error) {
        state.problem = error.message();
        state.is_wrong = true;
    }
    return state;
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

std::vector<LinkState> list_links(const std::string& path) {
    const Directory directory = Directory::open(path);
    std::vector<LinkState> states;
    for (const std::string& link : link_names(directory))
        states.push_back(look_at(directory, link));
    return states;
}

KeysdirChanges prune(const KeysdirOptions& keysdir) {
    Directory directory = open_locked(keysdir);
    std::map<std::pair<std::string, std::string>, std::set<std::uint32_t>>
        linked;  // family and owner: filestamps
    // A link that dangles says nothing about which generation is in use: it protects none and condemns none.
    for (const auto& [link, file] : linked_files(directory))
        linked[{family_of(file), file.owner}].insert(file.filestamp.value());
    KeysdirChanges changes;
    keysdir::Publication publication(directory);
    for (const FileName& file : key_files(directory)) {
        const auto current = linked.find({family_of(file), file.owner});
        if (current == linked.end()) {
            changes.kept.push_back({file.text(), "no link leads to any generation of it"});
        } else if (!current->second.contains(file.filestamp.value())) {
            publication.add_removal(file.text());
            changes.removed.push_back(file.text());
        }
    }
    if (!keysdir.dry_run)
        publication.commit();  // also without a removal: it takes away what a run that died has left
    return changes;
}

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

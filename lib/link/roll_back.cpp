#include <keygen/error.hpp>
#include <keygen/link.hpp>

#include <fmt/format.h>

#include <set>

#include "keysdir/history.hpp"
#include "keysdir/publication.hpp"
#include "keysdir/settled_directory.hpp"
#include "link/generations.hpp"

namespace keygen {

using keysdir::Directory;
using keysdir::LinkChange;
using keysdir::Publication;

namespace {

constexpr const char* BY_HAND =
    "keylink --force FILE links an older file by hand; keyinspect says whether the set fits";

// All links have to be as the run left them, and the files that they go back to as the run found them: then
// the directory becomes what it was, which had been proven.
void require_as_left(const Directory& directory, const keysdir::Run& run) {
    std::set<std::string> known;
    for (const LinkChange& link : run.links) {
        known.insert(link.name);
        const auto kind = directory.kind_of(link.name);
        const bool is_link_or_none = kind == keysdir::EntryKind::link || kind == keysdir::EntryKind::missing;
        if (!is_link_or_none || directory.link_target(link.name).value_or("") != link.after)
            throw Error(ErrorCode::already_exists,
                        "the link was changed after the last run, by hand or by another program")
                .in(directory.path_of(link.name))
                .hint(BY_HAND);
    }
    for (const std::string& name : linking::link_names(directory)) {
        if (!known.contains(name) && directory.link_target(name))
            throw Error(ErrorCode::already_exists,
                        "the link was made after the last run, by hand or by another program")
                .in(directory.path_of(name))
                .hint(BY_HAND);
    }
}

void require_file_of(const Directory& directory, const LinkChange& link) {
    const bool is_kept = link.before == link.after;
    if (is_kept && link.digest.empty())
        return;  // it led to none before the run either
    const std::string& name = is_kept ? link.name : link.before;
    const std::string digest = keysdir::is_plain_name(name) ? keysdir::digest_behind(directory, name) : "";
    if (digest.empty() || digest != link.digest)
        throw Error(ErrorCode::not_found,
                    fmt::format("{}, which {} led to before the last run, is not there as it was",
                                escaped(link.before), escaped(link.name)))
            .in(directory.path())
            .hint(BY_HAND);
}

bool leads_to_server_key(const std::string& link) {
    const auto name = keysdir::LinkName::parse(link);
    return name && (name->key == "iffkey" || name->key == "gqkey" || name->key == "mvkey");
}

}  // namespace

KeysdirChanges roll_back(const KeysdirOptions& keysdir) {
    KeysdirChanges changes;
    Directory directory = keysdir::open_for_changes(keysdir, keysdir.progress, changes);
    directory.require_writable();
    keysdir::History history = keysdir::load_history(directory);
    if (history.empty())
        throw Error(ErrorCode::not_found,
                    "no run is on record that could be undone: the last one rewrote or removed files, or "
                    "none was here")
            .in(keysdir.directory)
            .hint(BY_HAND);
    const keysdir::Run run = std::move(history.back());
    history.pop_back();
    require_as_left(directory, run);
    Publication publication(directory);
    bool leaves_any = false;
    std::set<std::string> withdrawn;
    for (const LinkChange& link : run.links) {
        leaves_any = leaves_any || !link.before.empty();
        if (!link.before.empty())
            require_file_of(directory, link);
        if (link.before == link.after)
            continue;
        if (link.before.empty()) {
            publication.add_removal(link.name);
            changes.removed.push_back(link.name);
        } else {
            publication.add_link(link.name, link.before, Publication::IfExists::refuse);
            changes.links.push_back({link.name, link.before, link.after});
        }
        if (leads_to_server_key(link.name) && !link.before.empty() && !link.after.empty())
            withdrawn.insert(
                fmt::format("{}; clients that have the parameters of that generation need those of {} again",
                            escaped(link.after), escaped(link.before)));
    }
    if (!leaves_any)
        throw Error(ErrorCode::not_found,
                    "the last run made the first keys here: there is nothing to go back to")
            .in(keysdir.directory);
    for (const std::string& sentence : withdrawn)
        changes.warnings.push_back("this undoes " + sentence);
    publication.set_history(std::move(history));
    if (!keysdir.dry_run)
        publication.commit();
    return changes;
}

}  // namespace keygen

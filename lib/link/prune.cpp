#include <keygen/error.hpp>
#include <keygen/link.hpp>

#include <fmt/format.h>

#include <cerrno>
#include <map>
#include <set>
#include <tuple>

#include "keysdir/file_descriptor.hpp"
#include "keysdir/links.hpp"
#include "keysdir/publication.hpp"
#include "keysdir/settled_directory.hpp"
#include "link/generations.hpp"

namespace keygen {

using keysdir::Directory;
using keysdir::FileName;

namespace {

using Generation = std::tuple<std::string, std::string, std::uint32_t>;  // family, owner, filestamp

Generation generation_of(const FileName& file) {
    return {linking::family_of(file), file.owner, file.filestamp.value()};
}

/// What may not go: every file that a name which is no key file's leads to, and all of its generation.
class InUse {
  public:
    InUse(const Directory& directory, const std::vector<FileName>& files) : directory_(directory) {
        for (const FileName& file : files) {
            const keysdir::LinkEnd end = keysdir::follow_link(directory, file.text());
            if (end.failure != 0) {  // a link could lead to it unseen
                errno = end.failure;
                throw keysdir::system_failure("look at", directory.path_of(file.text()));
            }
            files_.emplace(end.identity, file);
        }
        const std::vector<std::string> names = linking::link_names(directory);
        const std::set<std::string> key_links(names.begin(), names.end());
        for (const std::string& name : directory.list()) {
            if (key_links.contains(name) || directory.link_target(name))
                look_at(name);
        }
    }
    [[nodiscard]] bool contains(const FileName& file) const {
        return generations_.contains(generation_of(file));
    }
    [[nodiscard]] bool knows_any_of(const FileName& file) const {
        return owners_.contains({linking::family_of(file), file.owner});
    }
    /// By family: why it is not clear which of its generations are in use.
    [[nodiscard]] const std::map<std::string, std::string>& unclear() const { return unclear_; }

  private:
    void look_at(const std::string& name) {
        const keysdir::LinkEnd end = keysdir::follow_link(directory_, name);
        const auto [first, last] = files_.equal_range(end.identity);
        if (end.failure == 0 && first != last) {
            for (auto file = first; file != last; ++file) {
                generations_.insert(generation_of(file->second));
                owners_.insert({linking::family_of(file->second), file->second.owner});
            }
            return;
        }
        const auto target = directory_.link_target(name);
        if (!target)
            return;  // a key file of its own under a link's name
        const bool leads_nowhere =
            end.failure == ENOENT || end.failure == ENOTDIR || end.failure == ELOOP || end.failure == 0;
        const std::string family = linking::family_of_link(name);
        if (family.empty() && leads_nowhere)
            return;
        const std::string reason =
            end.failure != 0
                ? keysdir::describe_failure(end.failure, *target)
                : fmt::format("the link leads to {}, which is no key file here", escaped(*target));
        if (family.empty() || end.failure == EIO)  // it may lead to a file of any
            throw Error(ErrorCode::input_output, reason).in(directory_.path_of(name));
        unclear_.emplace(family, fmt::format("{}: {}", escaped(directory_.path_of(name)), reason));
    }

    const Directory& directory_;
    std::multimap<keysdir::FileIdentity, FileName> files_;
    std::set<Generation> generations_;
    std::set<std::pair<std::string, std::string>> owners_;
    std::map<std::string, std::string> unclear_;
};

}  // namespace

KeysdirChanges prune(const KeysdirOptions& keysdir) {
    KeysdirChanges changes;
    Directory directory = keysdir::open_for_changes(keysdir, keysdir.progress, changes);
    directory.require_writable();
    const auto files = linking::key_files(directory);
    const InUse in_use(directory, files);
    for (const auto& [family, reason] : in_use.unclear())
        changes.warnings.push_back(
            fmt::format("{}; no {} file is removed until that is mended", reason, family));
    keysdir::Publication publication(directory);
    for (const FileName& file : files) {
        if (in_use.unclear().contains(linking::family_of(file)) || in_use.contains(file))
            continue;
        if (!in_use.knows_any_of(file)) {
            changes.kept.push_back({file.text(), "no link leads to any generation of it"});
            continue;
        }
        publication.add_removal(file.text());
        changes.removed.push_back(file.text());
    }
    if (!keysdir.dry_run)
        publication.commit();
    return changes;
}

}  // namespace keygen

#include "keysdir/staging.hpp"

namespace keygen::keysdir {

namespace {

struct Access {
    mode_t mode;
    std::optional<gid_t> group;
    std::optional<uid_t> user;
};

// A file that is rewritten stays readable for whom it was, and for nobody else: ntpd may not run as root.
Access access_of(const StagedFile& file, const KeysdirOptions& options,
                 const std::optional<struct stat>& existing) {
    if (!file.is_private)
        return {PUBLIC_MODE, std::nullopt, std::nullopt};
    const bool stays = file.replaces && existing && S_ISREG(existing->st_mode);
    const std::optional<uid_t> user = stays ? std::optional(existing->st_uid) : std::nullopt;
    if (options.readable_by)
        return {GROUP_READABLE_MODE, options.readable_by, user};
    if (stays)
        return {existing->st_mode & GROUP_READABLE_MODE, existing->st_gid, user};
    return {PRIVATE_MODE, std::nullopt, std::nullopt};
}

}  // namespace

Staging::Staging(std::vector<StagedFile> files, const std::vector<StagedLink>& more_links,
                 Directory& directory, const KeysdirOptions& options, KeysdirChanges& changes)
    : publication_(directory), dry_run_(options.dry_run) {
    const auto if_in_the_way = options.force ? Publication::IfExists::replace : Publication::IfExists::refuse;
    const auto add_link = [&](const std::string& link, const std::string& target) {
        const std::string previous = directory.link_target(link).value_or("");
        if (previous == target)
            return;
        publication_.add_link(link, target, if_in_the_way);
        changes.links.push_back({link, target, previous});
    };
    for (StagedFile& file : files) {
        const std::string name = file.name.text();
        const auto existing = directory.status_of(name);
        const bool exists = existing.has_value();
        const Access access = access_of(file, options, existing);
        const mode_t mode = access.mode;
        publication_.add_file(name, std::move(file.content), mode,
                              file.replaces ? Publication::IfExists::replace : if_in_the_way, access.group,
                              access.user);
        changes.files.push_back({name, file.description, mode, exists});
        for (const std::string& link : file.links)
            add_link(link, name);
    }
    for (const StagedLink& link : more_links)
        add_link(link.name, link.target);
    publication_.check();
}

void Staging::commit() {
    if (!dry_run_)
        publication_.commit();
}

}  // namespace keygen::keysdir

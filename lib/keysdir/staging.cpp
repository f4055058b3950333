#include "keysdir/staging.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "keysdir/links.hpp"

namespace keygen::keysdir {

namespace {

mode_t widest_mode(const StagedFile& file) {
    return file.is_private ? GROUP_READABLE_MODE : PUBLIC_MODE;
}

bool may_give_to(gid_t group) {
    if (::geteuid() == 0 || ::getegid() == group)
        return true;
    std::vector<gid_t> groups(static_cast<std::size_t>(std::max(0, ::getgroups(0, nullptr))));
    const int count = ::getgroups(static_cast<int>(groups.size()), groups.data());
    return count > 0 && std::find(groups.begin(), groups.begin() + count, group) != groups.begin() + count;
}

// The file of this directory that the first of these links leads to so far, which ntpd can read as it is.
std::optional<struct stat> predecessor_of(const StagedFile& file, const Directory& directory) {
    for (const std::string& link : file.links) {
        try {
            if (const auto name = resolve(directory, link))
                return directory.status_of(*name);
        } catch (const Error& error) {
            if (error.code() != ErrorCode::bad_file)
                throw;
        }
    }
    return std::nullopt;
}

// What replaces a file, or takes over its link, is for whom that was, and for nobody else: ntpd may not run
// as root.
Access access_of(const StagedFile& file, const Directory& directory, const KeysdirOptions& options,
                 const std::optional<struct stat>& existing, std::vector<std::string>& warnings) {
    const bool stays = file.replaces && existing && S_ISREG(existing->st_mode);
    const auto model = stays ? existing : predecessor_of(file, directory);
    Access access{file.is_private ? PRIVATE_MODE : PUBLIC_MODE, std::nullopt, std::nullopt};
    if (model && (stays || model->st_uid != ::geteuid()) && (stays || ::geteuid() == 0))
        access.user = model->st_uid;
    if (file.is_private && options.readable_by) {
        access.mode = GROUP_READABLE_MODE;
        access.group = options.readable_by;
    } else if (model) {
        access.mode = model->st_mode & widest_mode(file);
        access.group = model->st_gid;
    }
    if (stays || !model || (file.is_private && options.readable_by))
        return access;
    if (!may_give_to(model->st_gid)) {
        access.group.reset();
        access.mode &= file.is_private ? PRIVATE_MODE : PUBLIC_MODE;
    }
    const bool loses_group = !access.group && (model->st_mode & S_IRGRP) != 0 && (access.mode & S_IROTH) == 0;
    const bool loses_user =
        !access.user && model->st_uid != ::geteuid() && model->st_uid != 0 && (access.mode & S_IROTH) == 0;
    if (loses_group || loses_user)
        warnings.push_back(fmt::format(
            "{} is not readable by {} {}, as the file before it was: only root can pass that on (see "
            "--group)",
            file.name.text(), loses_group ? "group" : "user", loses_group ? model->st_gid : model->st_uid));
    return access;
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
        const Access access = access_of(file, directory, options, existing, changes.warnings);
        publication_.add_file(name, std::move(file.content), access,
                              file.replaces ? Publication::IfExists::replace : if_in_the_way);
        changes.files.push_back({name, file.description, access.mode, exists});
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

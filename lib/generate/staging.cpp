#include "generate/staging.hpp"

namespace keygen::generate_room {

using keysdir::Publication;

Staging::Staging(std::vector<StagedFile> files, const std::vector<StagedLink>& more_links,
                 keysdir::Directory& directory, const KeysdirOptions& options, KeysdirChanges& changes)
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
        const mode_t private_mode =
            options.readable_by ? keysdir::GROUP_READABLE_MODE : keysdir::PRIVATE_MODE;
        const mode_t mode = file.is_private ? private_mode : keysdir::PUBLIC_MODE;
        const bool exists = directory.kind_of(name) != keysdir::EntryKind::missing;
        publication_.add_file(name, std::move(file.content), mode,
                              file.replaces ? Publication::IfExists::replace : if_in_the_way,
                              file.is_private ? options.readable_by : std::nullopt);
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

}  // namespace keygen::generate_room

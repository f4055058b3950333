#include "inspect/newest_files.hpp"

namespace keygen::inspection {

NewestFiles::NewestFiles(const Scan& scan, const ScannedDirectory& place) {
    for (const std::size_t index : place.subjects)
        add(scan.subjects[index].file, index);
}

void NewestFiles::add(const InspectedFile& file, std::size_t index) {
    const auto name = keysdir::FileName::parse(file.name);
    const auto key = name ? keysdir::link_key_of(name->type) : std::nullopt;
    if (!key || file.assurance == VerificationState::unreadable)
        return;
    const auto [found, is_first] =
        by_link_.try_emplace(keysdir::LinkName{*key, name->owner}.text(), Newest{index, name->filestamp});
    Newest& newest = found->second;
    if (newest.filestamp.is_older_than(name->filestamp))
        newest = {index, name->filestamp};
    else if (!is_first && !name->filestamp.is_older_than(newest.filestamp))
        newest.is_only = false;
}

std::optional<std::size_t> NewestFiles::find(const keysdir::LinkName& link) const {
    const auto found = by_link_.find(link.text());
    return found == by_link_.end() || !found->second.is_only ? std::nullopt
                                                             : std::optional(found->second.index);
}

}  // namespace keygen::inspection

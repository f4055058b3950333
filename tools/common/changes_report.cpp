#include "common/changes_report.hpp"

#include <fmt/format.h>

namespace common {

nlohmann::ordered_json to_json(const keygen::KeysdirChanges& changes) {
    nlohmann::ordered_json json;
    json["files"] = nlohmann::ordered_json::array();
    for (const auto& file : changes.files)
        json["files"].push_back({{"name", file.name},
                                 {"description", file.description},
                                 {"mode", fmt::format("{:04o}", file.mode)},
                                 {"replaced", file.replaced}});
    json["links"] = nlohmann::ordered_json::array();
    for (const auto& link : changes.links)
        json["links"].push_back(
            {{"name", link.name}, {"target", link.target}, {"previous_target", link.previous_target}});
    json["kept"] = nlohmann::ordered_json::array();
    for (const auto& kept : changes.kept)
        json["kept"].push_back({{"name", kept.name}, {"description", kept.description}});
    json["removed"] = changes.removed;
    json["warnings"] = changes.warnings;
    return json;
}

std::string format_changes(const keygen::KeysdirChanges& changes, bool is_dry_run) {
    const std::string_view would = is_dry_run ? "would have " : "";
    std::string text;
    for (const auto& kept : changes.kept)
        text += fmt::format("kept {} ({})\n", kept.name, kept.description);
    for (const auto& file : changes.files)
        text += fmt::format("{}{} {} ({}, mode {:04o})\n", would, file.replaced ? "rewritten" : "made",
                            file.name, file.description, file.mode);
    for (const auto& link : changes.links) {
        const std::string before =
            link.previous_target.empty() ? "" : fmt::format(", before: {}", link.previous_target);
        text += fmt::format("{}linked {} -> {}{}\n", would, link.name, link.target, before);
    }
    for (const std::string& name : changes.removed)
        text += fmt::format("{}removed {}\n", would, name);
    return text;
}

void say_warnings(const Diagnostics& voice, const keygen::KeysdirChanges& changes) {
    for (const std::string& warning : changes.warnings)
        voice.warning(warning);
}

}  // namespace common

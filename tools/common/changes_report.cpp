#include "common/changes_report.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

namespace common {

using keygen::escaped;

json to_json(const keygen::KeysdirChanges& changes) {
    json result;
    result["files"] = json::array();
    for (const auto& file : changes.files)
        result["files"].push_back({{"name", file.name},
                                   {"description", file.description},
                                   {"mode", format_mode(file.mode)},
                                   {"replaced", file.replaced}});
    result["links"] = json::array();
    for (const auto& link : changes.links)
        result["links"].push_back({{"name", link.name},
                                   {"target", link.target},
                                   {"previous_target", or_null(link.previous_target)}});
    result["kept"] = json::array();
    for (const auto& kept : changes.kept)
        result["kept"].push_back({{"name", kept.name}, {"description", kept.description}});
    result["removed"] = changes.removed;
    result["warnings"] = changes.warnings;
    return result;
}

std::string format_changes(const keygen::KeysdirChanges& changes, bool is_dry_run) {
    const std::string_view would = is_dry_run ? "would have " : "";
    std::string text;
    for (const auto& kept : changes.kept)
        text += fmt::format("kept {} ({})\n", escaped(kept.name), kept.description);
    for (const auto& file : changes.files)
        text += fmt::format("{}{} {} ({}, mode {:04o})\n", would, file.replaced ? "rewritten" : "made",
                            escaped(file.name), file.description, file.mode);
    for (const auto& link : changes.links) {
        const std::string before =
            link.previous_target.empty() ? "" : fmt::format(", before: {}", escaped(link.previous_target));
        text += fmt::format("{}linked {} -> {}{}\n", would, escaped(link.name), escaped(link.target), before);
    }
    for (const std::string& name : changes.removed)
        text += fmt::format("{}removed {}\n", would, escaped(name));
    return text;
}

void say_warnings(const Diagnostics& voice, const keygen::KeysdirChanges& changes) {
    for (const std::string& warning : changes.warnings)
        voice.warning(warning);
}

}  // namespace common

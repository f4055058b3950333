#include "inspect/check_runs.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "inspect/scan.hpp"
#include "keysdir/own_names.hpp"

namespace keygen::inspection {

bool check_runs(const std::string& directory, const std::vector<std::string>& names, const Context& context) {
    const auto begins_so = [](const std::string& name) {
        return name.starts_with(keysdir::TEMPORARY_PREFIX);
    };
    const auto temporary_files = std::count_if(names.begin(), names.end(), begins_so);
    const bool is_midway = std::any_of(names.begin(), names.end(), [](const std::string& name) {
        return name == keysdir::JOURNAL_NAME || name == keysdir::UNDO_NAME;
    });
    const std::string remedy = directory == "."
                                   ? "keylink --list"
                                   : fmt::format("keylink --list --keysdir {}", shell_word(directory));
    if (is_midway)
        context.findings.add(
            "run-interrupted", directory,
            "a run was interrupted, or is at work, while its links moved: the next keygen or "
            "keylink finishes or undoes it, and before that it is not examined how the files fit",
            remedy);
    else if (temporary_files > 0)
        context.findings.add(
            "run-interrupted", Severity::note, directory, 0,
            fmt::format("a run was interrupted, or is at work, before any link moved: the next "
                        "keygen or keylink removes its temporary files ({})",
                        temporary_files),
            remedy);
    return is_midway;
}

}  // namespace keygen::inspection

#include "inspect/findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <tuple>

namespace keygen::inspection {

std::string remedy_of(const std::vector<Finding>& findings, std::string_view id, std::string_view path) {
    const auto found = std::find_if(findings.begin(), findings.end(), [&](const Finding& finding) {
        return finding.id == id && finding.path == path;
    });
    return found == findings.end() ? std::string() : found->remedy;
}

void Findings::add(std::string_view id, std::string path, std::string cause, std::string remedy) {
    const auto& kinds = finding_kinds();
    const auto kind =
        std::find_if(kinds.begin(), kinds.end(), [&](const auto& known) { return known.id == id; });
    if (kind == kinds.end())
        throw std::logic_error("a finding without a place in the manual: " + std::string(id));
    add(id, kind->severity, std::move(path), 0, std::move(cause), std::move(remedy));
}

void Findings::add(std::string_view id, Severity severity, std::string path, std::size_t line,
                   std::string cause, std::string remedy) {
    known_[std::string(id)].insert(path);
    findings_.push_back(
        {std::string(id), severity, std::move(path), line, std::move(cause), std::move(remedy)});
}

bool Findings::has(std::string_view id, std::string_view path) const {
    const auto paths = known_.find(id);
    return paths != known_.end() && paths->second.contains(path);
}

void Findings::set_remedy(std::string_view id, std::string_view path, const std::string& remedy) {
    for (Finding& finding : findings_) {
        if (finding.id == id && finding.path == path)
            finding.remedy = remedy;
    }
}

std::vector<Finding> Findings::take() {
    const auto rank = [](const Finding& finding) {
        return std::tuple(-static_cast<int>(finding.severity), std::string_view(finding.path), finding.line,
                          std::string_view(finding.id), std::string_view(finding.cause));
    };
    std::stable_sort(findings_.begin(), findings_.end(),
                     [&](const Finding& a, const Finding& b) { return rank(a) < rank(b); });
    // A file that was named, and lies in a directory that was, is looked at from both sides.
    const auto repeated = std::unique(findings_.begin(), findings_.end(),
                                      [&](const Finding& a, const Finding& b) { return rank(a) == rank(b); });
    findings_.erase(repeated, findings_.end());
    known_.clear();
    return std::move(findings_);
}

std::string keygen_command(std::string_view directory, std::string_view options) {
    std::string command = "keygen";
    if (!directory.empty() && directory != ".")
        command += " --keysdir " + shell_word(directory);
    if (!options.empty())
        command += " " + std::string(options);
    return command;
}

}  // namespace keygen::inspection

#include <keygen/finding.hpp>

#include <algorithm>
#include <stdexcept>
#include <tuple>

#include "inspect/findings.hpp"

namespace keygen {

std::string_view name_of(Severity severity) {
    switch (severity) {
        case Severity::note:
            return "note";
        case Severity::warning:
            return "warning";
        case Severity::critical:
            return "critical";
    }
    return "unknown";
}

namespace inspect_room {

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
    findings_.push_back(
        {std::string(id), severity, std::move(path), line, std::move(cause), std::move(remedy)});
}

bool Findings::has(std::string_view id, std::string_view path) const {
    return std::any_of(findings_.begin(), findings_.end(),
                       [&](const Finding& finding) { return finding.id == id && finding.path == path; });
}

std::vector<Finding> Findings::take() {
    const auto rank = [](const Finding& finding) {
        return std::tuple(-static_cast<int>(finding.severity), std::string_view(finding.path), finding.line,
                          std::string_view(finding.id));
    };
    std::stable_sort(findings_.begin(), findings_.end(),
                     [&](const Finding& a, const Finding& b) { return rank(a) < rank(b); });
    return std::move(findings_);
}

std::string shell_word(std::string_view text) {
    constexpr std::string_view PLAIN =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:@+,=%";
    if (!text.empty() && text.find_first_not_of(PLAIN) == std::string_view::npos)
        return std::string(text);
    std::string word = "'";
    for (const char c : text) {
        if (c == '\'')
            word += "'\\''";
        else
            word += c;
    }
    return word + "'";
}

std::string keygen_command(std::string_view directory, std::string_view options) {
    std::string command = "keygen";
    if (!directory.empty() && directory != ".")
        command += " --keysdir " + shell_word(directory);
    if (!options.empty())
        command += " " + std::string(options);
    return command;
}

}  // namespace inspect_room
}  // namespace keygen

#include "check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "common/run_main.hpp"

namespace {

// A '|' would begin the performance data, a newline a second line.
std::string on_one_line(std::string text) {
    std::replace(text.begin(), text.end(), '|', '/');
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

std::vector<const keygen::InspectReport*> reports_of(const Inspection& inspection) {
    std::vector<const keygen::InspectReport*> reports = {&inspection.report};
    for (const auto& configuration : inspection.configurations)
        reports.push_back(&configuration.inspected);
    return reports;
}

std::size_t count_files(const Inspection& inspection) {
    std::set<std::string_view> paths;
    for (const auto* report : reports_of(inspection)) {
        for (const auto& file : report->files)
            paths.insert(file.path);
    }
    return paths.size();
}

std::size_t count_unseen(const Inspection& inspection) {
    const auto findings = all_findings(inspection);
    return static_cast<std::size_t>(
        std::count_if(findings.begin(), findings.end(),
                      [](const keygen::Finding* finding) { return finding->id == "not-permitted"; }));
}

std::string first_sentence(const std::vector<const keygen::Finding*>& findings, keygen::Severity severity) {
    const auto first = std::find_if(findings.begin(), findings.end(), [&](const keygen::Finding* finding) {
        return finding->severity == severity;
    });
    const auto count = std::count_if(findings.begin(), findings.end(), [&](const keygen::Finding* finding) {
        return finding->severity == severity;
    });
    std::string text =
        fmt::format("{}: {} [{}]", keygen::escaped((*first)->path), (*first)->cause, (*first)->id);
    if (count > 1)
        text += fmt::format(" and {} more", count - 1);
    return text;
}

}  // namespace

std::optional<std::int64_t> least_days(const Inspection& inspection) {
    std::optional<std::int64_t> least;
    for (const auto* report : reports_of(inspection)) {
        if (const auto days = keygen::days_left(*report))
            least = least ? std::min(*least, *days) : *days;
    }
    return least;
}

std::optional<keygen::Severity> worst_of(const Inspection& inspection) {
    std::optional<keygen::Severity> result;
    for (const keygen::Finding* finding : all_findings(inspection))
        result = std::max(result.value_or(finding->severity), finding->severity);
    return result;
}

int check_status(const Inspection& inspection) {
    const auto worst = worst_of(inspection);
    if (worst == keygen::Severity::critical)
        return STATUS_CRITICAL;
    if (count_files(inspection) == 0 && inspection.configurations.empty())
        return STATUS_UNKNOWN;
    if (worst == keygen::Severity::warning)
        return STATUS_WARNING;
    return count_unseen(inspection) > 0 ? STATUS_UNKNOWN : common::STATUS_DONE;
}

std::string format_check(const Inspection& inspection, unsigned warn_days) {
    const auto findings = all_findings(inspection);
    const auto count = [&](keygen::Severity severity) {
        return std::count_if(findings.begin(), findings.end(),
                             [&](const keygen::Finding* finding) { return finding->severity == severity; });
    };
    const auto days = least_days(inspection);
    std::string line;
    switch (check_status(inspection)) {
        case STATUS_CRITICAL:
            line = "KEYS CRITICAL: " + first_sentence(findings, keygen::Severity::critical);
            break;
        case STATUS_WARNING:
            line = "KEYS WARNING: " + first_sentence(findings, keygen::Severity::warning);
            break;
        case STATUS_UNKNOWN:
            line = count_unseen(inspection) > 0
                       ? fmt::format("KEYS UNKNOWN: {} files that this user may not read",
                                     count_unseen(inspection))
                       : "KEYS UNKNOWN: no key file there";
            break;
        default:
            line = fmt::format("KEYS OK: {} files", count_files(inspection));
            if (days)
                line += fmt::format(", the first certificate ends in {} days", *days);
    }
    line = on_one_line(std::move(line)) + " |";
    if (days)
        line += fmt::format(" days_left={};{}:;0:", *days, warn_days);
    return line + fmt::format(" files={} critical={} warning={}\n", count_files(inspection),
                              count(keygen::Severity::critical), count(keygen::Severity::warning));
}

std::string format_unknown(std::string_view why) {
    return on_one_line(fmt::format("KEYS UNKNOWN: {}", why)) + "\n";
}

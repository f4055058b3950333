#include "table.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "table_configuration.hpp"

namespace {

using keygen::escaped;

// The widest name that has a column beside the others in 100 columns: a certificate's, of a host with 7
// letters.
constexpr std::size_t MAX_NAME_WIDTH = 40;

std::string key_of(const keygen::InspectedFile& file) {
    if (file.kind == keygen::FileKind::symmetric_keys)
        return fmt::format("{} keys", file.keys.size());
    if (file.algorithm.empty())
        return "-";
    return file.bits == 0 ? escaped(file.algorithm)
                          : fmt::format("{} {}", escaped(file.algorithm), file.bits);
}

std::string or_dash(const std::string& text) {
    return text.empty() ? "-" : text;
}

std::string shown_name(const keygen::InspectedFile& file) {
    const bool is_here = file.directory.empty() || file.directory == ".";
    return escaped(is_here && file.name.empty() ? or_dash(file.path) : file.name);
}

std::vector<std::string> row_of(const keygen::InspectedFile& file) {
    constexpr std::size_t DATE = 10;
    const std::string name = shown_name(file);
    return {name.size() > MAX_NAME_WIDTH ? "" : name,
            or_dash(escaped(file.type)),
            key_of(file),
            file.generated_at == 0 ? "-" : keygen::format_utc(file.generated_at).substr(0, DATE),
            file.directory.empty() ? "-" : fmt::format("{:04o}", file.mode),
            std::string(name_of(file.assurance))};
}

std::string format_key_details(const keygen::InspectedFile& file) {
    if (!file.encryption)
        return file.fingerprint;
    const auto& encryption = *file.encryption;
    return fmt::format("{}{}{}, {} x {}", file.fingerprint, file.fingerprint.empty() ? "" : ", ",
                       escaped(encryption.cipher), escaped(encryption.key_derivation), encryption.iterations);
}

void add_details(std::string& text, const keygen::InspectedFile& file) {
    if (const std::string details = format_key_details(file); !details.empty())
        text += fmt::format("      {}\n", details);
    if (!file.links.empty()) {
        std::vector<std::string> links;
        for (const std::string& link : file.links)
            links.push_back(escaped(link));
        text += fmt::format("      linked as {}\n", fmt::join(links, ", "));
    }
    if (file.certificate) {
        const auto& c = *file.certificate;
        text += fmt::format("      {}, {}, {}, from {} until {}\n", escaped(c.subject), name_of(c.kind),
                            escaped(c.digest_scheme), keygen::format_utc(c.not_before),
                            keygen::format_utc(c.not_after));
    }
    if (!file.gq_readings.empty()) {
        std::string readings;
        for (const auto reading : file.gq_readings)
            readings += fmt::format("{}{}", readings.empty() ? "" : ", ", name_of(reading));
        text += fmt::format("      reading: {}\n", readings);
    }
    if (file.mv_clients)
        text += fmt::format(
            "      clients: {}, revoked: {}\n", *file.mv_clients,
            file.mv_revoked.empty() ? "none" : fmt::format("{}", fmt::join(file.mv_revoked, ", ")));
    std::vector<std::vector<std::string>> rows;
    for (const auto& key : file.keys)
        rows.push_back({fmt::format("{:>5}", key.id), std::string(keygen::format_symmetric_type(key.type)),
                        fmt::format("{} bits", key.bits), or_dash(key.fingerprint)});
    text += align(rows, "      ");
    for (const auto& number : file.numbers)
        text += fmt::format("      {} = {}\n", number.name, number.hex);
}

std::string format_files(const keygen::InspectReport& report) {
    std::vector<std::vector<std::string>> rows = {{"FILE", "TYPE", "KEY", "GENERATED", "MODE", "STATE"}};
    for (const auto& file : report.files)
        rows.push_back(row_of(file));
    if (rows.size() == 1)
        return "";
    const std::string table = align(rows, "  ");
    std::string text;
    std::size_t line = 0;
    std::string directory = "\n";  // no directory's name
    for (std::size_t start = 0; start < table.size(); ++line) {
        const std::size_t end = table.find('\n', start) + 1;
        if (line > 0) {
            const auto& file = report.files[line - 1];
            if (file.directory != directory) {
                directory = file.directory;
                text += directory.empty() ? "" : fmt::format("{}:\n", escaped(directory));
            }
            if (const std::string name = shown_name(file); name.size() > MAX_NAME_WIDTH)
                text += fmt::format("  {}\n", name);
        }
        text += table.substr(start, end - start);
        if (line > 0)
            add_details(text, report.files[line - 1]);
        start = end;
    }
    return text;
}

std::string format_proofs(const keygen::InspectReport& report) {
    std::string text;
    for (const auto& proof : report.proofs) {
        const std::string client =
            proof.mv_client ? fmt::format("client {}", *proof.mv_client) : escaped(proof.client_path);
        const std::string reading =
            proof.reading ? fmt::format(" ({} reading)", name_of(*proof.reading)) : std::string();
        const std::string_view result = proof.is_proven     ? "proven"
                                        : proof.is_expected ? "NOT proven"
                                                            : "not proven, as it should be";
        text += fmt::format("  {}{}: {} and {}: {}{}\n", name_of(proof.scheme), reading,
                            escaped(proof.server_path), client, result,
                            proof.is_proven || !proof.is_expected ? "" : ": " + proof.cause);
    }
    return text.empty() ? "" : "\nproofs:\n" + text;
}

std::string format_finding(const keygen::Finding& finding, bool is_coloured) {
    const std::string_view colour = !is_coloured                                     ? ""
                                    : finding.severity == keygen::Severity::critical ? "\033[1;31m"
                                    : finding.severity == keygen::Severity::warning  ? "\033[1;33m"
                                                                                     : "\033[1;36m";
    return fmt::format(
        "  {}{}:{} {}{} [{}]\n", colour, name_of(finding.severity), is_coloured ? "\033[0m" : "",
        finding.line > 0 ? fmt::format("line {}: ", finding.line) : "", finding.cause, finding.id);
}

// One paragraph for each path, so that a remedy that helps against several findings stands there once.
std::string format_findings(const std::vector<const keygen::Finding*>& findings, bool is_coloured) {
    std::vector<std::string> order;
    std::map<std::string, std::vector<const keygen::Finding*>> by_path;
    for (const keygen::Finding* finding : findings) {
        auto& group = by_path[finding->path];
        if (group.empty())
            order.push_back(finding->path);
        group.push_back(finding);
    }
    std::string text;
    for (const std::string& path : order) {
        text += fmt::format("{}:\n", escaped(path));
        std::vector<std::string> remedies;
        for (const keygen::Finding* finding : by_path[path]) {
            text += format_finding(*finding, is_coloured);
            const bool is_new =
                std::find(remedies.begin(), remedies.end(), finding->remedy) == remedies.end();
            if (!finding->remedy.empty() && is_new)
                remedies.push_back(finding->remedy);
        }
        for (const std::string& remedy : remedies)
            text += fmt::format("    remedy: {}\n", remedy);
    }
    return text;
}

}  // namespace

std::string align(const std::vector<std::vector<std::string>>& rows, const std::string& indent) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], row[i].size());
    }
    std::string text;
    for (const auto& row : rows) {
        text += indent;
        for (std::size_t i = 0; i + 1 < row.size(); ++i)
            text += fmt::format("{:<{}}  ", row[i], widths[i]);
        text += row.empty() ? "\n" : row.back() + "\n";
    }
    return text;
}

std::vector<const keygen::Finding*> all_findings(const Inspection& inspection) {
    std::vector<const keygen::Finding*> findings;
    const auto add = [&](const std::vector<keygen::Finding>& more) {
        for (const keygen::Finding& finding : more)
            findings.push_back(&finding);
    };
    for (const auto& configuration : inspection.configurations) {
        add(configuration.findings);
        add(configuration.inspected.findings);
    }
    add(inspection.report.findings);
    // What a configuration names, the caller may have named too.
    std::set<std::tuple<std::string_view, std::string_view, std::size_t, std::string_view>> seen;
    std::erase_if(findings, [&](const auto* finding) {
        return !seen.emplace(finding->id, finding->path, finding->line, finding->cause).second;
    });
    std::stable_sort(findings.begin(), findings.end(),
                     [](const auto* a, const auto* b) { return a->severity > b->severity; });
    return findings;
}

std::string format_table(const Inspection& inspection, bool is_coloured) {
    std::string text;
    for (const auto& configuration : inspection.configurations)
        text += format_configuration(configuration) + format_files(configuration.inspected);
    text += format_files(inspection.report) + format_proofs(inspection.report);
    const auto findings = all_findings(inspection);
    if (findings.empty())
        return text.empty() ? "nothing to inspect: no key file there\n" : text + "\nnothing wrong\n";
    text += text.empty() ? "" : "\n";
    return text + format_findings(findings, is_coloured);
}

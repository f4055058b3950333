#include "table_configuration.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "table.hpp"

namespace {

using keygen::escaped;

std::string authentication_of(const keygen::Association& association) {
    std::string text(name_of(association.authentication));
    if (association.key)
        text += fmt::format(" key {}", *association.key);
    if (!association.ident.empty())
        text += fmt::format(" ident {}", escaped(association.ident));
    return text;
}

}  // namespace

std::string format_configuration(const keygen::ConfigurationReport& report) {
    std::string text = fmt::format("{}: configuration of {}\n", escaped(report.path), name_of(report.daemon));
    if (!report.host.empty())
        text += fmt::format("  Autokey as host {}, identity {}, key directory {}, password {}\n",
                            escaped(report.host), escaped(report.ident), escaped(report.keysdir),
                            report.has_password ? "set" : "not set");
    if (!report.user.empty())
        text += fmt::format("  runs as {} once it has given up root\n", escaped(report.user));
    if (!report.keys_path.empty())
        text += fmt::format("  symmetric keys in {}{}\n", escaped(report.keys_path),
                            report.trusted_keys.empty() || report.trusted_keys.size() > 50
                                ? ""
                                : fmt::format(", trusted: {}", fmt::join(report.trusted_keys, ", ")));
    std::vector<std::vector<std::string>> rows;
    for (const auto& file : report.files)
        rows.push_back(
            {std::string(name_of(file.outcome)), file.purpose, escaped(file.path), escaped(file.detail)});
    text += rows.empty() ? "" : "files:\n" + align(rows, "  ");
    rows.clear();
    for (const auto& association : report.associations)
        rows.push_back({fmt::format("line {}", association.line), association.kind,
                        escaped(association.address), authentication_of(association),
                        association.scheme.empty() ? "-" : association.scheme,
                        std::string(name_of(association.verdict)), escaped(association.explanation)});
    text += rows.empty() ? "" : "associations:\n" + align(rows, "  ");
    text += report.ends_at_start ? "the daemon ends at its start\n" : "";
    return text + "\n";
}

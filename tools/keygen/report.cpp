#include "report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "common/changes_report.hpp"

namespace report {

namespace {

using nlohmann::ordered_json;

std::string_view status_of(bool is_dry_run) {
    return is_dry_run ? "dry-run" : "done";
}

ordered_json start(bool is_dry_run) {
    return {{"command", "keygen"}, {"status", status_of(is_dry_run)}};
}

void append(ordered_json& json, const keygen::KeysdirChanges& changes) {
    json.update(common::to_json(changes));
}

std::string dump(const ordered_json& json) {
    // Names come from outside and need not be UTF-8.
    return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

ordered_json to_json(const keygen::CertificateFields& fields) {
    return {{"subject", fields.subject},
            {"kind", keygen::name_of(fields.kind)},
            {"digest_scheme", fields.digest_scheme},
            {"modulus_bits", fields.modulus_bits},
            {"not_before", keygen::format_utc(fields.not_before)},
            {"not_after", keygen::format_utc(fields.not_after)},
            {"fingerprint", fields.fingerprint}};
}

std::string format_lines(std::string_view title, const std::vector<std::string>& lines) {
    if (lines.empty())
        return "";
    return fmt::format("\n{}\n    {}\n", title, fmt::join(lines, "\n    "));
}

}  // namespace

std::string format_text(const keygen::GenerateReport& report, bool is_dry_run) {
    std::string text = common::format_changes(report.changes, is_dry_run);
    if (report.is_unchanged) {
        return text + fmt::format("nothing to do: the certificate of {} is good until {}\n",
                                  report.certificate.subject,
                                  keygen::format_utc(report.certificate.not_after));
    }
    text += format_lines("In ntp.conf here:", report.server_conf);
    text += format_lines("Then, here:", report.server_steps);
    text += format_lines("On each client:", report.client_steps);
    text += format_lines("In ntp.conf there:", report.client_conf);
    return text;
}

std::string format_json(const keygen::GenerateReport& report, bool is_dry_run) {
    ordered_json json = start(is_dry_run);
    if (report.is_unchanged)
        json["status"] = "unchanged";
    json["host"] = report.host;
    json["group"] = report.group;
    json["filestamp"] = report.filestamp.value();
    append(json, report.changes);
    json["certificate"] = is_dry_run ? ordered_json() : to_json(report.certificate);
    json["server_conf"] = report.server_conf;
    json["server_steps"] = report.server_steps;
    json["client_steps"] = report.client_steps;
    json["client_conf"] = report.client_conf;
    return dump(json);
}

std::string format_json(const keygen::ExportReport& report) {
    ordered_json json = start(false);
    json["scheme"] = keygen::name_of(report.scheme);
    json["file_name"] = report.file_name;
    json["text"] = report.text.text();
    json["warnings"] = report.warnings;
    return dump(json);
}

std::string format_text(const keygen::RepairReport& report, bool is_dry_run) {
    std::string text;
    for (const std::string& sentence : report.repaired)
        text += sentence + "\n";
    if (report.repaired.empty() && report.beyond_repair.empty())
        text += "nothing to repair\n";
    return text + common::format_changes(report.changes, is_dry_run);
}

std::string format_json(const keygen::RepairReport& report, bool is_dry_run) {
    ordered_json json = start(is_dry_run);
    append(json, report.changes);
    json["repaired"] = report.repaired;
    json["beyond_repair"] = report.beyond_repair;
    return dump(json);
}

std::string format_text(const keygen::RevokeReport& report, bool is_dry_run) {
    const std::string who =
        report.revoked.empty() ? "nobody" : fmt::format("{}", fmt::join(report.revoked, ", "));
    return common::format_changes(report.changes, is_dry_run) +
           fmt::format("MV clients of {} {}: {} (of {}){}\n", report.group,
                       is_dry_run ? "to be locked out" : "locked out", who, report.clients,
                       is_dry_run ? "" : "; restart ntpd to make it so");
}

std::string format_json(const keygen::RevokeReport& report, bool is_dry_run) {
    ordered_json json = start(is_dry_run);
    json["group"] = report.group;
    json["clients"] = report.clients;
    json["revoked"] = report.revoked;
    append(json, report.changes);
    return dump(json);
}

std::string format_text(const keygen::KeysFileReport& report, bool is_dry_run) {
    return common::format_changes(report.changes, is_dry_run) +
           format_lines("In the daemon's configuration:", report.conf);
}

std::string format_json(const keygen::KeysFileReport& report, bool is_dry_run) {
    ordered_json json = start(is_dry_run);
    append(json, report.changes);
    json["file"] = report.file;
    json["keys"] = ordered_json::array();
    for (const keygen::NewKey& key : report.keys)
        json["keys"].push_back({{"id", key.id}, {"type", keygen::format_symmetric_type(key.type)}});
    json["conf"] = report.conf;
    return dump(json);
}

}  // namespace report

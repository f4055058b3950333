#include "report.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "common/changes_report.hpp"
#include "common/json.hpp"

namespace report {

namespace {

using common::json;

std::string_view status_of(bool is_dry_run) {
    return is_dry_run ? "dry-run" : "done";
}

json start(bool is_dry_run) {
    return common::start_report("keygen", status_of(is_dry_run));
}

json to_json(const keygen::CertificateFields& fields) {
    return {{"subject", fields.subject},
            {"kind", keygen::name_of(fields.kind)},
            {"digest_scheme", fields.digest_scheme},
            {"modulus_bits", fields.modulus_bits},
            {"not_before", common::format_time(fields.not_before)},
            {"not_after", common::format_time(fields.not_after)},
            {"fingerprint", fields.fingerprint}};
}

json to_json(const std::vector<keygen::NewKey>& keys) {
    json result = json::array();
    for (const keygen::NewKey& key : keys)
        result.push_back({{"id", key.id}, {"type", keygen::format_symmetric_type(key.type)}});
    return result;
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
    json result = start(is_dry_run);
    if (report.is_unchanged)
        result["status"] = "unchanged";
    result["host"] = report.host;
    result["group"] = common::or_null(report.group);
    result["filestamp"] = report.filestamp.value();
    result.update(common::to_json(report.changes));
    result["certificate"] = is_dry_run ? json() : to_json(report.certificate);
    result["server_conf"] = report.server_conf;
    result["server_steps"] = report.server_steps;
    result["client_steps"] = report.client_steps;
    result["client_conf"] = report.client_conf;
    return common::dump(result);
}

std::string format_json(const keygen::ExportReport& report) {
    json result = start(false);
    result["scheme"] = keygen::name_of(report.scheme);
    result["file_name"] = report.file_name;
    result["text"] = report.text.text();
    result["warnings"] = report.warnings;
    return common::dump(result);
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
    json result = start(is_dry_run);
    result.update(common::to_json(report.changes));
    result["repaired"] = report.repaired;
    result["beyond_repair"] = report.beyond_repair;
    return common::dump(result);
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
    json result = start(is_dry_run);
    result["group"] = report.group;
    result["clients"] = report.clients;
    result["revoked"] = report.revoked;
    result.update(common::to_json(report.changes));
    return common::dump(result);
}

std::string format_text(const keygen::ChangePasswordReport& report, bool is_dry_run) {
    return common::format_changes(report.changes, is_dry_run) +
           format_lines("In ntp.conf here, then restart ntpd:", {"crypto pw <the new password>"});
}

std::string format_json(const keygen::ChangePasswordReport& report, bool is_dry_run) {
    json result = start(is_dry_run);
    result.update(common::to_json(report.changes));
    return common::dump(result);
}

std::string format_text(const keygen::KeysFileReport& report, bool is_dry_run) {
    if (!report.is_changed)
        return fmt::format("nothing to change in {}\n", keygen::escaped(report.file));
    return common::format_changes(report.changes, is_dry_run) +
           format_lines("In the daemon's configuration:", report.conf);
}

std::string format_json(const keygen::KeysFileReport& report, bool is_dry_run) {
    json result = start(is_dry_run);
    if (!report.is_changed)
        result["status"] = "unchanged";
    result.update(common::to_json(report.changes));
    result["file"] = common::or_null(report.file);
    result["changed"] = report.is_changed;
    result["dialect"] = keygen::format_dialect(report.dialect);
    result["text"] = report.file.empty() ? json(report.text.text()) : json();
    result["keys"] = to_json(report.keys);
    result["conf"] = report.conf;
    return common::dump(result);
}

std::string format_json(const keygen::KeysTextReport& report) {
    json result = start(false);
    result["from"] = keygen::format_dialect(report.from);
    result["keys"] = to_json(report.keys);
    result["text"] = report.text.text();
    result["warnings"] = report.warnings;
    return common::dump(result);
}

}  // namespace report

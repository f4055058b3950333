#include "json.hpp"

#include "check.hpp"
#include "common/json.hpp"

namespace {

using common::format_mode;
using common::format_time;
using common::json;
using common::or_null;

template <typename T>
json to_array(const std::vector<T>& values, json (*convert)(const T&)) {
    json array = json::array();
    for (const T& value : values)
        array.push_back(convert(value));
    return array;
}

json to_json(const keygen::KeyEncryption& encryption) {
    return {{"container", encryption.container},
            {"cipher", encryption.cipher},
            {"key_derivation", encryption.key_derivation},
            {"iterations", encryption.iterations}};
}

json to_json(const keygen::CertificateFields& c) {
    return {{"subject", c.subject},
            {"issuer", c.issuer},
            {"serial", c.serial},
            {"not_before", format_time(c.not_before)},
            {"not_after", format_time(c.not_after)},
            {"digest_scheme", c.digest_scheme},
            {"kind", name_of(c.kind)},
            {"is_authority", c.is_authority},
            {"fingerprint", c.fingerprint}};
}

json to_json(const keygen::InspectedKey& key) {
    return {{"id", key.id},
            {"type", keygen::format_symmetric_type(key.type)},
            {"bits", key.bits},
            {"fingerprint", or_null(key.fingerprint)},
            {"line", key.line}};
}

json to_json(const keygen::InspectedFile& file) {
    json result = {{"path", file.path},
                   {"name", or_null(file.name)},
                   {"kind", name_of(file.kind)},
                   {"type", or_null(file.type)},
                   {"owner", or_null(file.owner)},
                   {"filestamp", file.filestamp ? json(file.filestamp->value()) : json()},
                   {"generated_at", file.generated_at == 0 ? json() : json(format_time(file.generated_at))},
                   {"scheme", file.scheme ? json(name_of(*file.scheme)) : json()},
                   {"algorithm", or_null(file.algorithm)},
                   {"bits", file.bits == 0 ? json() : json(file.bits)},
                   {"state", name_of(file.assurance)},
                   {"is_current", file.is_current},
                   {"fingerprint", or_null(file.fingerprint)},
                   {"mode", file.directory.empty() ? json() : json(format_mode(file.mode))},
                   {"user", file.directory.empty() ? json() : json(file.user)},
                   {"size", file.size},
                   {"links", file.links}};
    result["encryption"] = file.encryption ? to_json(*file.encryption) : json();
    result["certificate"] = file.certificate ? to_json(*file.certificate) : json();
    result["gq_layouts"] = json::array();
    for (const auto layout : file.gq_readings)
        result["gq_layouts"].push_back(name_of(layout));
    result["mv_clients"] = or_null(file.mv_clients);
    result["mv_revoked"] = file.mv_revoked;
    result["dialect"] = file.dialect ? json(keygen::format_dialect(*file.dialect)) : json();
    result["keys"] = to_array(file.keys, to_json);
    result["numbers"] = json::object();
    for (const auto& number : file.numbers)
        result["numbers"][number.name] = number.hex;
    return result;
}

json to_json(const keygen::InspectedLink& link) {
    return {{"path", link.path}, {"target", link.target}, {"resolved", or_null(link.resolved)}};
}

json to_json(const keygen::InspectedDirectory& directory) {
    return {{"path", directory.path},
            {"mode", format_mode(directory.mode)},
            {"user", directory.user},
            {"files", directory.files},
            {"others", directory.others}};
}

json to_json(const keygen::Proof& proof) {
    return {{"scheme", name_of(proof.scheme)},
            {"layout", proof.reading ? json(name_of(*proof.reading)) : json()},
            {"server", proof.server_path},
            {"client", or_null(proof.client_path)},
            {"mv_client", or_null(proof.mv_client)},
            {"is_proven", proof.is_proven},
            {"is_expected", proof.is_expected},
            {"cause", or_null(proof.cause)}};
}

json to_json(const keygen::Finding& finding) {
    return {{"id", finding.id},       {"severity", name_of(finding.severity)},
            {"path", finding.path},   {"line", finding.line == 0 ? json() : json(finding.line)},
            {"cause", finding.cause}, {"remedy", or_null(finding.remedy)}};
}

json to_json(const keygen::ExpectedFile& file) {
    return {{"purpose", file.purpose},
            {"path", file.path},
            {"outcome", name_of(file.outcome)},
            {"detail", file.detail}};
}

json to_json(const keygen::Association& association) {
    return {{"path", association.path},
            {"line", association.line},
            {"kind", association.kind},
            {"address", association.address},
            {"authentication", name_of(association.authentication)},
            {"key", or_null(association.key)},
            {"ident", or_null(association.ident)},
            {"scheme", or_null(association.scheme)},
            {"verdict", name_of(association.verdict)},
            {"explanation", or_null(association.explanation)},
            {"cause", or_null(association.cause)}};
}

json to_json(const keygen::ConfigurationReport& report) {
    return {{"path", report.path},
            {"daemon", name_of(report.daemon)},
            {"user", or_null(report.user)},
            {"keysdir", or_null(report.keysdir)},
            {"host", or_null(report.host)},
            {"ident", or_null(report.ident)},
            {"has_password", report.has_password},
            {"keys_path", or_null(report.keys_path)},
            {"trusted_keys", report.trusted_keys},
            {"expected_files", to_array(report.files, to_json)},
            {"associations", to_array(report.associations, to_json)},
            {"ends_at_start", report.ends_at_start},
            {"files", to_array(report.inspected.files, to_json)}};
}

}  // namespace

std::string format_json(const Inspection& inspection) {
    const auto worst = worst_of(inspection);
    json report = common::start_report("keyinspect", worst == keygen::Severity::critical  ? "critical"
                                                     : worst == keygen::Severity::warning ? "warning"
                                                                                          : "ok");
    report["now"] = format_time(inspection.report.now);
    report["days_left"] = or_null(least_days(inspection));
    report["files"] = to_array(inspection.report.files, to_json);
    report["links"] = to_array(inspection.report.links, to_json);
    report["directories"] = to_array(inspection.report.directories, to_json);
    report["proofs"] = to_array(inspection.report.proofs, to_json);
    report["configurations"] = to_array(inspection.configurations, to_json);
    report["findings"] = json::array();
    for (const keygen::Finding* finding : all_findings(inspection))
        report["findings"].push_back(to_json(*finding));
    return common::dump(report);
}

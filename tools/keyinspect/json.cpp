#include "json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "check.hpp"

namespace {

using nlohmann::ordered_json;

constexpr int INDENT = 2;

ordered_json or_null(const std::string& text) {
    return text.empty() ? ordered_json() : ordered_json(text);
}

template <typename T>
ordered_json or_null(const std::optional<T>& value) {
    return value ? ordered_json(*value) : ordered_json();
}

template <typename T>
ordered_json to_array(const std::vector<T>& values, ordered_json (*convert)(const T&)) {
    ordered_json array = ordered_json::array();
    for (const T& value : values)
        array.push_back(convert(value));
    return array;
}

ordered_json to_json(const keygen::KeyEncryption& encryption) {
    return {{"container", encryption.container},
            {"cipher", encryption.cipher},
            {"key_derivation", encryption.key_derivation},
            {"iterations", encryption.iterations}};
}

ordered_json to_json(const keygen::CertificateFields& c) {
    return {{"subject", c.subject},        {"issuer", c.issuer},
            {"serial", c.serial},          {"not_before", c.not_before},
            {"not_after", c.not_after},    {"digest_scheme", c.digest_scheme},
            {"kind", name_of(c.kind)},     {"is_authority", c.is_authority},
            {"fingerprint", c.fingerprint}};
}

ordered_json to_json(const keygen::InspectedKey& key) {
    return {{"id", key.id},
            {"type", keygen::format_symmetric_type(key.type)},
            {"bits", key.bits},
            {"fingerprint", or_null(key.fingerprint)},
            {"line", key.line}};
}

ordered_json to_json(const keygen::InspectedFile& file) {
    ordered_json json = {
        {"path", file.path},
        {"name", or_null(file.name)},
        {"kind", name_of(file.kind)},
        {"type", or_null(file.type)},
        {"owner", or_null(file.owner)},
        {"filestamp", file.filestamp ? ordered_json(file.filestamp->value()) : ordered_json()},
        {"generated_at", file.generated_at == 0 ? ordered_json() : ordered_json(file.generated_at)},
        {"scheme", file.scheme ? ordered_json(name_of(*file.scheme)) : ordered_json()},
        {"algorithm", or_null(file.algorithm)},
        {"bits", file.bits == 0 ? ordered_json() : ordered_json(file.bits)},
        {"state", name_of(file.assurance)},
        {"is_current", file.is_current},
        {"fingerprint", or_null(file.fingerprint)},
        {"mode", file.directory.empty() ? ordered_json() : ordered_json(file.mode)},
        {"user", file.directory.empty() ? ordered_json() : ordered_json(file.user)},
        {"size", file.size},
        {"links", file.links}};
    json["encryption"] = file.encryption ? to_json(*file.encryption) : ordered_json();
    json["certificate"] = file.certificate ? to_json(*file.certificate) : ordered_json();
    json["gq_readings"] = ordered_json::array();
    for (const auto reading : file.gq_readings)
        json["gq_readings"].push_back(name_of(reading));
    json["mv_clients"] = or_null(file.mv_clients);
    json["mv_revoked"] = file.mv_revoked;
    json["dialect"] = file.dialect ? ordered_json(keygen::format_dialect(*file.dialect)) : ordered_json();
    json["keys"] = to_array(file.keys, to_json);
    json["numbers"] = ordered_json::object();
    for (const auto& number : file.numbers)
        json["numbers"][number.name] = number.hex;
    return json;
}

ordered_json to_json(const keygen::InspectedLink& link) {
    return {{"path", link.path}, {"target", link.target}, {"resolved", or_null(link.resolved)}};
}

ordered_json to_json(const keygen::InspectedDirectory& directory) {
    return {{"path", directory.path},
            {"mode", directory.mode},
            {"user", directory.user},
            {"files", directory.files},
            {"others", directory.others}};
}

ordered_json to_json(const keygen::Proof& proof) {
    return {{"scheme", name_of(proof.scheme)},
            {"reading", proof.reading ? ordered_json(name_of(*proof.reading)) : ordered_json()},
            {"server", proof.server_path},
            {"client", or_null(proof.client_path)},
            {"mv_client", or_null(proof.mv_client)},
            {"is_proven", proof.is_proven},
            {"is_expected", proof.is_expected},
            {"cause", or_null(proof.cause)}};
}

ordered_json to_json(const keygen::Finding& finding) {
    return {
        {"id", finding.id},       {"severity", name_of(finding.severity)},
        {"path", finding.path},   {"line", finding.line == 0 ? ordered_json() : ordered_json(finding.line)},
        {"cause", finding.cause}, {"remedy", or_null(finding.remedy)}};
}

ordered_json to_json(const keygen::ExpectedFile& file) {
    return {{"purpose", file.purpose},
            {"path", file.path},
            {"outcome", name_of(file.outcome)},
            {"detail", file.detail}};
}

ordered_json to_json(const keygen::Association& association) {
    return {{"path", association.path},
            {"line", association.line},
            {"kind", association.kind},
            {"address", association.address},
            {"authentication", name_of(association.authentication)},
            {"key", or_null(association.key)},
            {"ident", or_null(association.ident)},
            {"scheme", or_null(association.scheme)},
            {"verdict", name_of(association.verdict)},
            {"explanation", or_null(association.explanation)}};
}

ordered_json to_json(const keygen::LogLine& line) {
    return {{"text", line.text}, {"is_last", line.is_last}};
}

ordered_json to_json(const keygen::ConfigurationReport& report) {
    return {{"path", report.path},
            {"daemon", name_of(report.daemon)},
            {"keysdir", or_null(report.keysdir)},
            {"host", or_null(report.host)},
            {"ident", or_null(report.ident)},
            {"has_password", report.has_password},
            {"keys_path", or_null(report.keys_path)},
            {"trusted_keys", report.trusted_keys},
            {"expected_files", to_array(report.files, to_json)},
            {"associations", to_array(report.associations, to_json)},
            {"log", to_array(report.log, to_json)},
            {"ends_at_start", report.ends_at_start},
            {"files", to_array(report.inspected.files, to_json)}};
}

// Names come from outside and need not be UTF-8.
std::string to_text(const ordered_json& json) {
    return json.dump(INDENT, ' ', false, ordered_json::error_handler_t::replace);
}

/// Builds the text member by member: a tree of ten thousand files would take a hundred megabytes.
class Document {
  public:
    void add(std::string_view name, const ordered_json& value) {
        begin(name);
        append(to_text(value), INDENT);
    }
    template <typename Range, typename Convert>
    void add_list(std::string_view name, const Range& values, Convert convert) {
        begin(name);
        bool is_first = true;
        for (const auto& value : values) {
            text_ += is_first ? "[\n    " : ",\n    ";
            append(to_text(convert(value)), 2 * INDENT);
            is_first = false;
        }
        text_ += is_first ? "[]" : "\n  ]";
    }
    std::string finish() { return std::move(text_) + "\n}\n"; }

  private:
    void begin(std::string_view name) {
        text_ += text_.empty() ? "{" : ",";
        text_ += fmt::format("\n  \"{}\": ", name);
    }
    // No newline stands in a string.
    void append(std::string_view lines, int indent) {
        for (const char c : lines) {
            text_ += c;
            if (c == '\n')
                text_.append(static_cast<std::size_t>(indent), ' ');
        }
    }

    std::string text_;
};

}  // namespace

std::string format_json(const Inspection& inspection) {
    const auto convert = [](const auto& value) { return to_json(value); };
    const auto worst = worst_of(inspection);
    Document document;
    document.add("command", "keyinspect");
    document.add("status", worst == keygen::Severity::critical  ? "critical"
                           : worst == keygen::Severity::warning ? "warning"
                                                                : "ok");
    document.add("now", inspection.report.now);
    document.add("days_left", or_null(keygen::days_left(inspection.report)));
    document.add_list("files", inspection.report.files, convert);
    document.add_list("links", inspection.report.links, convert);
    document.add_list("directories", inspection.report.directories, convert);
    document.add_list("proofs", inspection.report.proofs, convert);
    document.add_list("configurations", inspection.configurations, convert);
    document.add_list("findings", all_findings(inspection),
                      [](const keygen::Finding* finding) { return to_json(*finding); });
    return document.finish();
}

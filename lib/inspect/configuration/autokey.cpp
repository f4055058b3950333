#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "crypto/pem.hpp"
#include "inspect/configuration/startup.hpp"
#include "keysdir/directory.hpp"
#include "keysdir/header.hpp"

namespace keygen::inspect_room {

namespace {

using Outcome = ExpectedFile::Outcome;

bool has_finding(const InspectReport& report, std::string_view id, const std::string& path) {
    return std::any_of(report.findings.begin(), report.findings.end(),
                       [&](const Finding& finding) { return finding.id == id && finding.path == path; });
}

/// Opens files as ntpd does, and keeps its log.
class NtpdStart {
  public:
    NtpdStart(ConfigurationReport& report, const Settings& settings, const ConfigurationRequest& request)
        : report_(report), request_(request), default_password_(report.host) {
        password_ = settings.password ? &*settings.password : &default_password_;
    }

    // crypto_key() and crypto_cert() in ntpd/ntp_crypto.c. A key that cannot be decoded ends ntpd at once.
    Outcome load(const std::string& purpose, const std::string& name, bool is_certificate,
                 const SecretBytes* password) {
        const std::string path = fmt::format("{}/{}", report_.keysdir, name);
        const std::string_view function = is_certificate ? "crypto_cert" : "crypto_key";
        const auto finish = [&](Outcome outcome, std::string detail) {
            report_.files.push_back({purpose, path, outcome, std::move(detail)});
            return outcome;
        };
        InspectRequest inspection;
        inspection.paths = {path};
        inspection.password = password;
        inspection.now = request_.now;
        const InspectReport seen = inspect(inspection);
        if (seen.files.empty() || has_finding(seen, "unreadable", path))
            return finish(Outcome::absent, "not there");
        if (has_finding(seen, "empty", path)) {
            log(fmt::format("{}: empty file {}", function, path));
            return finish(Outcome::refused, "the file is empty");
        }
        if (const auto trouble = filestamp_trouble(path); !trouble.empty()) {
            log(fmt::format("{}: {} {}", function, trouble, path));
            return finish(Outcome::refused, fmt::format("{} in line 1", trouble));
        }
        const InspectedFile& file = seen.files.front();
        if (is_certificate)
            return finish_certificate(seen, file, path, finish);
        const char* reason =
            has_finding(seen, "wrong-password", path)         ? "bad decrypt"
            : has_finding(seen, "parameters-encrypted", path) ? "bad password read"
            : has_finding(seen, "cipher-unsupported", path)   ? "unsupported"
            : first_label(path).empty()                       ? "no start line"
            : has_finding(seen, "damaged", path)              ? "..."
            : file.kind == FileKind::certificate              ? "no start line"
            : file.assurance == Assurance::unreadable && !has_finding(seen, "key-unsound", path) ? "..."
                                                                                                 : nullptr;
        if (reason != nullptr) {
            log(fmt::format("crypto_key: error:...:{}", reason));
            end();
            return finish(Outcome::refused, fmt::format("ntpd cannot read the key ({})", reason));
        }
        return finish(Outcome::loaded, describe(file));
    }

    void log(std::string text) { report_.log.push_back({std::move(text), false}); }
    void end() {
        report_.ends_at_start = true;
        if (!report_.log.empty())
            report_.log.back().is_last = true;
    }
    [[nodiscard]] bool has_ended() const { return report_.ends_at_start; }
    [[nodiscard]] const SecretBytes* password() const { return password_; }

  private:
    template <typename Finish>
    Outcome finish_certificate(const InspectReport& seen, const InspectedFile& file, const std::string& path,
                               Finish finish) {
        if (!file.certificate) {
            const std::string label = first_label(path);
            log(label.empty()            ? "crypto_cert: error:...:no start line"
                : label == "CERTIFICATE" ? "cert_parse: error:...:..."
                                         : fmt::format("crypto_cert: wrong PEM type {}", label));
            return finish(Outcome::refused, "no certificate");
        }
        if (has_finding(seen, "certificate-signature", path)) {
            log(fmt::format("cert_parse: signature not verified {}", file.certificate->subject));
            return finish(Outcome::refused, "the signature does not verify");
        }
        if (has_finding(seen, "certificate-before-filestamp", path)) {
            log(invalid_times(*file.certificate, *file.filestamp));
            return finish(Outcome::refused, "begins before its filestamp");
        }
        return finish(Outcome::loaded, describe(file));
    }

    // Of the first PEM block; empty where there is none.
    static std::string first_label(const std::string& path) {
        try {
            return crypto::parse_pem(keysdir::read_file(path).text()).front().label;
        } catch (const Error&) {
            return "";
        }
    }

    static std::string calendar(UnixTime time) {
        std::string text = format_utc(time);  // "2026-11-23 02:45:17 UTC"
        text.resize(19);
        text[10] = 'T';
        return text;
    }

    static std::string invalid_times(const CertificateFields& fields, Filestamp filestamp) {
        return fmt::format("cert_parse: invalid times {} first {} last {} fstamp {}", fields.subject,
                           calendar(fields.not_before), calendar(fields.not_after),
                           calendar(filestamp.to_unix(fields.not_before)));
    }

    static std::string filestamp_trouble(const std::string& path) {
        const SecretBytes content = keysdir::read_file(path);
        const std::string_view line = content.text().substr(0, content.text().find('\n'));
        const auto dot = line.rfind('.');
        if (dot == std::string_view::npos)
            return "no filestamp";
        const bool is_number = dot + 1 < line.size() && line[dot + 1] >= '0' && line[dot + 1] <= '9';
        return is_number ? "" : "invalid filestamp";
    }

    static std::string describe(const InspectedFile& file) {
        std::string text = fmt::format("{}, {} {} bits", file.name, file.algorithm, file.bits);
        if (file.certificate)
            text += fmt::format(", {}, until {}", file.certificate->subject,
                                format_utc(file.certificate->not_after));
        return text;
    }

    ConfigurationReport& report_;
    const ConfigurationRequest& request_;
    SecretBytes default_password_;
    const SecretBytes* password_ = nullptr;
};

void require_file(NtpdStart& start, ConfigurationReport& report, Findings& findings, const std::string& what,
                  const std::string& name, Outcome outcome) {
    if (outcome == Outcome::loaded)
        return;
    if (!start.has_ended()) {
        start.log(fmt::format("crypto_setup: {} file {} not found or corrupt", what, name));
        start.end();
    }
    const std::string path = fmt::format("{}/{}", report.keysdir, name);
    if (outcome == Outcome::absent) {
        report.files.back().outcome = Outcome::missing;
        findings.add("conf-file-missing", path,
                     fmt::format("ntpd needs the {} {} and ends without it", what, quoted(name)),
                     keygen_command(report.keysdir, "-s " + shell_word(report.host)));
    } else {
        findings.add("conf-file-refused", path,
                     fmt::format("ntpd cannot use the {}: {}", what, report.files.back().detail),
                     "keyinspect " + shell_word(path));
    }
}

const InspectedFile* find_file(const InspectReport& report, std::string_view name) {
    const auto found = std::find_if(report.files.begin(), report.files.end(), [&](const InspectedFile& file) {
        return file.name == name || std::find(file.links.begin(), file.links.end(), name) != file.links.end();
    });
    return found == report.files.end() ? nullptr : &*found;
}

// What of a client's parameters makes ntpd say "identity not verified" or end.
const Finding* parameter_defect(const InspectReport& report, const InspectedFile& file) {
    static constexpr std::array<std::string_view, 9> DEFECTS = {"iff-no-public-value",
                                                                "mv-no-public-value",
                                                                "gq-wrong-reading",
                                                                "key-unsound",
                                                                "parameters-encrypted",
                                                                "header-missing",
                                                                "damaged",
                                                                "type-mismatch",
                                                                "empty"};
    for (const Finding& finding : report.findings) {
        if (finding.path == file.path &&
            std::find(DEFECTS.begin(), DEFECTS.end(), finding.id) != DEFECTS.end())
            return &finding;
    }
    return nullptr;
}

void judge_ident(ConfigurationReport& report, Association& association, Findings& findings) {
    std::vector<const InspectedFile*> parameters;
    for (const auto* key : {"iffpar", "gqpar", "mvpar"}) {
        const std::string name = fmt::format("ntpkey_{}_{}", key, association.ident);
        const InspectedFile* file = find_file(report.inspected, name);
        if (file == nullptr)
            continue;
        parameters.push_back(file);
        report.files.push_back({fmt::format("parameters of {}", association.ident),
                                fmt::format("{}/{}", report.keysdir, name), Outcome::loaded,
                                fmt::format("{}, {} {} bits", file->name, file->algorithm, file->bits)});
    }
    if (parameters.empty()) {
        association.verdict = Association::Verdict::fails;
        const std::string line =
            fmt::format("crypto_ident: no identity parameters found for group {}", association.ident);
        association.explanation = fmt::format(
            "no ntpkey_iffpar_{0}, ntpkey_gqpar_{0} or ntpkey_mvpar_{0}: \"{1}\"", association.ident, line);
        report.log.push_back({line, false});
        findings.add(
            "conf-ident-missing", Severity::critical, association.path, association.line,
            fmt::format("there are no parameters of {} in {}", quoted(association.ident),
                        quoted(report.keysdir)),
            fmt::format("keylink --keysdir {} --install <file from the server>", shell_word(report.keysdir)));
        return;
    }
    const InspectedFile& first = *parameters.front();
    association.scheme = first.algorithm;
    if (parameters.size() > 1)
        findings.add(
            "conf-scheme-conflict", Severity::warning, association.path, association.line,
            fmt::format(
                "parameters of several schemes for {}: ntpd runs the first of IFF, GQ and MV that the server "
                "has, and no other",
                quoted(association.ident)),
            "");
    if (const Finding* defect = parameter_defect(report.inspected, first); defect != nullptr) {
        std::string scheme = first.algorithm;
        std::transform(scheme.begin(), scheme.end(), scheme.begin(),
                       [](unsigned char c) { return std::tolower(c); });
        association.verdict = Association::Verdict::fails;
        association.explanation = defect->cause;
        report.log.push_back({fmt::format("crypto_{}: identity not verified", scheme), false});
        findings.add(
            "conf-file-refused", Severity::critical, association.path, association.line,
            fmt::format("the parameters of {} do not work: {}", quoted(association.ident), defect->cause),
            defect->remedy);
        return;
    }
    association.verdict = Association::Verdict::depends;
    association.explanation = fmt::format(
        "{} with {}, if the server's key is of generation {}{}", first.algorithm, first.name,
        first.fingerprint, first.filestamp ? fmt::format(", filestamp {}", first.filestamp->text()) : "");
}

void judge(ConfigurationReport& report, const Settings& settings, Association& association,
           Findings& findings) {
    using Verdict = Association::Verdict;
    if (!settings.has_crypto) {
        association.verdict = Verdict::fails;
        association.explanation = "there is no crypto line: \"Autokey not configured\"";
        report.log.push_back({"Autokey not configured", false});
        findings.add("conf-crypto-missing", Severity::critical, association.path, association.line,
                     "autokey without a crypto line: ntpd drops the association", "");
        return;
    }
    if (report.ends_at_start) {
        association.verdict = Verdict::fails;
        association.explanation = "ntpd ends before it gets here";
        return;
    }
    const InspectedFile* own = find_file(report.inspected, fmt::format("ntpkey_cert_{}", report.host));
    if (own != nullptr && own->certificate && own->certificate->kind == CertificateKind::private_) {
        association.scheme = "PC";
        association.verdict = Verdict::depends;
        association.explanation =
            fmt::format("private certificate {}, if the server has the same one", own->fingerprint);
        return;
    }
    if (!association.ident.empty()) {
        judge_ident(report, association, findings);
        return;
    }
    association.scheme = "TC";
    association.verdict = Verdict::depends;
    association.explanation = "no ident: the server's trusted certificate is all that is checked";
    findings.add("conf-ident-unset", Severity::note, association.path, association.line,
                 "no ident on the line: whoever has a trusted certificate passes", "");
}

}  // namespace

void start_autokey(ConfigurationReport& report, const Settings& settings, const ConfigurationRequest& request,
                   Findings& findings) {
    NtpdStart start(report, settings, request);
    for (const std::string& digest : settings.bad_digests)
        start.log(fmt::format("crypto_config: invalid digest name {}", digest));
    if (!settings.password)
        findings.add("conf-password-default", report.path,
                     fmt::format("no \"crypto pw\": ntpd takes {} for the password, which protects nothing",
                                 quoted(report.host)),
                     "keygen -H --ask-password");

    const std::string host_key = fmt::format("ntpkey_host_{}", report.host);
    require_file(start, report, findings, "host key", host_key,
                 start.load("host key", host_key, false, start.password()));
    if (start.has_ended())
        return;
    if (const InspectedFile* file = find_file(report.inspected, host_key);
        file != nullptr && file->algorithm == "DSA") {
        start.log("crypto_setup: host key is not RSA key type");
        start.end();
        return;
    }
    start.load("sign key", fmt::format("ntpkey_sign_{}", report.host), false, start.password());
    if (start.has_ended())
        return;
    const std::string certificate = fmt::format("ntpkey_cert_{}", report.host);
    require_file(start, report, findings, "certificate", certificate,
                 start.load("certificate", certificate, true, nullptr));
    if (start.has_ended())
        return;
    const InspectedFile* own = find_file(report.inspected, certificate);
    if (own != nullptr && own->certificate && own->certificate->subject != own->certificate->issuer) {
        start.log(fmt::format("crypto_setup: certificate {} is not self-signed", certificate));
        start.end();
        return;
    }
    unsigned schemes = 0;
    for (const auto* scheme : {"iff", "gq", "mv"}) {
        std::string purpose = fmt::format("{} server key", scheme);
        std::transform(purpose.begin(),
                       purpose.begin() + static_cast<std::ptrdiff_t>(std::string_view(scheme).size()),
                       purpose.begin(), [](unsigned char c) { return std::toupper(c); });
        schemes += start.load(purpose, fmt::format("ntpkey_{}key_{}", scheme, report.ident), false,
                              start.password()) == Outcome::loaded
                       ? 1
                       : 0;
        if (start.has_ended())
            return;
    }
    if (schemes > 1)
        findings.add(
            "conf-scheme-conflict", report.path,
            "keys of several schemes: clients run the first of IFF, GQ and MV only, and need its parameters");
}

void judge_autokey(ConfigurationReport& report, const Settings& settings, const ConfigurationRequest&,
                   Findings& findings) {
    for (Association& association : report.associations) {
        if (association.authentication == Association::Authentication::autokey)
            judge(report, settings, association, findings);
    }
}

}  // namespace keygen::inspect_room

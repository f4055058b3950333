#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "inspect/configuration/key_file.hpp"
#include "inspect/configuration/startup.hpp"

namespace keygen::inspection {

namespace {

using Outcome = ExpectedFile::Outcome;
using Verdict = Association::Verdict;

struct Scheme {
    std::string_view name;
    std::string_view key;
    std::string_view challenge;  ///< the function that begins a round
    std::string_view answer;     ///< and the one that ends it
};
constexpr std::array<Scheme, 3> IDENT_SCHEMES = {{{"IFF", "iffpar", "crypto_alice", "crypto_iff"},
                                                  {"GQ", "gqpar", "crypto_alice2", "crypto_gq"},
                                                  {"MV", "mvpar", "crypto_alice3", "crypto_mv"}}};

/// What ntpd makes of a group's parameters for one scheme once a server that has it answers.
struct Parameters {
    const Scheme* scheme = nullptr;
    KeyFile key;
    std::string defect;  ///< why the identity cannot be verified; empty for a sound file
    std::string remedy;
};

std::string find_defect(Parameters& parameters) {
    KeyFile& key = parameters.key;
    if (key.outcome == Outcome::refused) {
        const Finding* first = key.findings.empty() ? nullptr : &key.findings.front();
        parameters.remedy = first == nullptr ? "" : first->remedy;
        return first == nullptr || !key.ends ? key.detail : first->cause;
    }
    const bool is_rsa = key.file->algorithm == "RSA" || key.file->algorithm == "GQ";
    if (is_rsa != (parameters.scheme->name == "GQ")) {
        key.log.push_back(fmt::format("{}: defective key", parameters.scheme->challenge));
        return fmt::format("the file holds no {} parameters", parameters.scheme->name);
    }
    static constexpr std::array<std::string_view, 6> DEFECTS = {"iff-no-public-value", "mv-no-public-value",
                                                                "gq-wrong-reading",    "key-unsound",
                                                                "type-mismatch",       "damaged"};
    for (const std::string_view id : DEFECTS) {
        if (const Finding* finding = find_finding(key, id); finding != nullptr) {
            parameters.remedy = finding->remedy;
            key.log.push_back(fmt::format("{}: identity not verified", parameters.scheme->answer));
            return finding->cause;
        }
    }
    return "";
}

/// crypto_ident() in ntpd/ntp_crypto.c.
class IdentEvaluator {
  public:
    explicit IdentEvaluator(Startup& startup) : startup_(startup), report_(startup.report) {}

    void evaluate(Association& association) {
        std::vector<Parameters> found;
        bool is_open = false;
        for (const Scheme& scheme : IDENT_SCHEMES) {
            Parameters parameters = load(scheme, association.ident);
            is_open = is_open || parameters.key.outcome == Outcome::unknown;
            if (parameters.key.outcome == Outcome::loaded || parameters.key.outcome == Outcome::refused)
                found.push_back(std::move(parameters));
        }
        if (found.empty() && !is_open) {
            report_missing(association);
            return;
        }
        if (is_open) {
            association.verdict = Verdict::unknown;
            association.explanation = "this user cannot read the parameters";
            return;
        }
        if (found.size() > 1)
            startup_.findings.add(
                "conf-scheme-conflict", Severity::warning, association.path, association.line,
                fmt::format(
                    "parameters of several schemes for {}: ntpd runs the first of IFF, GQ and MV that the "
                    "server has, and no other",
                    escaped(association.ident)),
                "");
        const Parameters& first = found.front();
        association.scheme = first.scheme->name;
        if (!first.defect.empty())
            report_defect(association, first);
        else
            accept(association, *first.key.file);
    }

  private:
    Parameters load(const Scheme& scheme, const std::string& ident) {
        const std::string path = fmt::format("{}/ntpkey_{}_{}", report_.keysdir, scheme.key, ident);
        Parameters parameters{&scheme, load_key(path, nullptr, startup_.request), "", ""};
        KeyFile& key = parameters.key;
        const std::string purpose = fmt::format("parameters of {}", ident);
        if (key.outcome == Outcome::unknown)
            startup_.leave_open(purpose, path, key.detail);
        if (key.outcome != Outcome::loaded && key.outcome != Outcome::refused)
            return parameters;
        parameters.defect = find_defect(parameters);
        const bool is_known = std::any_of(report_.files.begin(), report_.files.end(),
                                          [&](const ExpectedFile& file) { return file.path == path; });
        if (is_known)  // ntpd has it in its cache then
            key.log.clear();
        else
            report_.files.push_back({purpose, path, key.outcome, key.detail});
        return parameters;
    }

    void report_missing(Association& association) {
        const std::string line =
            fmt::format("crypto_ident: no identity parameters found for group {}", association.ident);
        association.verdict = Verdict::fails;
        association.explanation = fmt::format(
            "no ntpkey_iffpar_{0}, ntpkey_gqpar_{0} or ntpkey_mvpar_{0}: \"{1}\"", association.ident, line);
        startup_.log(line);
        std::string cause = fmt::format("there are no parameters of {} in {}", escaped(association.ident),
                                        escaped(report_.keysdir));
        const auto& files = report_.inspected.files;
        const auto unlinked = std::find_if(files.begin(), files.end(), [&](const InspectedFile& file) {
            return file.role == IdentityRole::client && file.owner == association.ident;
        });
        std::string remedy;
        if (unlinked != files.end())
            remedy = fmt::format("keylink --keysdir {} {}", shell_word(report_.keysdir),
                                 shell_word(unlinked->path));
        else
            cause += ": keylink --install puts a file of the server there";
        startup_.findings.add("conf-ident-missing", Severity::critical, association.path, association.line,
                              std::move(cause), std::move(remedy));
    }

    void report_defect(Association& association, const Parameters& parameters) {
        association.verdict = Verdict::fails;
        association.explanation = parameters.defect;
        for (const std::string& line : parameters.key.log)
            startup_.log(line, parameters.key.ends);
        // crypto_key returned nothing, and there is no other scheme.
        if (parameters.key.outcome == Outcome::refused && !parameters.key.ends)
            startup_.log(
                fmt::format("crypto_ident: no identity parameters found for group {}", association.ident));
        startup_.findings.add("conf-file-refused", Severity::critical, association.path, association.line,
                              fmt::format("the parameters of {} do not work: {}", escaped(association.ident),
                                          parameters.defect),
                              parameters.remedy);
    }

    static void accept(Association& association, const InspectedFile& file) {
        association.verdict = Verdict::depends;
        association.explanation = fmt::format(
            "{} with {}, if the server's key is of generation {}{}", file.algorithm, file.name,
            file.fingerprint, file.filestamp ? fmt::format(", filestamp {}", file.filestamp->text()) : "");
    }

    Startup& startup_;
    ConfigurationReport& report_;
};

bool is_private(const ConfigurationReport& report, const InspectedFile& file) {
    const std::string link = fmt::format("ntpkey_cert_{}", report.host);
    const bool is_own =
        file.name == link || std::find(file.links.begin(), file.links.end(), link) != file.links.end();
    return is_own && file.certificate && file.certificate->kind == CertificateKind::private_;
}

void evaluate(Startup& startup, Association& association) {
    ConfigurationReport& report = startup.report;
    if (!startup.settings.has_crypto) {
        if (startup.settings.is_incomplete) {
            association.verdict = Verdict::unknown;
            association.explanation = "this user cannot read all of the configuration";
            return;
        }
        association.verdict = Verdict::fails;
        association.explanation = "there is no crypto line: \"Autokey not configured\"";
        startup.log("Autokey not configured");
        startup.findings.add("conf-crypto-missing", Severity::critical, association.path, association.line,
                             "autokey without a crypto line: ntpd drops the association", "");
        return;
    }
    // A broadcaster shows its own identity and asks for none.
    if (association.kind == "broadcast") {
        association.verdict = Verdict::depends;
        association.explanation = "clients check this host's certificate and identity";
        return;
    }
    const auto& files = report.inspected.files;
    const auto own = std::find_if(files.begin(), files.end(),
                                  [&](const InspectedFile& file) { return is_private(report, file); });
    if (own != files.end()) {
        association.scheme = "PC";
        association.verdict = Verdict::depends;
        association.explanation =
            fmt::format("private certificate {}, if the server has the same one", own->fingerprint);
        return;
    }
    if (!association.ident.empty()) {
        IdentEvaluator(startup).evaluate(association);
        return;
    }
    association.scheme = "TC";
    association.verdict = Verdict::depends;
    association.explanation = "no ident: the server's trusted certificate is all that is checked";
    startup.findings.add("conf-ident-unset", Severity::note, association.path, association.line,
                         "no ident on the line: whoever has a trusted certificate passes", "");
}

}  // namespace

void judge_autokey(Startup& startup) {
    for (Association& association : startup.report.associations) {
        if (association.authentication == Association::Authentication::autokey)
            evaluate(startup, association);
    }
}

}  // namespace keygen::inspection

#include "inspect/autokey_associations.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "inspect/parameters.hpp"
#include "inspect/remedy.hpp"

namespace keygen::inspection {

namespace {

using Verdict = Association::Verdict;

// What keeps a server's own certificate from being accepted, and has a finding there.
constexpr std::array<std::string_view, 4> SERVER_DEFECTS = {"certificate-key-mismatch", "gq-value-missing",
                                                            "gq-value-encoding", "gq-value-mismatch"};

const Finding* find_server_defect(const ExaminedDaemon& server, bool is_gq) {
    for (const Finding& finding : server.report.inspected.findings) {
        const auto end = is_gq ? SERVER_DEFECTS.end() : SERVER_DEFECTS.begin() + 1;
        if (std::find(SERVER_DEFECTS.begin(), end, finding.id) != end)
            return &finding;
    }
    return nullptr;
}

const Finding* find_broken_link(const ExaminedDaemon& server, std::string_view path) {
    const auto& findings = server.report.inspected.findings;
    const auto found = std::find_if(findings.begin(), findings.end(), [&](const Finding& finding) {
        return finding.path == path && is_about_broken_link(finding);
    });
    return found == findings.end() ? nullptr : &*found;
}

class AutokeyJudge {
  public:
    AutokeyJudge(ExaminedDaemon& client, Association& association, const ExaminedDaemon* server)
        : client_(client), association_(association), server_(server) {}

    void judge() {
        if (association_.authentication != Association::Authentication::autokey) {
            judge_unasked();
            return;
        }
        if (!client_.settings.crypto_at) {
            judge_without_crypto();
            return;
        }
        // A broadcaster shows its own identity and asks for none.
        if (association_.kind == "broadcast") {
            decide(association_, Verdict::depends, "clients check this host's certificate and identity");
            return;
        }
        const bool is_private = client_.autokey.certificate.kind == CertificateKind::private_;
        if (association_.ident.empty() && !is_private)
            warn("conf-ident-unset", Severity::warning,
                 "no ident on the line: whoever has a trusted certificate passes, and no identity scheme is "
                 "run");
        const auto obstacle =
            client_.autokey.starts ? daemon::find_client_obstacle(client_.autokey) : std::nullopt;
        if (obstacle)
            fail(obstacle->id, obstacle->cause,
                 keygen_command(client_.report.keysdir,
                                fmt::format("-H -m 2048 -S RSA -c RSA-SHA256 -s {} --ask-password",
                                            shell_word(client_.report.host))));
        else if (server_ != nullptr && is_server_known())
            judge_both();
        else if (is_private)
            decide_private();
        else if (association_.ident.empty())
            decide_trusted(Verdict::depends,
                           "no ident: the server's trusted certificate is all that is checked");
        else
            judge_parameters();
    }

  private:
    void warn(std::string_view id, Severity severity, std::string cause, std::string remedy = {}) {
        client_.findings.add(id, severity, association_.path, association_.line, std::move(cause),
                             std::move(remedy));
    }

    void fail(std::string_view id, std::string cause, std::string remedy = {}) {
        inspection::fail(client_, association_, id, std::move(cause), std::move(remedy));
    }

    void decide_trusted(Verdict verdict, std::string explanation) {
        association_.scheme = "TC";
        decide(association_, verdict, std::move(explanation));
    }

    void decide_private() {
        association_.scheme = "PC";
        const std::string& fingerprint = client_.autokey.key;
        decide(association_, server_ != nullptr ? Verdict::verifies : Verdict::depends,
               server_ != nullptr
                   ? fmt::format("private certificate of {} on both sides", fingerprint)
                   : fmt::format("private certificate of {}, if the server has the same one", fingerprint));
    }

    // A line that does not ask for Autokey, where the configuration or the server has it.
    void judge_unasked() {
        const bool is_meant = server_ != nullptr && server_->settings.crypto_at;
        const bool has_ident = !association_.ident.empty();
        if (!has_ident && !(is_meant && client_.settings.crypto_at))
            return;
        warn("conf-autokey-unset", is_meant ? Severity::critical : Severity::warning,
             has_ident
                 ? "ident without autokey on the line: nothing is authenticated"
                 : "the server has Autokey, and this line does not ask for it: nothing is authenticated",
             fmt::format("sed -i --follow-symlinks '{}s/$/ autokey/' {}", association_.line,
                         shell_word(association_.path)));
        decide(association_, Verdict::open, "the line has no autokey", "conf-autokey-unset");
    }

    void judge_without_crypto() {
        if (client_.settings.is_incomplete)
            decide(association_, Verdict::unknown, "this user cannot read all of the configuration");
        else
            fail("conf-crypto-missing", "autokey without a crypto line: ntpd drops the association");
    }

    [[nodiscard]] bool is_server_known() const {
        return server_->is_certain && !server_->settings.is_incomplete;
    }

    void judge_both() {
        if (!server_->settings.crypto_at) {
            fail("conf-server-without-autokey",
                 fmt::format("{} has no crypto line: the server has no Autokey",
                             escaped(server_->report.path)));
            return;
        }
        if (!server_->autokey.starts) {
            fail("conf-server-fails",
                 fmt::format("the ntpd of {} ends at its start", escaped(server_->report.path)));
            return;
        }
        if (const auto obstacle =
                daemon::find_pair_obstacle(client_.autokey, server_->autokey, association_.ident)) {
            fail(obstacle->id, obstacle->cause, pair_remedy(obstacle->id));
            return;
        }
        if (client_.autokey.certificate.kind == CertificateKind::private_) {
            decide_private();
            return;
        }
        const UnixTime now = client_.request.now;
        if (const auto obstacle = daemon::find_server_obstacle(server_->autokey, now)) {
            fail(obstacle->id, obstacle->cause);
            return;
        }
        if (const Finding* defect = find_server_defect(*server_, false); defect != nullptr)
            fail(defect->id, fmt::format("on the server: {}", defect->cause));
        else if (association_.ident.empty())
            decide_trusted(Verdict::verifies, "the server's trusted certificate, and no identity scheme");
        else if (server_->server_keys.empty())
            decide_trusted(
                Verdict::verifies,
                "the server's trusted certificate: it has no identity key, so that ident has no effect");
        else
            judge_identity();
    }

    // Each side has to be what the other is.
    [[nodiscard]] std::string pair_remedy(std::string_view id) const {
        if (id != "conf-group-mismatch")
            return "";
        const std::string group = split_common_name(server_->autokey.certificate.subject).group;
        const std::string clients = split_common_name(client_.autokey.certificate.subject).group;
        const auto joining = [](const ExaminedDaemon& party, std::string_view options,
                                const std::string& other) {
            return keygen_command(party.report.keysdir,
                                  fmt::format("{}-s {} -i {} --ask-password", options,
                                              shell_word(party.report.host), shell_word(other)));
        };
        // Only the server's certificate is not of the group whose identity it serves.
        if (clients == server_->report.ident && clients != server_->report.host)
            return "on the server: " + joining(*server_, "-T ", clients);
        return joining(client_, "", group);
    }

    // crypto_ident() in ntpd/ntp_crypto.c: the first scheme that the server has and the client a file for.
    void judge_identity() {
        const ParametersOfGroup group = load_parameters(client_, association_.ident);
        if (!group.is_known) {
            decide(association_, Verdict::unknown, "this user cannot read the parameters");
            return;
        }
        for (const Parameters& parameters : group.files) {
            for (const ServerKey& key : server_->server_keys) {
                if (key.scheme != parameters.scheme)
                    continue;
                judge_pair(key, parameters);
                return;
            }
        }
        if (group.files.empty())
            report_missing();
        else
            fail("conf-scheme-mismatch",
                 fmt::format("the server's identity scheme is {}, and the parameters of {} here are for {}",
                             name_of(server_->server_keys.front().scheme), escaped(association_.ident),
                             name_of(group.files.front().scheme)));
    }

    void judge_pair(const ServerKey& key, const Parameters& parameters) {
        association_.scheme = name_of(key.scheme);
        if (!parameters.defect.empty()) {
            report_defect(parameters);
            return;
        }
        if (key.scheme == IdentityScheme::gq) {
            constexpr unsigned MAX_GQ_SERVER_BITS = 4095;  // run: certificate and signature with GQ's value
            if (server_->autokey.certificate.modulus_bits > MAX_GQ_SERVER_BITS) {
                fail("host-key-size", "the server's host key is too long for ntpd's packets with GQ");
                return;
            }
            if (const Finding* defect = find_server_defect(*server_, true); defect != nullptr) {
                fail(defect->id, fmt::format("on the server: {}", defect->cause));
                return;
            }
        }
        if (const Finding* defect = find_broken_link(*server_, key.path); defect != nullptr)
            fail(defect->id, fmt::format("on the server: {}", defect->cause));
        else if (const auto obstacle = find_identity_obstacle(*server_, key, parameters))
            fail(obstacle->id, obstacle->cause,
                 obstacle->id == "conf-client-revoked"
                     ? ""
                     : client_reissue(*parameters.key.file,
                                      fmt::format(" --keysdir {}", shell_word(client_.report.keysdir))));
        else
            decide(association_, Verdict::verifies,
                   fmt::format("{} with {}, which the server's key answers", name_of(key.scheme),
                               parameters.key.file->name));
    }

    // Of this side alone.
    void judge_parameters() {
        const ParametersOfGroup group = load_parameters(client_, association_.ident);
        if (group.files.empty() && group.is_known) {
            report_missing();
            return;
        }
        if (!group.is_known) {
            decide(association_, Verdict::unknown, "this user cannot read the parameters");
            return;
        }
        if (group.files.size() > 1)
            warn("conf-scheme-conflict", Severity::warning,
                 fmt::format(
                     "parameters of several schemes for {}: ntpd runs the first of IFF, GQ and MV that the "
                     "server has, and no other",
                     escaped(association_.ident)));
        const Parameters& first = group.files.front();
        association_.scheme = name_of(first.scheme);
        if (!first.defect.empty()) {
            report_defect(first);
            return;
        }
        const InspectedFile& file = *first.key.file;
        decide(association_, Verdict::depends,
               fmt::format("{} with {}, if the server's key is of generation {}{}", file.algorithm, file.name,
                           file.fingerprint,
                           file.filestamp ? fmt::format(", filestamp {}", file.filestamp->text()) : ""));
    }

    void report_defect(const Parameters& parameters) {
        fail(parameters.cause,
             fmt::format("the parameters of {} do not work: {}", escaped(association_.ident),
                         parameters.defect),
             parameters.remedy);
    }

    void report_missing() {
        std::string cause = fmt::format(
            "there are no parameters of {0} in {1}: no ntpkey_iffpar_{0}, ntpkey_gqpar_{0} or "
            "ntpkey_mvpar_{0}",
            escaped(association_.ident), escaped(client_.report.keysdir));
        const auto& files = client_.report.inspected.files;
        const auto unlinked = std::find_if(files.begin(), files.end(), [&](const InspectedFile& file) {
            return file.role == IdentityRole::client && file.owner == association_.ident;
        });
        std::string remedy;
        if (unlinked != files.end())
            remedy = fmt::format("keylink --force --keysdir {} {}", shell_word(client_.report.keysdir),
                                 shell_word(unlinked->path));
        else
            cause += "; keylink --install puts a file of the server there";
        fail("conf-ident-missing", cause, std::move(remedy));
    }

    ExaminedDaemon& client_;
    Association& association_;
    const ExaminedDaemon* server_;
};

}  // namespace

void judge_autokey(ExaminedDaemon& client, Association& association, const ExaminedDaemon* server) {
    AutokeyJudge(client, association, server).judge();
}

}  // namespace keygen::inspection

#include "inspect/prove_pairs.hpp"

#include <keygen/error.hpp>
#include <keygen/identity.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "identity/identity.hpp"
#include "inspect/check_names.hpp"
#include "inspect/identify.hpp"
#include "inspect/identity_pairs.hpp"
#include "inspect/remedy.hpp"
#include "inspect/scan.hpp"

namespace keygen::inspection {

namespace {

/// Runs one round; an Error(not_proven) is an answer.
template <typename Round>
void run_round(Proof& proof, Round round) {
    try {
        round();
        proof.is_proven = true;
    } catch (const Error& error) {
        if (error.code() != ErrorCode::not_proven)
            throw;
        proof.cause = error.message();
    }
}

// Numbers that do not belong together have a finding of their own, and arithmetic may fail on them.
bool can_answer(const ExaminedFile& subject) {
    return subject.identity && subject.file.assurance != VerificationState::unreadable;
}

bool is_revoked(const ExaminedFile& authority, unsigned client) {
    const auto& revoked = authority.file.mv_revoked;
    return std::find(revoked.begin(), revoked.end(), client) != revoked.end();
}

class Prover {
  public:
    Prover(std::vector<Proof>& proofs, const Context& context) : proofs_(proofs), context_(context) {}

    void prove(ExaminedFile& server, ExaminedFile& client, const std::vector<ExaminedFile*>& authorities) {
        if (!can_answer(server) || !can_answer(client) || context_.is_time_over())
            return;
        switch (*server.file.scheme) {
            case IdentityScheme::iff:
                settle(server, client, make(server, client),
                       [&] { prove_iff(*server.identity, *client.identity, private_random()); });
                return;
            case IdentityScheme::mv: {
                Proof proof = make(server, client);
                proof.is_expected = !is_locked_out(client, authorities);
                settle(server, client, std::move(proof),
                       [&] { prove_mv(*server.identity, *client.identity, private_random()); });
                return;
            }
            case IdentityScheme::gq:
                for (const auto reading : {GqLayout::stock, GqLayout::published}) {
                    Proof proof = make(server, client);
                    proof.reading = reading;
                    const auto& readings = client.file.gq_readings;
                    proof.is_expected =
                        std::find(readings.begin(), readings.end(), reading) != readings.end();
                    settle(server, client, std::move(proof),
                           [&] { prove_gq(*server.identity, *client.identity, reading, private_random()); });
                }
                return;
        }
    }

    // Every client that the authority can issue, against the server's file as it is.
    void prove_all_clients(ExaminedFile& server, ExaminedFile& authority) {
        if (!can_answer(server) || !can_answer(authority))
            return;
        bool is_all_right = true;
        for (unsigned client = 1; client <= *authority.file.mv_clients && !context_.is_time_over();
             ++client) {
            Proof proof = make(server, authority);
            proof.client_path.clear();
            proof.mv_client = client;
            proof.is_expected = !is_revoked(authority, client);
            run_round(proof, [&] {
                prove_mv(*server.identity, make_mv_client(*authority.identity, client), private_random());
            });
            const bool is_right = proof.is_proven == proof.is_expected;
            is_all_right = is_all_right && is_right;
            if (!is_right)
                report(proof, server);
            proofs_.push_back(std::move(proof));
        }
        authority.file.assurance = server.file.assurance = is_all_right && !context_.is_time_over()
                                                               ? VerificationState::proven
                                                               : VerificationState::unconfirmed;
    }

  private:
    static Proof make(const ExaminedFile& server, const ExaminedFile& client) {
        return {*server.file.scheme,
                std::nullopt,
                server.file.path,
                client.file.path,
                std::nullopt,
                false,
                true,
                ""};
    }

    // By its numbers: a name may have been changed on the way.
    static bool is_locked_out(const ExaminedFile& client, const std::vector<ExaminedFile*>& authorities) {
        const auto& own = identity::dsa(*client.identity);
        for (const ExaminedFile* authority : authorities) {
            if (!can_answer(*authority))
                continue;
            for (const std::uint32_t number : authority->file.mv_revoked) {
                const IdentityKey revoked = make_mv_client(*authority->identity, number);
                if (identity::dsa(revoked).pub == own.pub && identity::dsa(revoked).priv == own.priv)
                    return true;
            }
        }
        return false;
    }

    template <typename Round>
    void settle(ExaminedFile& server, ExaminedFile& client, Proof proof, Round round) {
        run_round(proof, round);
        const bool is_revoked_client = *server.file.scheme == IdentityScheme::mv && !proof.is_expected;
        if (is_revoked_client && !proof.is_proven)
            client.file.assurance = VerificationState::revoked;
        else if (proof.is_proven && !is_revoked_client && do_filestamps_fit(server, client))
            server.file.assurance = client.file.assurance = VerificationState::proven;
        if (is_revoked_client ? proof.is_proven : proof.is_expected && !proof.is_proven)
            report(proof, proof.is_expected ? client : server);
        proofs_.push_back(std::move(proof));
    }

    void report(const Proof& proof, const ExaminedFile& culprit) {
        std::string cause = proof.cause;
        if (proof.is_proven)
            cause = "revoked, and the server's key still lets it in";
        if (proof.mv_client)
            cause = fmt::format("client {}: {}", *proof.mv_client, cause);
        context_.findings.add("identity-not-proven", culprit.file.path, std::move(cause),
                              culprit.file.role == IdentityRole::client ? client_reissue(culprit, context_)
                                                                        : mv_rewrite(culprit, context_));
    }

    std::vector<Proof>& proofs_;
    const Context& context_;
};

void report_unmatched(const std::vector<ExaminedFile*>& subjects, std::string_view other,
                      const Context& context) {
    for (const ExaminedFile* subject : subjects) {
        if (!context.findings.has("identity-not-proven", subject->file.path))
            context.findings.add("identity-unmatched", subject->file.path,
                                 fmt::format("no {} of generation {} was found to prove this one against",
                                             other, subject->file.fingerprint));
    }
}

// What clients' files and servers' keys have in common that are for each other.
using SchemeGroup = std::pair<IdentityScheme, std::string>;

std::optional<SchemeGroup> group_of(const ExaminedFile& subject, IdentityRole role) {
    const InspectedFile& file = subject.file;
    if (file.role != role || file.fingerprint.empty() || file.owner.empty())
        return std::nullopt;
    return SchemeGroup(*file.scheme, file.owner);
}

/// The newest clients' files of each directory: those that nothing links to are in use all the same, since
/// servers keep them ready to copy.
class NewestClients {
  public:
    explicit NewestClients(const Scan& scan) {
        for (const ExaminedFile& subject : scan.subjects) {
            const auto group = group_of(subject, IdentityRole::client);
            if (!group || !subject.file.filestamp)
                continue;
            const auto [known, is_new] =
                newest_.try_emplace({subject.file.directory, *group}, *subject.file.filestamp);
            if (!is_new && known->second.is_older_than(*subject.file.filestamp))
                known->second = *subject.file.filestamp;
        }
    }
    [[nodiscard]] bool contains(const ExaminedFile& client, const SchemeGroup& group) const {
        const auto found = newest_.find({client.file.directory, group});
        return found != newest_.end() && client.file.filestamp == found->second;
    }

  private:
    std::map<std::pair<std::string, SchemeGroup>, Filestamp> newest_;
};

// ntpd asks for the filestamp first (crypto_iff, crypto_gq, crypto_mv).
std::string words_of_ntpd(const ExaminedFile& server, const ExaminedFile& client) {
    return fmt::format("crypto_{}: {}", scheme_word(*client.file.scheme),
                       do_filestamps_fit(server, client) ? "identity not verified" : "invalid filestamp");
}

/// Clients whose server has gone on to another generation.
void report_other_generations(Scan& scan, const Context& context) {
    std::map<SchemeGroup, std::vector<const ExaminedFile*>> servers;
    for (const ExaminedFile& server : scan.subjects) {
        if (const auto group = group_of(server, IdentityRole::server); group && is_in_use(server))
            servers[*group].push_back(&server);
    }
    const NewestClients newest(scan);
    for (const ExaminedFile& client : scan.subjects) {
        const auto group = group_of(client, IdentityRole::client);
        const auto found = group ? servers.find(*group) : servers.end();
        if (found == servers.end() || !(is_in_use(client) || newest.contains(client, *group)))
            continue;
        const auto& candidates = found->second;
        const bool is_matched = std::any_of(
            candidates.begin(), candidates.end(),
            [&](const ExaminedFile* server) { return server->file.fingerprint == client.file.fingerprint; });
        if (is_matched)
            continue;
        const ExaminedFile& other = *candidates.front();
        context.findings.add("identity-not-proven", client.file.path,
                             fmt::format("of another generation than the server's {}: ntpd says \"{}\"",
                                         escaped(other.file.path), words_of_ntpd(other, client)),
                             client_reissue(client, context));
    }
}

}  // namespace

std::vector<Proof> prove_pairs(Scan& scan, const Context& context) {
    std::vector<Proof> proofs;
    Prover prover(proofs, context);
    report_other_generations(scan, context);
    for (auto& [fingerprint, generation] : group_by_generation(scan)) {
        for (ExaminedFile* server : generation.servers) {
            for (ExaminedFile* client : generation.clients)
                prover.prove(*server, *client, generation.authorities);
            for (ExaminedFile* authority : generation.authorities)
                prover.prove_all_clients(*server, *authority);
        }
        if (generation.servers.empty())
            report_unmatched(generation.clients, "server's file that could be opened", context);
        if (generation.clients.empty() && generation.authorities.empty())
            report_unmatched(generation.servers, "clients' file", context);
    }
    return proofs;
}

}  // namespace keygen::inspection

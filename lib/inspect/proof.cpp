#include <keygen/error.hpp>
#include <keygen/gq.hpp>
#include <keygen/iff.hpp>
#include <keygen/mv.hpp>

#include <fmt/format.h>

#include <algorithm>

#include "identity/numbers.hpp"
#include "inspect/pairing.hpp"
#include "inspect/remedy.hpp"
#include "inspect/survey.hpp"

namespace keygen::inspect_room {

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
bool can_answer(const Subject& subject) {
    return subject.identity && subject.file.assurance != Assurance::unreadable;
}

bool is_revoked(const Subject& authority, unsigned client) {
    const auto& revoked = authority.file.mv_revoked;
    return std::find(revoked.begin(), revoked.end(), client) != revoked.end();
}

class Prover {
  public:
    Prover(std::vector<Proof>& proofs, const Surroundings& around) : proofs_(proofs), around_(around) {}

    void prove(Subject& server, Subject& client, const std::vector<Subject*>& authorities) {
        if (!can_answer(server) || !can_answer(client))
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
                for (const auto reading : {GqReading::stock, GqReading::published}) {
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
    void prove_all_clients(Subject& server, Subject& authority) {
        if (!can_answer(server) || !can_answer(authority))
            return;
        bool is_all_right = true;
        for (unsigned client = 1; client <= *authority.file.mv_clients; ++client) {
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
        authority.file.assurance = server.file.assurance =
            is_all_right ? Assurance::proven : Assurance::unconfirmed;
    }

  private:
    static Proof make(const Subject& server, const Subject& client) {
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
    static bool is_locked_out(const Subject& client, const std::vector<Subject*>& authorities) {
        const auto& own = identity::dsa(*client.identity);
        for (const Subject* authority : authorities) {
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
    void settle(Subject& server, Subject& client, Proof proof, Round round) {
        run_round(proof, round);
        const bool is_revoked_client = *server.file.scheme == IdentityScheme::mv && !proof.is_expected;
        if (is_revoked_client && !proof.is_proven)
            client.file.assurance = Assurance::revoked;
        else if (proof.is_proven && !is_revoked_client && do_filestamps_fit(server, client))
            server.file.assurance = client.file.assurance = Assurance::proven;
        if (is_revoked_client ? proof.is_proven : proof.is_expected && !proof.is_proven)
            report(proof, proof.is_expected ? client : server);
        proofs_.push_back(std::move(proof));
    }

    void report(const Proof& proof, const Subject& culprit) {
        std::string cause = proof.cause;
        if (proof.is_proven)
            cause = "revoked, and the server's key still lets it in";
        if (proof.mv_client)
            cause = fmt::format("client {}: {}", *proof.mv_client, cause);
        around_.findings.add("identity-not-proven", culprit.file.path, std::move(cause),
                             culprit.file.role == IdentityRole::client ? client_reissue(culprit, around_)
                                                                       : mv_rewrite(culprit, around_));
    }

    std::vector<Proof>& proofs_;
    const Surroundings& around_;
};

void report_unmatched(const std::vector<Subject*>& subjects, std::string_view other,
                      const Surroundings& around) {
    for (const Subject* subject : subjects) {
        if (!around.findings.has("identity-not-proven", subject->file.path))
            around.findings.add("identity-unmatched", subject->file.path,
                                fmt::format("no {} of generation {} was found to prove this one against",
                                            other, subject->file.fingerprint));
    }
}

bool are_of_one_group(const Subject& a, const Subject& b) {
    return a.file.scheme == b.file.scheme && a.file.owner == b.file.owner && !a.file.owner.empty();
}

// A client's file that nothing links to is in use all the same where it is the newest: servers keep them
// ready to copy.
bool is_newest(const Subject& client, const Survey& survey) {
    return std::none_of(survey.subjects.begin(), survey.subjects.end(), [&](const Subject& other) {
        return other.file.role == IdentityRole::client && other.file.directory == client.file.directory &&
               are_of_one_group(other, client) && other.file.filestamp && client.file.filestamp &&
               client.file.filestamp->is_older_than(*other.file.filestamp);
    });
}

// ntpd asks for the filestamp first (crypto_iff, crypto_gq, crypto_mv).
std::string words_of_ntpd(const Subject& server, const Subject& client) {
    return fmt::format("crypto_{}: {}", scheme_word(*client.file.scheme),
                       do_filestamps_fit(server, client) ? "identity not verified" : "invalid filestamp");
}

/// Clients whose server has gone on to another generation.
void report_other_generations(Survey& survey, const Surroundings& around) {
    for (const Subject& client : survey.subjects) {
        if (client.file.role != IdentityRole::client || client.file.fingerprint.empty() ||
            !(is_in_use(client) || is_newest(client, survey)))
            continue;
        const Subject* other = nullptr;
        bool is_matched = false;
        for (const Subject& server : survey.subjects) {
            if (server.file.role != IdentityRole::server || server.file.fingerprint.empty() ||
                !is_in_use(server) || !are_of_one_group(server, client))
                continue;
            is_matched |= server.file.fingerprint == client.file.fingerprint;
            other = &server;
        }
        if (other != nullptr && !is_matched)
            around.findings.add("identity-not-proven", client.file.path,
                                fmt::format("of another generation than the server's {}: ntpd says \"{}\"",
                                            quoted(other->file.path), words_of_ntpd(*other, client)),
                                client_reissue(client, around));
    }
}

}  // namespace

std::vector<Proof> prove_pairs(Survey& survey, const Surroundings& around) {
    std::vector<Proof> proofs;
    Prover prover(proofs, around);
    report_other_generations(survey, around);
    for (auto& [fingerprint, generation] : group_by_generation(survey)) {
        for (Subject* server : generation.servers) {
            for (Subject* client : generation.clients)
                prover.prove(*server, *client, generation.authorities);
            for (Subject* authority : generation.authorities)
                prover.prove_all_clients(*server, *authority);
        }
        if (generation.servers.empty())
            report_unmatched(generation.clients, "server's file that could be opened", around);
        if (generation.clients.empty() && generation.authorities.empty())
            report_unmatched(generation.servers, "clients' file", around);
    }
    return proofs;
}

}  // namespace keygen::inspect_room

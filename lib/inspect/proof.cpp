#include <keygen/error.hpp>
#include <keygen/gq.hpp>
#include <keygen/iff.hpp>
#include <keygen/mv.hpp>

#include <fmt/format.h>

#include <algorithm>

#include "inspect/pairing.hpp"
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
        proof.cause = error.message();
    }
}

class Prover {
  public:
    Prover(std::vector<Proof>& proofs, const Surroundings& around) : proofs_(proofs), around_(around) {}

    void prove(Subject& server, Subject& client) {
        if (!server.identity || !client.identity)  // one of very many
            return;
        switch (*server.file.scheme) {
            case IdentityScheme::iff:
                settle(server, client, make(server, client),
                       [&] { prove_iff(*server.identity, *client.identity, private_random()); });
                return;
            case IdentityScheme::mv:
                settle(server, client, make(server, client),
                       [&] { prove_mv(*server.identity, *client.identity, private_random()); });
                return;
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
        if (!server.identity || !authority.identity)
            return;
        for (unsigned client = 1; client <= *authority.file.mv_clients; ++client) {
            Proof proof = make(server, authority);
            proof.client_path.clear();
            proof.mv_client = client;
            const auto& revoked = authority.file.mv_revoked;
            proof.is_expected = std::find(revoked.begin(), revoked.end(), client) == revoked.end();
            run_round(proof, [&] {
                prove_mv(*server.identity, make_mv_client(*authority.identity, client), private_random());
            });
            const bool is_right = proof.is_proven == proof.is_expected;
            report(proof, server.file.path, is_right);
            authority.file.assurance = server.file.assurance =
                is_right ? Assurance::proven : Assurance::unconfirmed;
            proofs_.push_back(std::move(proof));
        }
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

    template <typename Round>
    void settle(Subject& server, Subject& client, Proof proof, Round round) {
        run_round(proof, round);
        if (proof.is_proven && do_filestamps_fit(server, client))
            server.file.assurance = client.file.assurance = Assurance::proven;
        report(proof, client.file.path, proof.is_proven || !proof.is_expected);
        proofs_.push_back(std::move(proof));
    }

    void report(const Proof& proof, const std::string& path, bool is_right) {
        if (is_right)
            return;
        const std::string who =
            proof.mv_client ? fmt::format("client {}: ", *proof.mv_client) : std::string();
        const std::string cause =
            proof.is_proven ? "revoked, and the server's key still lets it in" : proof.cause;
        around_.findings.add(
            "identity-not-proven", path, who + cause,
            proof.scheme == IdentityScheme::mv ? "keygen --mv-revoke <clients>" : "keygen -e > par");
    }

    std::vector<Proof>& proofs_;
    const Surroundings& around_;
};

void report_unmatched(const std::vector<Subject*>& subjects, std::string_view other,
                      const Surroundings& around) {
    for (const Subject* subject : subjects)
        around.findings.add("identity-unmatched", subject->file.path,
                            fmt::format("no {} of generation {} was found to prove this one against", other,
                                        subject->file.fingerprint));
}

}  // namespace

std::vector<Proof> prove_pairs(Survey& survey, const Surroundings& around) {
    std::vector<Proof> proofs;
    Prover prover(proofs, around);
    for (auto& [fingerprint, generation] : group_by_generation(survey)) {
        for (Subject* server : generation.servers) {
            for (Subject* client : generation.clients)
                prover.prove(*server, *client);
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

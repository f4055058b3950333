#include <fmt/format.h>

#include <algorithm>
#include <map>

#include <keygen/error.hpp>

#include "inspect/pairing.hpp"
#include "inspect/remedy.hpp"
#include "inspect/survey.hpp"

namespace keygen::inspect_room {

std::map<std::string, Generation> group_by_generation(Survey& survey) {
    std::map<std::string, Generation> generations;
    for (Subject& subject : survey.subjects) {
        if (!subject.file.role || subject.file.fingerprint.empty())
            continue;
        Generation& generation = generations[subject.file.fingerprint];
        switch (*subject.file.role) {
            case IdentityRole::server:
                generation.servers.push_back(&subject);
                break;
            case IdentityRole::client:
                generation.clients.push_back(&subject);
                break;
            case IdentityRole::authority:
                generation.authorities.push_back(&subject);
                break;
        }
    }
    return generations;
}

bool do_filestamps_fit(const Subject& server, const Subject& client) {
    const auto& a = server.file.filestamp;
    const auto& b = client.file.filestamp;
    if (!a || !b)
        return false;
    return server.file.scheme == IdentityScheme::gq ? !a->is_older_than(*b) : *a == *b;
}

void check_pairs(Survey& survey, const Surroundings& around) {
    for (const auto& [fingerprint, generation] : group_by_generation(survey)) {
        for (const Subject* client : generation.clients) {
            // One of several servers that it fits is enough: old copies lie about.
            const bool fits =
                std::any_of(generation.servers.begin(), generation.servers.end(),
                            [&](const Subject* server) { return do_filestamps_fit(*server, *client); });
            if (!generation.servers.empty() && !fits && client->file.filestamp)
                around.findings.add(
                    "identity-filestamp", client->file.path,
                    fmt::format(
                        "its filestamp is {}, the server's {}: ntpd says \"crypto_{}: invalid filestamp\"",
                        client->file.filestamp->text(),
                        generation.servers.front()->file.filestamp
                            ? generation.servers.front()->file.filestamp->text()
                            : "none",
                        scheme_word(*client->file.scheme)),
                    client_reissue(*client, around));
        }
        const auto has_reading = [&clients = generation.clients](GqReading reading) {
            return std::any_of(clients.begin(), clients.end(), [&](const Subject* client) {
                const auto& readings = client->file.gq_readings;
                return std::find(readings.begin(), readings.end(), reading) != readings.end();
            });
        };
        if (has_reading(GqReading::stock) && has_reading(GqReading::published))
            around.findings.add(
                "gq-both-readings", generation.clients.front()->file.path,
                fmt::format("client files of both readings exist for {}: each holds the other's secret",
                            fingerprint),
                key_renewal(
                    generation.servers.empty() ? *generation.clients.front() : *generation.servers.front(),
                    around));
    }
}

}  // namespace keygen::inspect_room

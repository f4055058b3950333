#include <fmt/format.h>

#include <algorithm>
#include <map>

#include <keygen/error.hpp>

#include "inspect/identify.hpp"
#include "inspect/identity_pairs.hpp"
#include "inspect/remedy.hpp"
#include "inspect/scan.hpp"

namespace keygen::inspection {

std::map<std::string, Generation> group_by_generation(Scan& scan) {
    std::map<std::string, Generation> generations;
    for (ExaminedFile& subject : scan.subjects) {
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

bool do_filestamps_fit(const ExaminedFile& server, const ExaminedFile& client) {
    const auto& a = server.file.filestamp;
    const auto& b = client.file.filestamp;
    if (!a || !b)
        return false;
    return server.file.scheme == IdentityScheme::gq ? !a->is_older_than(*b) : *a == *b;
}

void check_pairs(Scan& scan, const Context& context) {
    for (const auto& [fingerprint, generation] : group_by_generation(scan)) {
        for (const ExaminedFile* client : generation.clients) {
            // One of several servers that it fits is enough: old copies lie about.
            const bool fits =
                std::any_of(generation.servers.begin(), generation.servers.end(),
                            [&](const ExaminedFile* server) { return do_filestamps_fit(*server, *client); });
            if (!generation.servers.empty() && !fits && client->file.filestamp) {
                const std::string header_change =
                    context.findings.remedy_of("header-mismatch", generation.servers.front()->file.path);
                context.findings.add(
                    "identity-filestamp", client->file.path,
                    fmt::format(
                        "its filestamp is {}, the server's {}: ntpd says \"crypto_{}: invalid filestamp\"",
                        client->file.filestamp->text(),
                        generation.servers.front()->file.filestamp
                            ? generation.servers.front()->file.filestamp->text()
                            : "none",
                        scheme_word(*client->file.scheme)),
                    header_change.empty() ? client_reissue(*client, context) : header_change);
            }
        }
        const auto has_reading = [&clients = generation.clients](GqLayout reading) {
            return std::any_of(clients.begin(), clients.end(), [&](const ExaminedFile* client) {
                const auto& readings = client->file.gq_readings;
                return std::find(readings.begin(), readings.end(), reading) != readings.end();
            });
        };
        if (has_reading(GqLayout::stock) && has_reading(GqLayout::published))
            context.findings.add(
                "gq-both-readings", generation.clients.front()->file.path,
                fmt::format("client files of both readings exist for {}: each holds the other's secret",
                            fingerprint),
                key_renewal(
                    generation.servers.empty() ? *generation.clients.front() : *generation.servers.front(),
                    context));
    }
}

}  // namespace keygen::inspection

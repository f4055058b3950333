#include "inspect/parameters.hpp"

#include <keygen/error.hpp>
#include <keygen/identity.hpp>
#include <keygen/keysdir.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "inspect/identify.hpp"

namespace keygen::inspection {

namespace {

using Outcome = ExpectedFile::Outcome;

void find_defect(Parameters& parameters) {
    const KeyFile& key = parameters.key;
    parameters.cause = "conf-file-refused";
    if (key.outcome == Outcome::refused) {
        const Finding* first = key.findings.empty() ? nullptr : &key.findings.front();
        parameters.remedy = first == nullptr ? "" : first->remedy;
        parameters.defect = first == nullptr || !key.ends ? key.detail : first->cause;
        return;
    }
    const bool is_rsa = key.file->algorithm == "RSA" || key.file->algorithm == "GQ";
    if (is_rsa != (parameters.scheme == IdentityScheme::gq)) {
        parameters.defect = fmt::format("the file holds no {} parameters", name_of(parameters.scheme));
        return;
    }
    static constexpr std::array<std::string_view, 6> DEFECTS = {"iff-no-public-value", "mv-no-public-value",
                                                                "gq-wrong-reading",    "key-unsound",
                                                                "type-mismatch",       "damaged"};
    for (const std::string_view id : DEFECTS) {
        if (const Finding* finding = find_finding(key, id); finding != nullptr) {
            parameters.remedy = finding->remedy;
            parameters.defect = finding->cause;
            return;
        }
    }
}

// ntpd opens them when a server answers, and has given up root by then.
void check_reader(const ExaminedDaemon& client, Parameters& parameters) {
    const std::string closed = find_closed_to_user(client, parameters.path);
    if (closed.empty())
        return;
    parameters.cause = "conf-user-unreadable";
    parameters.defect =
        fmt::format("user {}, who ntpd is by then, cannot read {}", client.user->name, escaped(closed));
    parameters.remedy = opening(client, closed);
}

void run_round(const IdentityKey& server, const IdentityKey& client) {
    switch (server.scheme()) {
        case IdentityScheme::iff:
            prove_iff(server, client, private_random());
            return;
        case IdentityScheme::gq:
            prove_gq(server, client, GqLayout::stock, private_random());
            return;
        case IdentityScheme::mv:
            prove_mv(server, client, private_random());
            return;
    }
}

bool do_filestamps_fit(const InspectedFile& server, const InspectedFile& client) {
    if (!server.filestamp || !client.filestamp || *server.filestamp == *client.filestamp)
        return true;
    return client.scheme == IdentityScheme::gq && !server.filestamp->is_older_than(*client.filestamp);
}

}  // namespace

ParametersOfGroup load_parameters(ExaminedDaemon& client, const std::string& ident) {
    ParametersOfGroup group;
    ConfigurationReport& report = client.report;
    for (const IdentityScheme scheme : {IdentityScheme::iff, IdentityScheme::gq, IdentityScheme::mv}) {
        Parameters parameters;
        parameters.scheme = scheme;
        parameters.path = fmt::format("{}/ntpkey_{}par_{}", report.keysdir, scheme_word(scheme), ident);
        parameters.key = load_key(parameters.path, nullptr, client.request);
        const std::string purpose = fmt::format("parameters of {}", ident);
        if (parameters.key.outcome == Outcome::unknown) {
            group.is_known = false;
            leave_open(client, purpose, parameters.path, parameters.key.detail);
        }
        if (parameters.key.outcome != Outcome::loaded && parameters.key.outcome != Outcome::refused)
            continue;
        find_defect(parameters);
        check_reader(client, parameters);
        const bool is_listed =
            std::any_of(report.files.begin(), report.files.end(),
                        [&](const ExpectedFile& file) { return file.path == parameters.path; });
        if (!is_listed)
            report.files.push_back({purpose, parameters.path, parameters.key.outcome, parameters.key.detail});
        group.files.push_back(std::move(parameters));
    }
    return group;
}

std::optional<daemon::Obstacle> find_identity_obstacle(const ExaminedDaemon& server, const ServerKey& key,
                                                       const Parameters& parameters) {
    if (!parameters.key.file)
        return std::nullopt;
    if (!do_filestamps_fit(key.file, *parameters.key.file))
        return daemon::Obstacle{
            "conf-parameters-mismatch",
            fmt::format("the filestamps of {} and {} do not fit: they are of different generations",
                        escaped(key.file.name), escaped(parameters.key.file->name))};
    try {
        const IdentityKey own = IdentityKey::from_pem(read_file(key.path).text(), key.scheme,
                                                      IdentityRole::server, server.password());
        const IdentityKey other = IdentityKey::from_pem(read_file(parameters.path).text(), key.scheme,
                                                        IdentityRole::client, nullptr);
        run_round(own, other);
    } catch (const Error& error) {
        const bool is_of_one_generation =
            !key.file.fingerprint.empty() && key.file.fingerprint == parameters.key.file->fingerprint;
        if (key.scheme == IdentityScheme::mv && is_of_one_generation)
            return daemon::Obstacle{"conf-client-revoked",
                                    fmt::format("the server's key does not let {} in: this client is revoked",
                                                escaped(parameters.key.file->name))};
        return daemon::Obstacle{
            "conf-parameters-mismatch",
            fmt::format("{} does not verify what {} answers: {}", escaped(parameters.key.file->name),
                        escaped(key.file.name), error.message())};
    }
    return std::nullopt;
}

}  // namespace keygen::inspection

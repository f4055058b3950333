#include "generate/identity_files.hpp"

#include <keygen/error.hpp>
#include <keygen/identity.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>

#include "base/helper_threads.hpp"
#include "base/run_async.hpp"
#include "crypto/pkcs8.hpp"
#include "identity/identity.hpp"
#include "identity/mv.hpp"
#include "keysdir/header.hpp"
#include "keysdir/linked_keys.hpp"

namespace keygen::generation {

namespace {

SecretBytes format(const IdentityKey& key, const IdentityFileSettings& settings) {
    if (settings.derived_key != nullptr && identity::is_protected_by_pbkdf2(key.scheme(), key.role()))
        return crypto::format_pkcs8(key.numbers().value, *settings.derived_key);
    const Protection protection{settings.password.clone(), settings.cipher,
                                key_derivation_rounds(key.scheme())};
    return key.to_pem(&protection);
}

StagedFile stage(const IdentityKey& key, std::string type, const IdentityFileSettings& settings) {
    const keysdir::FileName name{std::move(type), settings.owner, settings.filestamp};
    const auto owner_kind = settings.is_group ? keysdir::OwnerKind::group : keysdir::OwnerKind::host;
    StagedFile file{
        name,
        keysdir::with_header(name, settings.time, format(key, settings),
                             key.role() == IdentityRole::client ? std::optional(owner_kind) : std::nullopt),
        true,
        "",
        {}};
    file.description = fmt::format("{}, {} bits", name.type, key.modulus_bits());
    return file;
}

IdentityKey read_back(const StagedFile& file, IdentityScheme scheme, IdentityRole role,
                      const IdentityFileSettings& settings) {
    if (settings.derived_key == nullptr || !identity::is_protected_by_pbkdf2(scheme, role))
        return IdentityKey::from_pem(file.content.text(), scheme, role, &settings.password);
    return identity::from_pem(file.content.text(), scheme, role, [&](const crypto::PemBlock& block) {
        return crypto::decode_pkcs8(settings.derived_key->decrypt(block).bytes());
    });
}

std::vector<StagedFile> make_mv_files(const IdentityKey& authority, const IdentityFileSettings& settings,
                                      const Resources& resources) {
    std::vector<StagedFile> files;
    files.push_back(make_server_file(authority, settings));
    files.push_back(make_authority_file(authority, settings));
    const IdentityKey server = read_back(files[0], IdentityScheme::mv, IdentityRole::server, settings);
    (void)read_back(files[1], IdentityScheme::mv, IdentityRole::authority, settings);
    std::vector<StagedFile> clients;
    const identity::MvIssuer issuer(authority);
    for (std::uint32_t client = 1; client <= mv_client_count(authority); ++client)
        clients.push_back(make_mv_client_file(issuer, client, settings));
    const auto from_file = [&](std::uint32_t client) {
        return read_back(clients.at(client - 1), IdentityScheme::mv, IdentityRole::client, settings);
    };
    prove_mv_clients(server, authority, from_file, resources);
    std::move(clients.begin(), clients.end(), std::back_inserter(files));
    return files;
}

void require_outcome(const identity::MvRound& round, const IdentityKey& key, std::uint32_t client,
                     bool should_pass) {
    try {
        round.verify(key);
    } catch (const Error& error) {
        if (should_pass || error.code() != ErrorCode::not_proven)
            throw;
        return;
    }
    if (!should_pass)
        throw Error(ErrorCode::not_proven, fmt::format("MV client {} passes although it is revoked", client));
}

}  // namespace

int key_derivation_rounds(IdentityScheme scheme) {
    return scheme == IdentityScheme::mv ? AUTHORITY_KEY_DERIVATION_ROUNDS : DEFAULT_KEY_DERIVATION_ROUNDS;
}

std::vector<std::string> identity_links(const std::string& key, const std::string& host,
                                        const std::string& owner) {
    std::vector<std::string> links{keysdir::LinkName{key, owner}.text()};
    if (host != owner)
        links.push_back(keysdir::LinkName{key, host}.text());
    return links;
}

StagedFile make_server_file(const IdentityKey& key, const IdentityFileSettings& settings) {
    const auto type = file_type_of(key.scheme(), IdentityRole::server);
    StagedFile file = key.role() == IdentityRole::authority ? stage(make_mv_server(key), type, settings)
                                                            : stage(key, type, settings);
    file.description = fmt::format("{} server key, {} bits", name_of(key.scheme()), key.modulus_bits());
    file.links = identity_links(keysdir::link_key_of(key.scheme(), IdentityRole::server), settings.host,
                                settings.owner);
    return file;
}

StagedFile make_authority_file(const IdentityKey& authority, const IdentityFileSettings& settings) {
    StagedFile file = stage(authority, file_type_of(authority.scheme(), IdentityRole::authority), settings);
    file.description = fmt::format("MV trusted authority, {} clients", mv_client_count(authority));
    file.links = identity_links(keysdir::link_key_of(authority.scheme(), IdentityRole::authority),
                                settings.host, settings.owner);
    return file;
}

StagedFile make_client_file(const IdentityKey& key, const IdentityFileSettings& settings) {
    const std::string type = file_type_of(key.scheme(), IdentityRole::client);
    std::string description = fmt::format("{} client parameters", name_of(key.scheme()));
    const bool is_gq = key.scheme() == IdentityScheme::gq;
    if (is_gq)
        description += fmt::format(", for the {} reading", name_of(settings.gq_layout));
    StagedFile file =
        stage(is_gq ? make_gq_client(key, settings.gq_layout) : make_iff_client(key), type, settings);
    file.description = std::move(description);
    file.is_private = false;  // all clients of the group share it
    return file;
}

StagedFile make_mv_client_file(const identity::MvIssuer& issuer, std::uint32_t client,
                               const IdentityFileSettings& settings) {
    const std::string type = file_type_of(IdentityScheme::mv, IdentityRole::client);
    StagedFile file = stage(issuer.client_key(client), fmt::format("{}{}", type, client), settings);
    file.description = fmt::format("MV parameters of client {}", client);
    return file;
}

void prove_mv_clients(const IdentityKey& server, const IdentityKey& authority,
                      const std::function<IdentityKey(std::uint32_t)>& client_key,
                      const Resources& resources) {
    const unsigned count = mv_client_count(authority);
    const crypto::Number order = identity::mv_answer_order(authority);
    const identity::MvRound round(server, resources.random, &order);
    const auto revoked = mv_revoked(authority);
    std::atomic<std::uint32_t> next = 1;
    std::mutex mutex;
    std::exception_ptr failure;
    const auto work = [&] {
        try {
            for (std::uint32_t client = next++; client <= count; client = next++) {
                if (resources.progress.is_cancelled())
                    throw Error(ErrorCode::cancelled, "cancelled");
                const bool should_pass = !std::binary_search(revoked.begin(), revoked.end(), client);
                require_outcome(round, client_key(client), client, should_pass);
            }
        } catch (...) {
            const std::lock_guard lock(mutex);
            failure = std::current_exception();
            next = count + 1;
        }
    };
    {
        const HelperThreads helpers(std::max(resources.jobs, 1U) - 1, work);
        work();
    }
    if (failure)
        std::rethrow_exception(failure);
}

std::vector<StagedFile> make_identity_files(const IdentityKey& key, const IdentityFileSettings& settings,
                                            const Resources& resources) {
    if (key.scheme() == IdentityScheme::mv)
        return make_mv_files(key, settings, resources);
    std::vector<StagedFile> files;
    files.push_back(make_server_file(key, settings));
    files.push_back(make_client_file(key, settings));
    const IdentityKey server = read_back(files[0], key.scheme(), IdentityRole::server, settings);
    const IdentityKey client = read_back(files[1], key.scheme(), IdentityRole::client, settings);
    if (key.scheme() == IdentityScheme::iff) {
        prove_iff(server, client, resources.random);
    } else {
        prove_gq(server, client, settings.gq_layout, resources.random);
    }
    return files;
}

}  // namespace keygen::generation

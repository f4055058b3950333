#include <keygen/error.hpp>
#include <keygen/generate.hpp>
#include <keygen/identity.hpp>

#include <fmt/format.h>

#include "crypto/algorithm.hpp"
#include "generate/identity_files.hpp"
#include "identity/mv.hpp"
#include "keysdir/command_text.hpp"
#include "keysdir/filename.hpp"
#include "keysdir/linked_keys.hpp"
#include "keysdir/settled_directory.hpp"

namespace keygen {

using namespace generation;

RevokeReport revoke(const RevokeRequest& request, const Resources& resources) {
    require_usable_owner(request.host, "host name");
    if (request.group && !request.group->empty())
        require_usable_owner(*request.group, "group name");
    RevokeReport report;
    auto directory = keysdir::open_for_changes(request.keysdir, &resources.progress, report.changes);
    directory.require_writable();
    const std::string group =
        keysdir::group_in_use(request.group, keysdir::find_certificate(directory, request.host));
    const auto authority = keysdir::find_identity(directory, IdentityScheme::mv, IdentityRole::authority,
                                                  request.host, group, request.password);
    if (!authority)
        throw Error(ErrorCode::not_found,
                    fmt::format("no MV trusted authority of {}: nothing can be revoked without it",
                                escaped(group.empty() ? request.host : group)))
            .in(directory.path())
            .hint(fmt::format(
                "put back its file and link (ntpkey_mvta_...), or make new keys: keygen -T -V <clients> "
                "--new-identity {} -p <password>",
                keysdir::place_options(request.keysdir, request.host, group)));

    const IdentityKey updated =
        request.clients ? revoke_mv(authority->key, *request.clients) : authority->key.clone();
    const Filestamp filestamp = authority->source.header.filestamp;
    const IdentityFileSettings settings{
        request.host,     authority->source.header.owner,
        filestamp,        filestamp.to_unix(request.now),
        request.password, find_cipher(request.cipher.value_or(std::string(DEFAULT_CIPHER))),
        GqLayout::stock,  !group.empty()};
    // ntpd compares filestamps for equality, so both files keep their names and headers (crypto_mv).
    std::vector<StagedFile> files;
    files.push_back(make_authority_file(updated, settings));
    files.push_back(make_server_file(updated, settings));
    const identity::MvIssuer issuer(updated);
    for (std::uint32_t client = 1; client <= request.rewrite_clients; ++client)
        files.push_back(make_mv_client_file(issuer, client, settings));
    for (StagedFile& file : files)
        file.replaces = true;

    const auto read_back = [&](const StagedFile& file, IdentityRole role) {
        return IdentityKey::from_pem(file.content.text(), IdentityScheme::mv, role, &request.password);
    };
    const IdentityKey written_authority = read_back(files[0], IdentityRole::authority);
    const identity::MvIssuer written_issuer(written_authority);
    prove_mv_clients(
        read_back(files[1], IdentityRole::server), written_authority,
        [&](std::uint32_t client) {
            return client <= request.rewrite_clients ? read_back(files[client + 1], IdentityRole::client)
                                                     : written_issuer.client_key(client);
        },
        resources);

    report.group = authority->source.header.owner;
    report.clients = mv_client_count(updated);
    report.revoked = mv_revoked(updated);
    keysdir::Staging(std::move(files), {}, directory, request.keysdir, report.changes).commit();
    return report;
}

}  // namespace keygen

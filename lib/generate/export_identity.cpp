#include <keygen/error.hpp>
#include <keygen/generate.hpp>
#include <keygen/identity.hpp>

#include <fmt/format.h>

#include <algorithm>

#include "crypto/algorithm.hpp"
#include "crypto/pem.hpp"
#include "daemon/ntp_text.hpp"
#include "generate/identity_files.hpp"
#include "identity/gq.hpp"
#include "identity/identity.hpp"
#include "identity/mv.hpp"
#include "keysdir/command_text.hpp"
#include "keysdir/filename.hpp"
#include "keysdir/header.hpp"
#include "keysdir/linked_keys.hpp"
#include "keysdir/settled_directory.hpp"

namespace keygen {

using namespace generation;

namespace {

constexpr IdentityScheme ALL_SCHEMES[] = {IdentityScheme::iff, IdentityScheme::gq, IdentityScheme::mv};

// The key that a scheme's exports come from.
IdentityRole source_role(IdentityScheme scheme) {
    return scheme == IdentityScheme::mv ? IdentityRole::authority : IdentityRole::server;
}

std::string how_to_make(const ExportRequest& request, const std::string& group) {
    const std::string command = fmt::format("keygen -T {} {} -p <password>",
                                            request.scheme ? keysdir::option_of(*request.scheme) : "-I",
                                            keysdir::place_options(request.keysdir, request.host, group));
    return request.scheme ? fmt::format("make one: {}", command)
                          : fmt::format("make one: {} (or -G, or -V <clients>)", command);
}

IdentityScheme choose_scheme(const ExportRequest& request, const keysdir::Directory& directory,
                             const std::string& group) {
    const std::string owner = group.empty() ? request.host : group;
    std::vector<IdentityScheme> found;
    for (const IdentityScheme scheme : ALL_SCHEMES) {
        if (request.scheme && *request.scheme != scheme)
            continue;
        if (keysdir::find_identity_file(directory, scheme, source_role(scheme), request.host, group) ||
            keysdir::find_identity_file(directory, scheme, IdentityRole::server, request.host, group))
            found.push_back(scheme);
    }
    if (found.empty()) {
        const std::string wanted = request.scheme ? std::string(name_of(*request.scheme)) : "IFF, GQ or MV";
        throw Error(ErrorCode::not_found, fmt::format("no {} key of {}", wanted, escaped(owner)))
            .in(directory.path())
            .hint(how_to_make(request, group));
    }
    if (found.size() > 1)
        throw Error(ErrorCode::bad_request,
                    fmt::format("{} has keys of several identity schemes", escaped(owner)))
            .in(directory.path())
            .hint("say which to export with -I, -G or -V <clients>");
    return found.front();
}

// Each reading's group key is the other's secret, so the clients' file of one reading bars the other.
void require_no_other_reading(const ExportRequest& request, const keysdir::Directory& directory,
                              const keysdir::LinkedIdentity& server) {
    const keysdir::FileName name{file_type_of(IdentityScheme::gq, IdentityRole::client),
                                 server.source.header.owner, server.source.header.filestamp};
    if (request.keysdir.force || directory.kind_of(name.text()) != keysdir::EntryKind::regular)
        return;
    const SecretBytes text = directory.read(name.text());
    if (text.empty())
        return;  // the shell has made it for the very output of this run
    const IdentityKey handed_out = [&] {
        try {
            return IdentityKey::from_pem(text.text(), IdentityScheme::gq, IdentityRole::client, nullptr);
        } catch (Error& error) {
            error.in(directory.path_of(name.text()));
            throw;
        }
    }();
    const GqLayout other = request.gq_layout == GqLayout::stock ? GqLayout::published : GqLayout::stock;
    if (gq_client_matches(handed_out, other) && !gq_client_matches(handed_out, request.gq_layout))
        throw Error(
            ErrorCode::bad_request,
            fmt::format(
                "this group's clients have files for the {} reading; whoever held both could pose as a "
                "server, since each reading's group key is the other's secret",
                name_of(other)))
            .in(directory.path_of(name.text()))
            .hint("make a group of its own for the other daemons (-i), or insist with --force");
}

// ntp-keygen's keys hold in the published reading only, and may be handed on as they are.
void prove_gq_server(const IdentityKey& server, const Resources& resources) {
    const auto reading = gq_is_valid(server, GqLayout::stock) ? GqLayout::stock : GqLayout::published;
    prove_gq(server, make_gq_client(server, reading), reading, resources.random);
}

// The authority stands for the side that is not exported.
void prove_mv_export(const ExportRequest& request, const IdentityKey& authority, const IdentityKey& exported,
                     ExportReport& report, const Resources& resources) {
    if (exported.role() == IdentityRole::server) {
        const identity::MvIssuer issuer(authority);
        const auto client = [&](std::uint32_t number) { return issuer.client_key(number); };
        prove_mv_clients(exported, authority, client, resources);
        return;
    }
    const std::uint32_t number = request.mv_client.value_or(1);
    const auto revoked = mv_revoked(authority);
    if (std::find(revoked.begin(), revoked.end(), number) == revoked.end())
        prove_mv(make_mv_server(authority), exported, resources.random);
    else
        report.warnings.push_back(fmt::format(
            "client {} is locked out: servers refuse this file until --mv-revoke lets it back in", number));
}

std::string mv_gap_hint() {
    return "the trusted authority's file is needed: put back its link ntpkey_mvta_<group>";
}

}  // namespace

ExportReport export_identity(const ExportRequest& request, const Resources& resources) {
    require_usable_owner(request.host, "host name");
    if (request.group && !request.group->empty())
        require_usable_owner(*request.group, "group name");
    const auto directory = keysdir::open_to_read(request.keysdir.directory, request.keysdir.lock_timeout);
    const std::string group =
        keysdir::group_in_use(request.group, keysdir::find_certificate(directory, request.host));

    ExportReport report;
    report.scheme = choose_scheme(request, directory, group);
    const auto source = keysdir::find_identity(directory, report.scheme, source_role(report.scheme),
                                               request.host, group, request.password);
    if (!source)
        throw Error(ErrorCode::not_found, "no MV trusted authority").in(directory.path()).hint(mv_gap_hint());

    const SecretBytes& password = request.export_password ? *request.export_password : request.password;
    const IdentityFileSettings settings{request.host,
                                        source->source.header.owner,
                                        source->source.header.filestamp,
                                        source->source.header.filestamp.to_unix(request.now),
                                        password,
                                        find_cipher(request.cipher.value_or(std::string(DEFAULT_CIPHER))),
                                        request.gq_layout,
                                        !group.empty()};
    const auto export_file = [&]() -> StagedFile {
        if (request.export_password) {
            crypto::require_usable_password(*request.export_password);
            daemon::require_sayable_password(*request.export_password);
            return make_server_file(source->key, settings);
        }
        if (report.scheme == IdentityScheme::gq)
            require_no_other_reading(request, directory, *source);
        if (report.scheme == IdentityScheme::mv && !request.mv_client && mv_client_count(source->key) > 1)
            report.warnings.push_back(fmt::format(
                "these are the parameters of client 1 of {}; give each client its own with --mv-client",
                mv_client_count(source->key)));
        if (report.scheme == IdentityScheme::mv)
            return make_mv_client_file(identity::MvIssuer(source->key), request.mv_client.value_or(1),
                                       settings);
        return make_client_file(source->key, settings);
    };
    StagedFile file = [&] {
        try {
            return export_file();
        } catch (Error& error) {
            error.in(directory.path_of(source->source.file));
            throw;
        }
    }();
    const IdentityRole role = request.export_password ? IdentityRole::server : IdentityRole::client;
    const IdentityKey exported = IdentityKey::from_pem(file.content.text(), report.scheme, role, &password);
    switch (report.scheme) {
        case IdentityScheme::iff:
            if (role == IdentityRole::client)
                prove_iff(source->key, exported, resources.random);
            else
                prove_iff(exported, make_iff_client(source->key), resources.random);
            break;
        case IdentityScheme::gq:
            if (role == IdentityRole::client)
                prove_gq(source->key, exported, request.gq_layout, resources.random);
            else
                prove_gq_server(exported, resources);
            break;
        case IdentityScheme::mv:
            prove_mv_export(request, source->key, exported, report, resources);
            break;
    }
    report.file_name = file.name.text();
    report.is_secret = file.is_private;
    report.text = std::move(file.content);
    return report;
}

}  // namespace keygen

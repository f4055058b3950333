#include <keygen/error.hpp>
#include <keygen/generate.hpp>
#include <keygen/identity.hpp>

#include <fmt/format.h>

#include "crypto/algorithm.hpp"
#include "generate/identity_files.hpp"
#include "identity/gq.hpp"
#include "keysdir/filename.hpp"
#include "keysdir/linked_keys.hpp"
#include "keysdir/settled_directory.hpp"

namespace keygen {

using namespace generation;

namespace {

struct Repair {
    const RepairRequest& request;
    const keysdir::Directory& directory;
    const std::optional<keysdir::LinkedCertificate>& certificate;
    const Resources& resources;
    RepairReport& report;
    std::vector<StagedFile> files;
    std::vector<StagedLink> links;

    [[nodiscard]] IdentityFileSettings settings_of(const keysdir::LinkedIdentity& identity,
                                                   const std::string& cipher) const {
        const Filestamp filestamp = identity.source.header.filestamp;
        return {request.host,     identity.source.header.owner,
                filestamp,        filestamp.to_unix(request.now),
                request.password, cipher,
                GqLayout::stock,  !keysdir::group_in_use(std::nullopt, certificate).empty()};
    }

    void add_missing_links(const std::string& key, const keysdir::LinkedFile& source) {
        for (const std::string& link : identity_links(key, request.host, source.header.owner)) {
            if (directory.kind_of(link) != keysdir::EntryKind::missing)
                continue;
            links.push_back({link, source.file});
            report.repaired.push_back(fmt::format("the link {} was missing", link));
        }
    }

    void add_missing_client_file(const IdentityKey& server, const IdentityFileSettings& settings,
                                 bool replaces) {
        StagedFile client = make_client_file(server, settings);
        const bool exists = directory.kind_of(client.name.text()) != keysdir::EntryKind::missing;
        if (exists && !replaces)
            return;
        client.replaces = exists;
        const IdentityKey written =
            IdentityKey::from_pem(client.content.text(), server.scheme(), IdentityRole::client, nullptr);
        if (server.scheme() == IdentityScheme::iff)
            prove_iff(server, written, resources.random);
        else
            prove_gq(server, written, GqLayout::stock, resources.random);
        report.repaired.push_back(
            fmt::format("{} is the clients' file that ntpd accepts; put it in place of the old one there",
                        client.name.text()));
        files.push_back(std::move(client));
    }
};

void repair_iff(Repair& repair, const keysdir::LinkedIdentity& identity, const std::string& cipher) {
    repair.add_missing_links("iffkey", identity.source);
    repair.add_missing_client_file(identity.key, repair.settings_of(identity, cipher), false);
}

void repair_gq_file(Repair& repair, const keysdir::LinkedIdentity& identity, const std::string& cipher) {
    const auto settings = repair.settings_of(identity, cipher);
    if (gq_is_valid(identity.key, GqLayout::stock)) {
        repair.add_missing_links("gqkey", identity.source);
        repair.add_missing_client_file(identity.key, settings, false);
        return;
    }
    if (!gq_is_valid(identity.key, GqLayout::published)) {
        repair.report.beyond_repair.push_back(
            fmt::format("{}: this GQ key holds in no reading; make a new one: keygen -T -G --new-identity",
                        repair.directory.path_of(identity.source.file)));
        return;
    }
    StagedFile server = make_server_file(repair_gq(identity.key), settings);
    server.replaces = true;
    const IdentityKey repaired = IdentityKey::from_pem(server.content.text(), IdentityScheme::gq,
                                                       IdentityRole::server, &repair.request.password);
    // ntpd misreads a value of 128 bytes and more as ntp-keygen wrote it.
    const bool certificate_stays =
        !repair.certificate ||
        gq_value_matches(repaired, repair.certificate->certificate.fields.gq_value_as_ntpd_reads);
    repair.report.repaired.push_back(
        fmt::format("{} held in the published reading only; it is rewritten for stock ntpd{}",
                    identity.source.file, certificate_stays ? ", and the certificate stays valid" : ""));
    if (!certificate_stays)
        repair.report.changes.warnings.push_back(
            fmt::format("{} does not carry the key's public value as ntpd reads it; a new certificate will: "
                        "keygen -p <password>",
                        repair.directory.path_of(repair.certificate->source.file)));
    repair.files.push_back(std::move(server));
    repair.add_missing_client_file(repaired, settings, true);
}

void look_at_mv(Repair& repair, const std::string& group) {
    try {
        (void)keysdir::find_identity(repair.directory, IdentityScheme::mv, IdentityRole::authority,
                                     repair.request.host, group, repair.request.password);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::unsupported)
            throw;
        repair.report.beyond_repair.push_back(fmt::format("{}; {}", error.what(), error.hint()));
    }
}

}  // namespace

RepairReport repair(const RepairRequest& request, const Resources& resources) {
    require_usable_owner(request.host, "host name");
    if (request.group && !request.group->empty())
        require_usable_owner(*request.group, "group name");
    RepairReport report;
    auto directory = keysdir::open_for_changes(request.keysdir, &resources.progress, report.changes);
    directory.require_writable();
    const auto certificate = keysdir::find_certificate(directory, request.host);
    Repair repair{request, directory, certificate, resources, report, {}, {}};
    const std::string cipher = find_cipher(request.cipher.value_or(std::string(DEFAULT_CIPHER)));
    const std::string group = keysdir::group_in_use(request.group, certificate);
    const auto find = [&](IdentityScheme scheme) {
        return keysdir::find_identity(directory, scheme, IdentityRole::server, request.host, group,
                                      request.password);
    };
    if (const auto iff = find(IdentityScheme::iff))
        repair_iff(repair, *iff, cipher);
    if (const auto gq = find(IdentityScheme::gq))
        repair_gq_file(repair, *gq, cipher);
    look_at_mv(repair, group);

    keysdir::Staging(std::move(repair.files), repair.links, directory, request.keysdir, report.changes)
        .commit();
    return report;
}

}  // namespace keygen

#include "inspect/check_hosts.hpp"

#include <keygen/error.hpp>
#include <keygen/identity.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "crypto/number.hpp"
#include "identity/gq.hpp"
#include "inspect/certificate_file.hpp"
#include "inspect/identify.hpp"
#include "inspect/newest_files.hpp"
#include "inspect/remedy.hpp"
#include "inspect/scan.hpp"
#include "keysdir/filename.hpp"

namespace keygen::inspection {

namespace {

std::set<std::string> host_names(const ScannedDirectory& directory_scan) {
    std::set<std::string> names;
    for (const auto& [text, index] : directory_scan.by_name) {
        const auto name = keysdir::LinkName::parse(text);
        if (name && (name->key == "host" || name->key == "cert" || name->key == "sign"))
            names.insert(name->owner);
    }
    return names;
}

std::string in_place(const ScannedDirectory& directory_scan, const std::string& key,
                     const std::string& owner) {
    return directory_scan.directory.path == "."
               ? keysdir::LinkName{key, owner}.text()
               : fmt::format("{}/{}", directory_scan.directory.path, keysdir::LinkName{key, owner}.text());
}

// A place and one of its hosts, as the subject of a command.
ExaminedFile host_at(const ScannedDirectory& directory_scan, const std::string& owner) {
    ExaminedFile subject;
    subject.file.directory = directory_scan.directory.path;
    subject.file.owner = owner;
    subject.names = directory_scan.names;
    return subject;
}

std::string renew(const ScannedDirectory& directory_scan, const std::string& owner, const Context& context,
                  std::string_view options = {}) {
    return keygen_for(host_at(directory_scan, owner), options, context);
}

// What makes a file again also mends the links that it got lost behind.
void share_with_links(const std::vector<std::string>& links, const std::string& remedy,
                      const Context& context) {
    for (const std::string& link : links) {
        for (const std::string_view id : BROKEN_LINKS)
            context.findings.set_remedy(id, link, remedy);
    }
}

// The file that only lacks its link; or another one, for which a link that leads to nothing has to go. `what`
// is ntpd's word for it.
void report_missing(const ExaminedFile* unlinked, std::string_view id, std::string_view what,
                    const ScannedDirectory& directory_scan, const keysdir::LinkName& name,
                    const std::string& making, const Context& context) {
    const std::string link = in_place(directory_scan, name.key, name.owner);
    std::string remedy;
    if (unlinked != nullptr && unlinked->file.owner == name.owner)
        remedy = context.findings.remedy_of("link-missing", unlinked->file.path);
    if (unlinked != nullptr && remedy.empty())
        remedy = link_making({unlinked}, name.owner, context);
    if (unlinked == nullptr)
        remedy = (is_broken_link(link, context) ? removal({link}) : std::string()) + making;
    share_with_links({link}, remedy, context);
    context.findings.add(
        id, link,
        fmt::format("there is no {0} of {1}: ntpd says \"{0} file {2} not found or corrupt\" and ends", what,
                    escaped(name.owner), escaped(name.text())),
        remedy);
}

bool is_broken_server_link(const InspectedLink& link, const Context& context) {
    const auto name = keysdir::LinkName::parse(link.name);
    const auto kind = name ? scheme_and_role_of(name->key) : std::nullopt;
    return kind && kind->role == IdentityRole::server && is_broken_link(link.path, context);
}

/// What the hosts of a place share, gathered once for all of them.
class HostFiles {
  public:
    HostFiles(const Scan& scan, const ScannedDirectory& directory_scan, const Context& context)
        : scan_(scan), newest_(scan, directory_scan) {
        for (const std::size_t index : directory_scan.links) {
            if (is_broken_server_link(scan.links[index], context))
                broken_server_links_.push_back(&scan.links[index]);
        }
        for (const std::size_t index : directory_scan.subjects) {
            const ExaminedFile& subject = scan.subjects[index];
            const InspectedFile& file = subject.file;
            if (file.is_current && file.role == IdentityRole::server)
                server_keys_.push_back(&file);
            else if (file.role == IdentityRole::server && context.findings.has("link-missing", file.path))
                linking_.emplace(file.owner, context.findings.remedy_of("link-missing", file.path));
            if (file.is_current && file.role == IdentityRole::client && !file.owner.empty() &&
                client_ == nullptr)
                client_ = &subject;
        }
    }

    [[nodiscard]] bool has_server_key() const { return !server_keys_.empty(); }
    /// The first clients' file in use; null where there is none.
    [[nodiscard]] const ExaminedFile* client() const { return client_; }
    /// The newest file of this sort, which only lacks its link; null where there is none.
    [[nodiscard]] const ExaminedFile* find_unlinked(const std::string& key, const std::string& owner) const {
        const auto found = newest_.find({key, owner});
        return found ? &scan_.subjects[*found] : nullptr;
    }
    /// What gives the owner of this certificate an identity key again, and the links that it got lost behind.
    struct Provision {
        std::string remedy;
        std::vector<std::string> lost_links;
    };
    [[nodiscard]] Provision identity_for(const HostAndGroup& name, const ScannedDirectory& place) const {
        Provision provision;
        IdentityScheme scheme = IdentityScheme::iff;
        for (const InspectedLink* link : broken_server_links_) {
            const auto link_name = keysdir::LinkName::parse(link->name);
            if (link_name->owner != name.host && link_name->owner != name.group)
                continue;
            scheme = scheme_and_role_of(link_name->key)->scheme;
            provision.lost_links.push_back(link->path);
        }
        for (const std::string& owner : {name.group, name.host}) {
            if (const auto found = linking_.find(owner); found != linking_.end() && provision.remedy.empty())
                provision.remedy = found->second;
        }
        const std::string& owner = name.group.empty() ? name.host : name.group;
        if (provision.remedy.empty())
            provision.remedy = identity_making(name, scheme, place.names->mv_clients_of(owner),
                                               provision.lost_links, place.directory.path);
        return provision;
    }
    /// keygen's options for a certificate where there is none: as the other files want it.
    [[nodiscard]] std::string options_for_certificate(const std::string& owner) const {
        if (server_keys_.empty()) {
            const bool has_group = client_ != nullptr && client_->header &&
                                   client_->header->owner_kind == keysdir::OwnerKind::group;
            return has_group ? "-i " + shell_word(client_->file.owner) : std::string();
        }
        const auto of_group = std::find_if(server_keys_.begin(), server_keys_.end(),
                                           [&](const InspectedFile* file) { return file->owner != owner; });
        return of_group == server_keys_.end() ? "-T" : "-T -i " + shell_word((*of_group)->owner);
    }

  private:
    const Scan& scan_;
    std::vector<const InspectedFile*> server_keys_;
    std::map<std::string, std::string, std::less<>> linking_;  ///< of unlinked identity keys, by owner
    std::vector<const InspectedLink*> broken_server_links_;
    const ExaminedFile* client_ = nullptr;
    NewestFiles newest_;
};

void check_signer(const ExaminedFile& certificate, const ExaminedFile& signer, const Context& context) {
    if (certificate.public_digest.empty() || signer.public_digest.empty() ||
        certificate.public_digest == signer.public_digest)
        return;
    context.findings.add("certificate-key-mismatch", certificate.file.path,
                         fmt::format("the certificate does not carry the public key of {}: peers say "
                                     "signature_not_verified",
                                     escaped(signer.file.name)),
                         certificate_renewal(certificate, "", context));
}

void check_name(const ExaminedFile& certificate, const std::string& owner,
                const ScannedDirectory& directory_scan, const Context& context) {
    const CertificateFields& fields = *certificate.file.certificate;
    const HostAndGroup name = split_common_name(fields.subject);
    // In the PC scheme all members of a group have one certificate under their own names.
    if (name.host != owner && fields.kind != CertificateKind::private_)
        context.findings.add(
            "certificate-name-mismatch", certificate.file.path,
            fmt::format("linked for {}, and the certificate names {}", escaped(owner), escaped(name.host)),
            renew(directory_scan, owner, context));
}

void check_identity(const HostFiles& household, const ExaminedFile& certificate,
                    const ScannedDirectory& directory_scan, const Context& context) {
    const CertificateFields& fields = *certificate.file.certificate;
    const bool is_server = household.has_server_key();
    if (fields.kind == CertificateKind::trusted && !is_server) {
        const auto [remedy, lost_links] =
            household.identity_for(split_common_name(fields.subject), directory_scan);
        context.findings.add(
            "identity-missing", directory_scan.directory.path,
            fmt::format("{} has a trusted certificate and no identity key (IFF, GQ or MV): whoever makes "
                        "such a certificate can pose as it",
                        escaped(fields.subject)),
            remedy);
        share_with_links(lost_links, remedy, context);
    }
    const ExaminedFile* client = household.client();
    const auto is_owner = [&](keysdir::OwnerKind kind) {
        return client != nullptr && client->header && client->header->owner_kind == kind;
    };
    if (client == nullptr || is_server || !split_common_name(fields.subject).group.empty() ||
        fields.kind == CertificateKind::private_ || is_owner(keysdir::OwnerKind::host))
        return;
    const std::string group = escaped(client->file.owner);
    if (is_owner(keysdir::OwnerKind::group))
        context.findings.add(
            "certificate-group-missing", Severity::critical, certificate.file.path, 0,
            fmt::format("the certificate of {} has no group: the servers of group {} drop this client",
                        escaped(fields.subject), group),
            renew(directory_scan, fields.subject, context, "-i " + shell_word(client->file.owner)));
    else
        context.findings.add(
            "certificate-group-missing", certificate.file.path,
            fmt::format("the certificate of {} has no group: if {} is a group and no host, its "
                        "servers drop this client",
                        escaped(fields.subject), group));
}

void check_host(Scan& scan, const HostFiles& household, const ScannedDirectory& directory_scan,
                const std::string& owner, const Context& context) {
    const auto find = [&](const std::string& key) {
        return find_subject(scan, directory_scan, keysdir::LinkName{key, owner}.text());
    };
    const ExaminedFile* host = find("host");
    const ExaminedFile* sign = find("sign");
    const ExaminedFile* certificate = find("cert");
    if (certificate == nullptr) {
        report_missing(household.find_unlinked("cert", owner), "certificate-missing", "certificate",
                       directory_scan, {"cert", owner},
                       renew(directory_scan, owner, context, household.options_for_certificate(owner)),
                       context);
        return;
    }
    if (host == nullptr) {
        const ExaminedFile* unlinked = household.find_unlinked("host", owner);
        // All members of a group have the private certificate's key under the name of the one that made it.
        const auto& fields = certificate->file.certificate;
        if (unlinked == nullptr && fields && fields->kind == CertificateKind::private_)
            unlinked = household.find_unlinked("host", split_common_name(fields->subject).host);
        report_missing(unlinked, "host-key-missing", "host key", directory_scan, {"host", owner},
                       renew(directory_scan, owner, context), context);
    }
    if (!certificate->file.certificate)
        return;
    if (const ExaminedFile* signer = sign != nullptr ? sign : host; signer != nullptr)
        check_signer(*certificate, *signer, context);
    check_name(*certificate, owner, directory_scan, context);
    check_identity(household, *certificate, directory_scan, context);
}

void check_gq_value(const ExaminedFile& key, const ExaminedFile& certificate, const Context& context) {
    const CertificateFields& fields = *certificate.file.certificate;
    if (fields.subject_key_identifier.empty()) {
        // keygen looks for the identity key of the certificate's group.
        const HostAndGroup name = split_common_name(fields.subject);
        const bool is_of_another = key.file.owner != name.host && key.file.owner != name.group;
        context.findings.add(
            "gq-value-missing", certificate.file.path,
            fmt::format("the certificate carries no public value of the GQ key {}", escaped(key.file.name)),
            certificate_renewal(certificate, is_of_another ? "-i " + shell_word(key.file.owner) : "",
                                context));
        return;
    }
    if (gq_value_matches(*key.identity, fields.gq_value_as_ntpd_reads))
        return;
    const auto stored = crypto::Number::from_bytes(fields.subject_key_identifier);
    if (gq_value_matches(*key.identity, stored.hex()))
        context.findings.add(
            "gq-value-encoding", certificate.file.path,
            fmt::format("the GQ public value has {} octets, and from 128 on ntpd reads a part of the length "
                        "along with it: \"crypto_gq: identity not verified\"",
                        fields.subject_key_identifier.size()),
            certificate_renewal(certificate, "", context));
    else
        context.findings.add("gq-value-mismatch", certificate.file.path,
                             fmt::format("the certificate carries the public value of another GQ key than {}",
                                         escaped(key.file.name)),
                             certificate_renewal(certificate, "", context));
}

}  // namespace

void check_hosts(Scan& scan, ScannedDirectory& directory_scan, const Context& context) {
    const HostFiles household(scan, directory_scan, context);
    for (const std::string& owner : host_names(directory_scan))
        check_host(scan, household, directory_scan, owner, context);
}

void check_gq_values(Scan& scan, ScannedDirectory& directory_scan, const Context& context) {
    for (const std::size_t key_index : directory_scan.subjects) {
        const ExaminedFile& key = scan.subjects[key_index];
        const bool is_gq_server = key.identity && key.file.is_current &&
                                  key.file.scheme == IdentityScheme::gq &&
                                  key.file.role == IdentityRole::server && !key.file.gq_readings.empty();
        if (!is_gq_server)
            continue;
        for (const std::size_t index : directory_scan.subjects) {
            const ExaminedFile& certificate = scan.subjects[index];
            if (certificate.file.certificate && certificate.file.is_current)
                check_gq_value(key, certificate, context);
        }
    }
}

}  // namespace keygen::inspection

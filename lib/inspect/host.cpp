#include <keygen/error.hpp>
#include <keygen/gq.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "crypto/number.hpp"
#include "inspect/certificate_file.hpp"
#include "inspect/remedy.hpp"
#include "inspect/survey.hpp"
#include "keysdir/filename.hpp"

namespace keygen::inspect_room {

namespace {

std::set<std::string> host_names(const Place& place) {
    std::set<std::string> names;
    for (const auto& [text, index] : place.by_name) {
        const auto name = keysdir::LinkName::parse(text);
        if (name && (name->key == "host" || name->key == "cert" || name->key == "sign"))
            names.insert(name->owner);
    }
    return names;
}

std::string in_place(const Place& place, const std::string& key, const std::string& owner) {
    return place.directory.path == "."
               ? keysdir::LinkName{key, owner}.text()
               : fmt::format("{}/{}", place.directory.path, keysdir::LinkName{key, owner}.text());
}

// A place and one of its hosts, as the subject of a command.
Subject host_at(const Place& place, const std::string& owner) {
    Subject subject;
    subject.file.directory = place.directory.path;
    subject.file.owner = owner;
    subject.names = place.names;
    return subject;
}

std::string renew(const Place& place, const std::string& owner, const Surroundings& around,
                  std::string_view options = {}) {
    return keygen_for(host_at(place, owner), options, around);
}

/// What the hosts of a place share, gathered once for all of them.
class Household {
  public:
    Household(const Survey& survey, const Place& place) {
        for (const std::size_t index : place.subjects) {
            const Subject& subject = survey.subjects[index];
            const InspectedFile& file = subject.file;
            if (file.is_current && file.role == IdentityRole::server)
                server_keys_.push_back(&file);
            if (file.is_current && file.role == IdentityRole::client && !file.owner.empty() &&
                client_ == nullptr)
                client_ = &file;
            const auto name = keysdir::FileName::parse(file.name);
            const auto key = name ? keysdir::link_key_of(name->type) : std::nullopt;
            if (!key || file.assurance == Assurance::unreadable)
                continue;
            auto& [newest, stamp] = newest_[{*key, name->owner}];
            if (newest == nullptr || stamp.is_older_than(name->filestamp)) {
                newest = &subject;
                stamp = name->filestamp;
            }
        }
    }

    [[nodiscard]] bool has_server_key() const { return !server_keys_.empty(); }
    /// The first clients' file in use; null where there is none.
    [[nodiscard]] const InspectedFile* client() const { return client_; }
    /// The newest file of this sort, which only lacks its link; null where there is none.
    [[nodiscard]] const Subject* find_unlinked(const std::string& key, const std::string& owner) const {
        const auto found = newest_.find({key, owner});
        return found == newest_.end() ? nullptr : found->second.first;
    }
    /// keygen's options for a certificate where there is none: as the other files want it.
    [[nodiscard]] std::string options_for_certificate(const std::string& owner) const {
        if (server_keys_.empty())
            return "";
        const auto of_group = std::find_if(server_keys_.begin(), server_keys_.end(),
                                           [&](const InspectedFile* file) { return file->owner != owner; });
        return of_group == server_keys_.end() ? "-T" : "-T -i " + shell_word((*of_group)->owner);
    }

  private:
    std::vector<const InspectedFile*> server_keys_;
    const InspectedFile* client_ = nullptr;
    std::map<std::pair<std::string, std::string>, std::pair<const Subject*, Filestamp>> newest_;
};

void check_signer(const Subject& certificate, const Subject& signer, const Surroundings& around) {
    if (certificate.public_digest.empty() || signer.public_digest.empty() ||
        certificate.public_digest == signer.public_digest)
        return;
    around.findings.add("certificate-key-mismatch", certificate.file.path,
                        fmt::format("the certificate does not carry the public key of {}: peers say "
                                    "signature_not_verified",
                                    quoted(signer.file.name)),
                        certificate_renewal(certificate, "", around));
}

void check_name(const Subject& certificate, const std::string& owner, const Place& place,
                const Surroundings& around) {
    const CertificateFields& fields = *certificate.file.certificate;
    const HostAndGroup name = split_common_name(fields.subject);
    // In the PC scheme all members of a group have one certificate under their own names.
    if (name.host != owner && fields.kind != CertificateKind::private_)
        around.findings.add(
            "certificate-name-mismatch", certificate.file.path,
            fmt::format("linked for {}, and the certificate names {}", quoted(owner), quoted(name.host)),
            renew(place, owner, around));
}

void check_identity(const Household& household, const Subject& certificate, const Place& place,
                    const Surroundings& around) {
    const CertificateFields& fields = *certificate.file.certificate;
    const bool is_server = household.has_server_key();
    if (fields.kind == CertificateKind::trusted && !is_server)
        around.findings.add(
            "identity-missing", place.directory.path,
            fmt::format("{} has a trusted certificate and no identity key (IFF, GQ or MV): whoever makes "
                        "such a certificate can pose as it",
                        quoted(fields.subject)),
            renew(place, split_common_name(fields.subject).host, around, "-T -I"));
    const InspectedFile* client = household.client();
    if (client == nullptr || is_server || !split_common_name(fields.subject).group.empty() ||
        fields.kind == CertificateKind::private_)
        return;
    around.findings.add(
        "certificate-group-missing", certificate.file.path,
        fmt::format("the certificate of {} has no group: if {} is a group and no host, its servers drop this "
                    "client (\"empty autokey groupname\")",
                    quoted(fields.subject), quoted(client->owner)),
        renew(place, fields.subject, around, "-i " + shell_word(client->owner)));
}

void check_host(Survey& survey, const Household& household, const Place& place, const std::string& owner,
                const Surroundings& around) {
    const auto find = [&](const std::string& key) {
        return find_subject(survey, place, keysdir::LinkName{key, owner}.text());
    };
    const Subject* host = find("host");
    const Subject* sign = find("sign");
    const Subject* certificate = find("cert");
    if (certificate == nullptr) {
        const Subject* unlinked = household.find_unlinked("cert", owner);
        around.findings.add(
            "certificate-missing", in_place(place, "cert", owner),
            fmt::format("there is no certificate of {}: ntpd says \"certificate file {} not found or "
                        "corrupt\" and ends",
                        quoted(owner), quoted(keysdir::LinkName{"cert", owner}.text())),
            unlinked != nullptr ? link_making(*unlinked, around)
                                : renew(place, owner, around, household.options_for_certificate(owner)));
        return;
    }
    if (host == nullptr) {
        const Subject* unlinked = household.find_unlinked("host", owner);
        around.findings.add(
            "host-key-missing", in_place(place, "host", owner),
            fmt::format("there is no host key of {}: ntpd says \"host key file {} not found or corrupt\" "
                        "and ends",
                        quoted(owner), quoted(keysdir::LinkName{"host", owner}.text())),
            unlinked != nullptr ? link_making(*unlinked, around) : renew(place, owner, around));
    }
    if (!certificate->file.certificate)
        return;
    if (const Subject* signer = sign != nullptr ? sign : host; signer != nullptr)
        check_signer(*certificate, *signer, around);
    check_name(*certificate, owner, place, around);
    check_identity(household, *certificate, place, around);
}

void check_gq_value(const Subject& key, const Subject& certificate, const Surroundings& around) {
    const CertificateFields& fields = *certificate.file.certificate;
    if (fields.subject_key_identifier.empty()) {
        around.findings.add(
            "gq-value-missing", certificate.file.path,
            fmt::format("the certificate carries no public value of the GQ key {}", quoted(key.file.name)),
            certificate_renewal(certificate, "", around));
        return;
    }
    if (gq_value_matches(*key.identity, fields.gq_value_as_ntpd_reads))
        return;
    const auto stored = crypto::Number::from_bytes(fields.subject_key_identifier);
    if (gq_value_matches(*key.identity, stored.hex()))
        around.findings.add(
            "gq-value-encoding", certificate.file.path,
            fmt::format("the GQ public value has {} octets, and from 128 on ntpd reads a part of the length "
                        "along with it: \"crypto_gq: identity not verified\"",
                        fields.subject_key_identifier.size()),
            certificate_renewal(certificate, "", around));
    else
        around.findings.add("gq-value-mismatch", certificate.file.path,
                            fmt::format("the certificate carries the public value of another GQ key than {}",
                                        quoted(key.file.name)),
                            certificate_renewal(certificate, "", around));
}

}  // namespace

void check_hosts(Survey& survey, Place& place, const Surroundings& around) {
    const Household household(survey, place);
    for (const std::string& owner : host_names(place))
        check_host(survey, household, place, owner, around);
}

void check_gq_values(Survey& survey, Place& place, const Surroundings& around) {
    for (const std::size_t key_index : place.subjects) {
        const Subject& key = survey.subjects[key_index];
        const bool is_gq_server = key.identity && key.file.is_current &&
                                  key.file.scheme == IdentityScheme::gq &&
                                  key.file.role == IdentityRole::server && !key.file.gq_readings.empty();
        if (!is_gq_server)
            continue;
        for (const std::size_t index : place.subjects) {
            const Subject& certificate = survey.subjects[index];
            if (certificate.file.certificate && certificate.file.is_current)
                check_gq_value(key, certificate, around);
        }
    }
}

}  // namespace keygen::inspect_room

#include <keygen/error.hpp>
#include <keygen/gq.hpp>

#include <fmt/format.h>

#include <algorithm>
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

bool has_identity(const Survey& survey, const Place& place, IdentityRole role) {
    return std::any_of(place.subjects.begin(), place.subjects.end(), [&](std::size_t index) {
        const InspectedFile& file = survey.subjects[index].file;
        return file.is_current && file.role == role;
    });
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

// A file of this sort that only lacks its link, the newest; null where there is none.
const Subject* find_unlinked(const Survey& survey, const Place& place, std::string_view key,
                             const std::string& owner) {
    const Subject* newest = nullptr;
    for (const std::size_t index : place.subjects) {
        const Subject& subject = survey.subjects[index];
        const auto name = keysdir::FileName::parse(subject.file.name);
        if (!name || keysdir::link_key_of(name->type) != key || name->owner != owner)
            continue;
        if (newest == nullptr ||
            keysdir::FileName::parse(newest->file.name)->filestamp.is_older_than(name->filestamp))
            newest = &subject;
    }
    return newest;
}

// The certificate that is not there is made as the directory's other files want it.
std::string first_certificate(const Survey& survey, const Place& place, const std::string& owner,
                              const Surroundings& around) {
    std::string group;
    std::string_view kind;
    for (const std::size_t index : place.subjects) {
        const InspectedFile& file = survey.subjects[index].file;
        if (!file.is_current || file.role != IdentityRole::server)
            continue;
        kind = "-T";
        if (file.owner != owner)
            group = file.owner;
    }
    return renew(place, owner, around,
                 group.empty() ? std::string(kind) : fmt::format("{} -i {}", kind, shell_word(group)));
}

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

void check_identity(const Survey& survey, const Subject& certificate, const Place& place,
                    const Surroundings& around) {
    const CertificateFields& fields = *certificate.file.certificate;
    const bool is_server = has_identity(survey, place, IdentityRole::server);
    if (fields.kind == CertificateKind::trusted && !is_server)
        around.findings.add(
            "identity-missing", place.directory.path,
            fmt::format("{} has a trusted certificate and no identity key (IFF, GQ or MV): whoever makes "
                        "such a certificate can pose as it",
                        quoted(fields.subject)),
            renew(place, split_common_name(fields.subject).host, around, "-T -I"));
    if (is_server || !split_common_name(fields.subject).group.empty() ||
        fields.kind == CertificateKind::private_)
        return;
    for (const std::size_t index : place.subjects) {
        const InspectedFile& file = survey.subjects[index].file;
        if (file.is_current && file.role == IdentityRole::client && !file.owner.empty()) {
            around.findings.add(
                "certificate-group-missing", certificate.file.path,
                fmt::format("the certificate of {} has no group: if {} is a group and no host, its servers "
                            "drop this client (\"empty autokey groupname\")",
                            quoted(fields.subject), quoted(file.owner)),
                renew(place, fields.subject, around, "-i " + shell_word(file.owner)));
            return;
        }
    }
}

void check_host(Survey& survey, const Place& place, const std::string& owner, const Surroundings& around) {
    const auto find = [&](const std::string& key) {
        return find_subject(survey, place, keysdir::LinkName{key, owner}.text());
    };
    const Subject* host = find("host");
    const Subject* sign = find("sign");
    const Subject* certificate = find("cert");
    if (certificate == nullptr) {
        const Subject* unlinked = find_unlinked(survey, place, "cert", owner);
        around.findings.add(
            "certificate-missing", in_place(place, "cert", owner),
            fmt::format("there is no certificate of {}: ntpd says \"certificate file {} not found or "
                        "corrupt\" and ends",
                        quoted(owner), quoted(keysdir::LinkName{"cert", owner}.text())),
            unlinked != nullptr ? link_making(*unlinked, around)
                                : first_certificate(survey, place, owner, around));
        return;
    }
    if (host == nullptr) {
        const Subject* unlinked = find_unlinked(survey, place, "host", owner);
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
    check_identity(survey, *certificate, place, around);
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
    for (const std::string& owner : host_names(place))
        check_host(survey, place, owner, around);
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

#include "inspect/private_key.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>

#include "crypto/key_pair.hpp"
#include "crypto/pem.hpp"
#include "inspect/protection.hpp"
#include "inspect/remedy.hpp"
#include "inspect/soundness.hpp"

namespace keygen::inspect_room {

namespace {

constexpr unsigned STRONG_MODULUS_BITS = 2048;
// The product of MV's factors comes out some bits shorter than what was asked for.
constexpr unsigned STRONG_MV_MODULUS_BITS = 2000;

std::string name_in_pem(std::string_view label) {
    if (label.starts_with("DSA"))
        return "DSA";
    return label.starts_with("RSA") ? "RSA" : "";
}

const crypto::PemBlock& first_key(const std::vector<crypto::PemBlock>& blocks) {
    const auto found = std::find_if(blocks.begin(), blocks.end(), crypto::is_private_key);
    return found == blocks.end() ? blocks.front() : *found;
}

void describe_outside(Subject& subject, const std::vector<crypto::PemBlock>& blocks,
                      const Surroundings& around) {
    InspectedFile& file = subject.file;
    const crypto::PemBlock& block = first_key(blocks);
    file.algorithm = file.scheme ? std::string(name_of(*file.scheme)) : name_in_pem(block.label);
    if (const auto encryption = crypto::describe_encryption(block))
        file.encryption = KeyEncryption{encryption->container, encryption->cipher, encryption->key_derivation,
                                        encryption->iterations};
    subject.is_secret = file.role != IdentityRole::client;
    file.assurance = file.encryption ? Assurance::unopened : Assurance::unexamined;
    if (file.role == IdentityRole::authority && blocks.size() > 1)
        around.findings.add(
            "mv-authority-incomplete", file.path,
            "made by ntp-keygen, which kept neither b nor the clients' xhat: nothing can be revoked or "
            "issued with it",
            key_renewal(subject, around));
    // PKCS#8 has no place for the independent value that ntpd needs from a server's file.
    if (file.scheme == IdentityScheme::mv && file.role == IdentityRole::server &&
        !block.label.starts_with("DSA"))
        around.findings.add(
            "mv-no-public-value", severity_in_use(subject, Severity::critical), file.path, 0,
            "an MV server key in PKCS#8, as ntp-keygen writes it, has lost ghat: ntpd says \"crypto_mv: "
            "identity not verified\"",
            key_renewal(subject, around));
}

void guess_identity(Subject& subject, const crypto::KeyNumbers& numbers) {
    InspectedFile& file = subject.file;
    const auto set = [&](IdentityScheme scheme, IdentityRole role) {
        file.scheme = scheme;
        file.role = role;
        file.kind = FileKind::identity;
        file.type = file_type_of(scheme, role);
        subject.is_secret = role != IdentityRole::client;
    };
    if (std::holds_alternative<crypto::MvAuthorityNumbers>(numbers)) {
        set(IdentityScheme::mv, IdentityRole::authority);
    } else if (const auto* dsa = std::get_if<crypto::DsaNumbers>(&numbers)) {
        if (dsa->q.is_one() && dsa->g.is_one())
            set(IdentityScheme::mv, IdentityRole::client);
        else if (dsa->priv.is_one())
            set(IdentityScheme::iff, IdentityRole::client);
    } else if (const auto* rsa = std::get_if<crypto::RsaNumbers>(&numbers); rsa->dmp1.is_one()) {
        set(IdentityScheme::gq, rsa->q.is_one() ? IdentityRole::client : IdentityRole::server);
    }
}

void describe_pair(Subject& subject, const crypto::KeyNumbers& numbers, const Surroundings& around) {
    InspectedFile& file = subject.file;
    const auto pair = crypto::KeyPair::from_numbers(numbers);
    file.algorithm = std::string(name_of(pair.type()));
    file.bits = pair.modulus_bits();
    subject.public_digest = crypto::public_key_digest(pair.get());
    file.fingerprint = crypto::short_fingerprint(file.algorithm, subject.public_digest);
    if (file.kind == FileKind::host_key && pair.type() != SignKeyType::rsa)
        around.findings.add("host-key-type", severity_in_use(subject, Severity::critical), file.path, 0,
                            "the host key is a DSA key: ntpd says \"host key is not RSA key type\" and ends",
                            key_renewal(subject, around));
    if (around.request.with_numbers) {
        if (const auto* rsa = std::get_if<crypto::RsaNumbers>(&numbers))
            file.numbers = {{"n", rsa->n.hex()}, {"e", rsa->e.hex()}};
        else if (const auto* dsa = std::get_if<crypto::DsaNumbers>(&numbers))
            file.numbers = {{"p", dsa->p.hex()}, {"q", dsa->q.hex()}, {"g", dsa->g.hex()}};
    }
    check_modulus(subject, around);
}

void settle(Subject& subject, Soundness soundness, const Surroundings& around) {
    InspectedFile& file = subject.file;
    switch (soundness) {
        case Soundness::broken:
            file.assurance = Assurance::unreadable;
            around.findings.add("key-unsound", file.path,
                                "the key's numbers do not belong together: the file is damaged");
            return;
        case Soundness::open:
            file.assurance = Assurance::unconfirmed;
            return;
        case Soundness::confirmed:
            file.assurance = bears_its_name(subject) ? Assurance::consistent : Assurance::unconfirmed;
            return;
    }
}

void report_unreadable(Subject& subject, const Error& error, const Surroundings& around) {
    subject.file.assurance = Assurance::unreadable;
    switch (error.code()) {
        case ErrorCode::unsupported:
            if (subject.file.role == IdentityRole::authority) {
                subject.file.assurance = Assurance::unconfirmed;
                if (!around.findings.has("mv-authority-incomplete", subject.file.path))
                    around.findings.add("mv-authority-incomplete", subject.file.path, error.message(),
                                        key_renewal(subject, around));
            } else {
                around.findings.add("cipher-unsupported", subject.file.path, error.message());
            }
            return;
        case ErrorCode::crypto:
            around.findings.add("key-unsound", subject.file.path, error.message());
            return;
        default:
            around.findings.add("damaged", subject.file.path, error.message());
            return;
    }
}

Soundness read_key(Subject& subject, const SecretBytes* password, bool is_examined,
                   const Surroundings& around) {
    InspectedFile& file = subject.file;
    if (!file.scheme) {
        const auto blocks = crypto::parse_pem(subject.content.text());
        const crypto::KeyNumbers numbers = crypto::decode_key(first_key(blocks), password);
        if (file.kind == FileKind::private_key)
            guess_identity(subject, numbers);
        if (!file.scheme) {
            describe_pair(subject, numbers, around);
            return is_examined ? test_key_pair(numbers, around.primes) : Soundness::open;
        }
    }
    subject.identity = IdentityKey::from_pem(subject.content.text(), *file.scheme, *file.role, password);
    describe_identity(subject, around);
    const bool was_named_broken = around.findings.has("iff-no-public-value", file.path) ||
                                  around.findings.has("mv-no-public-value", file.path) ||
                                  around.findings.has("key-unsound", file.path);
    return is_examined && !was_named_broken ? test_identity(*subject.identity, around.primes)
                                            : Soundness::open;
}

}  // namespace

void inspect_private_key(Subject& subject, const Surroundings& around) {
    try {
        const auto blocks = crypto::parse_pem(subject.content.text());
        describe_outside(subject, blocks, around);
        check_protection(subject, around);
    } catch (const Error& error) {
        report_unreadable(subject, error, around);
        subject.content.wipe();
    }
}

bool is_closed(const Subject& subject) {
    return !subject.content.empty();
}

Opening open_key(Subject& subject, const SecretBytes* password, bool is_examined,
                 const Surroundings& around) {
    InspectedFile& file = subject.file;
    try {
        const Soundness soundness = read_key(subject, password, is_examined, around);
        if (is_examined)
            settle(subject, soundness, around);
        else
            file.assurance = Assurance::unexamined;
        subject.content.wipe();
        return Opening::opened;
    } catch (const Error& error) {
        if (error.code() == ErrorCode::wrong_password)
            return Opening::wrong_password;
        report_unreadable(subject, error, around);
        subject.content.wipe();
        return Opening::failed;
    }
}

void check_modulus(const Subject& subject, const Surroundings& around) {
    const InspectedFile& file = subject.file;
    if (!is_in_use(subject) || file.bits == 0 ||
        file.bits >= (file.scheme == IdentityScheme::mv ? STRONG_MV_MODULUS_BITS : STRONG_MODULUS_BITS))
        return;
    around.findings.add("weak-modulus", file.path,
                        fmt::format("a modulus of {} bits; fewer than 2048", file.bits),
                        key_renewal(subject, around));
}

}  // namespace keygen::inspect_room

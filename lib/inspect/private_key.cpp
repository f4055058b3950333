#include "inspect/private_key.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>

#include "crypto/encryption.hpp"
#include "crypto/key_pair.hpp"
#include "crypto/pem.hpp"
#include "identity/identity.hpp"
#include "inspect/check_encryption.hpp"
#include "inspect/check_names.hpp"
#include "inspect/consistency.hpp"
#include "inspect/identity_file.hpp"
#include "inspect/remedy.hpp"

namespace keygen::inspection {

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

void describe_outside(ExaminedFile& subject, const std::vector<crypto::PemBlock>& blocks,
                      const Context& context) {
    InspectedFile& file = subject.file;
    const crypto::PemBlock& block = first_key(blocks);
    file.algorithm = file.scheme ? std::string(name_of(*file.scheme)) : name_in_pem(block.label);
    if (const auto encryption = crypto::describe_encryption(block))
        file.encryption = KeyEncryption{encryption->container, encryption->cipher, encryption->key_derivation,
                                        encryption->iterations};
    subject.is_secret = file.role != IdentityRole::client;
    file.assurance = file.encryption ? VerificationState::unopened : VerificationState::unexamined;
    if (file.role == IdentityRole::authority && blocks.size() > 1)
        context.findings.add(
            "mv-authority-incomplete", file.path,
            "made by ntp-keygen, which kept neither b nor the clients' xhat: nothing can be revoked or "
            "issued with it",
            key_renewal(subject, context));
    // PKCS#8 has no place for the independent value that ntpd needs from a server's file.
    if (file.scheme == IdentityScheme::mv && file.role == IdentityRole::server &&
        !block.label.starts_with("DSA"))
        context.findings.add(
            "mv-no-public-value", severity_in_use(subject, Severity::critical), file.path, 0,
            "an MV server key in PKCS#8, as ntp-keygen writes it, has lost ghat: ntpd says \"crypto_mv: "
            "identity not verified\"",
            key_renewal(subject, context));
}

void guess_identity(ExaminedFile& subject, const crypto::KeyNumbers& numbers) {
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

void describe_pair(ExaminedFile& subject, const crypto::KeyNumbers& numbers, const Context& context) {
    InspectedFile& file = subject.file;
    const auto pair = crypto::KeyPair::from_numbers(numbers);
    file.algorithm = std::string(name_of(pair.type()));
    file.bits = pair.modulus_bits();
    subject.public_digest = crypto::public_key_digest(pair.get());
    file.fingerprint = crypto::short_fingerprint(file.algorithm, subject.public_digest);
    if (file.kind == FileKind::host_key && pair.type() != SignKeyType::rsa)
        context.findings.add("host-key-type", severity_in_use(subject, Severity::critical), file.path, 0,
                             "the host key is a DSA key: ntpd says \"host key is not RSA key type\" and ends",
                             key_renewal(subject, context));
    if (context.request.with_numbers) {
        if (const auto* rsa = std::get_if<crypto::RsaNumbers>(&numbers))
            file.numbers = {{"n", rsa->n.hex()}, {"e", rsa->e.hex()}};
        else if (const auto* dsa = std::get_if<crypto::DsaNumbers>(&numbers))
            file.numbers = {{"p", dsa->p.hex()}, {"q", dsa->q.hex()}, {"g", dsa->g.hex()}};
    }
    check_modulus(subject, context);
}

void settle(ExaminedFile& subject, Consistency soundness, const Context& context) {
    InspectedFile& file = subject.file;
    switch (soundness) {
        case Consistency::broken:
            file.assurance = VerificationState::unreadable;
            context.findings.add("key-unsound", file.path,
                                 "the key's numbers do not belong together: the file is damaged");
            return;
        case Consistency::open:
            file.assurance = VerificationState::unconfirmed;
            return;
        case Consistency::confirmed:
            file.assurance =
                bears_its_name(subject) ? VerificationState::consistent : VerificationState::unconfirmed;
            return;
    }
}

void report_unreadable(ExaminedFile& subject, const Error& error, const Context& context) {
    subject.file.assurance = VerificationState::unreadable;
    switch (error.code()) {
        case ErrorCode::unsupported:
            if (subject.file.role == IdentityRole::authority) {
                subject.file.assurance = VerificationState::unconfirmed;
                if (!context.findings.has("mv-authority-incomplete", subject.file.path))
                    context.findings.add("mv-authority-incomplete", subject.file.path, error.message(),
                                         key_renewal(subject, context));
            } else {
                context.findings.add("cipher-unsupported", subject.file.path, error.message());
            }
            return;
        case ErrorCode::crypto:
            context.findings.add("key-unsound", subject.file.path, error.message());
            return;
        default:
            context.findings.add("damaged", subject.file.path, error.message());
            return;
    }
}

Consistency read_key(ExaminedFile& subject, const SecretBytes* password, bool is_examined,
                     const Context& context) {
    InspectedFile& file = subject.file;
    if (!file.scheme) {
        const auto blocks = crypto::parse_pem(subject.content.text());
        const crypto::KeyNumbers numbers = crypto::decode_key(first_key(blocks), password);
        if (file.kind == FileKind::private_key)
            guess_identity(subject, numbers);
        if (!file.scheme) {
            describe_pair(subject, numbers, context);
            return is_examined ? test_key_pair(numbers, context.primes) : Consistency::open;
        }
    }
    subject.identity = IdentityKey::from_pem(subject.content.text(), *file.scheme, *file.role, password);
    describe_identity(subject, context);
    const bool was_named_broken = context.findings.has("iff-no-public-value", file.path) ||
                                  context.findings.has("mv-no-public-value", file.path) ||
                                  context.findings.has("key-unsound", file.path);
    return is_examined && !was_named_broken ? test_identity(*subject.identity, context.primes)
                                            : Consistency::open;
}

}  // namespace

void inspect_private_key(ExaminedFile& subject, const Context& context) {
    try {
        const auto blocks = crypto::parse_pem(subject.content.text());
        describe_outside(subject, blocks, context);
        check_encryption(subject, context);
    } catch (const Error& error) {
        report_unreadable(subject, error, context);
        subject.content.wipe();
    }
}

bool is_encrypted(const ExaminedFile& subject) {
    return !subject.content.empty();
}

Opening open_key(ExaminedFile& subject, const SecretBytes* password, bool is_examined,
                 const Context& context) {
    InspectedFile& file = subject.file;
    try {
        const Consistency soundness = read_key(subject, password, is_examined, context);
        if (is_examined)
            settle(subject, soundness, context);
        else
            file.assurance = VerificationState::unexamined;
        subject.content.wipe();
        return Opening::opened;
    } catch (const Error& error) {
        if (error.code() == ErrorCode::wrong_password)
            return Opening::wrong_password;
        report_unreadable(subject, error, context);
        subject.content.wipe();
        return Opening::failed;
    }
}

void check_modulus(const ExaminedFile& subject, const Context& context) {
    const InspectedFile& file = subject.file;
    if (!is_in_use(subject) || file.bits == 0 ||
        file.bits >= (file.scheme == IdentityScheme::mv ? STRONG_MV_MODULUS_BITS : STRONG_MODULUS_BITS))
        return;
    context.findings.add("weak-modulus", file.path,
                         fmt::format("a modulus of {} bits; fewer than 2048", file.bits),
                         key_renewal(subject, context));
}

}  // namespace keygen::inspection

#include "inspect/check_encryption.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include <keygen/error.hpp>

#include "inspect/check_names.hpp"
#include "inspect/remedy.hpp"

namespace keygen::inspection {

namespace {

// Blocks of 64 bits, or keys of 40 or 56.
bool is_weak_cipher(std::string_view cipher) {
    static constexpr std::array<std::string_view, 7> WEAK = {"DES",  "RC2",  "RC4", "BF-",
                                                             "CAST", "IDEA", "SEED"};
    return std::any_of(WEAK.begin(), WEAK.end(),
                       [&](std::string_view name) { return cipher.find(name) != std::string_view::npos; });
}

void check_encryption(const ExaminedFile& subject, const KeyEncryption& encryption, const Context& context) {
    const InspectedFile& file = subject.file;
    if (is_weak_cipher(encryption.cipher))
        context.findings.add(
            "weak-cipher", file.path,
            fmt::format("encrypted with {}, a cipher of the last century", escaped(encryption.cipher)),
            reencryption(subject, context));
    // The MV server key is the one that ntpd reads in no stronger form.
    const bool must_be_traditional = file.scheme == IdentityScheme::mv && file.role == IdentityRole::server;
    const bool is_traditional = encryption.container != "PKCS#8";
    if (is_traditional && !must_be_traditional)
        context.findings.add("weak-key-derivation", file.path,
                             "traditional PEM derives the key from the password by one round of MD5",
                             reencryption(subject, context));
    else if (!is_traditional && encryption.iterations < MIN_KEY_DERIVATION_ROUNDS)
        context.findings.add("weak-key-derivation", file.path,
                             fmt::format("{} with {} rounds: passwords can be tried quickly",
                                         escaped(encryption.key_derivation), encryption.iterations),
                             reencryption(subject, context));
}

}  // namespace

void check_encryption(const ExaminedFile& subject, const Context& context) {
    const InspectedFile& file = subject.file;
    if (!file.encryption) {
        if (subject.is_secret && file.kind != FileKind::private_key)
            context.findings.add("key-unencrypted", file.path, "the private key is not encrypted",
                                 reencryption(subject, context));
        return;
    }
    if (file.role == IdentityRole::client) {
        context.findings.add(
            "parameters-encrypted", file.path,
            "clients' parameters are encrypted, and ntpd reads them without a password: it says "
            "\"crypto_key: ...\" and ends",
            client_reissue(subject, context));
        return;
    }
    if (is_in_use(subject))
        check_encryption(subject, *file.encryption, context);
}

}  // namespace keygen::inspection

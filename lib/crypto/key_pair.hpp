#pragma once

#include <keygen/certificate.hpp>
#include <keygen/resources.hpp>
#include <keygen/secret.hpp>

#include <string>
#include <string_view>

#include "crypto/algorithm.hpp"
#include "crypto/container.hpp"
#include "crypto/handle.hpp"

namespace keygen::crypto {

/// A host or sign key: an RSA or DSA key pair that OpenSSL signs with.
class KeyPair {
  public:
    /// A new key of `modulus_bits` from OpenSSL's own generator, which asks `progress` whether to go on.
    /// Throws Error(cancelled).
    static KeyPair generate(SignKeyType type, unsigned modulus_bits, const Progress& progress);
    /// Throws Error(bad_file) when the integers are no key pair, as those of GQ and MV are not (IFF's are).
    static KeyPair from_numbers(const KeyNumbers& numbers);

    [[nodiscard]] KeyNumbers numbers() const;
    [[nodiscard]] SignKeyType type() const { return type_; }
    [[nodiscard]] unsigned modulus_bits() const { return modulus_bits_; }
    /// Signs and verifies a message with `scheme`; throws Error(not_proven) when that fails.
    void prove(const DigestScheme& scheme) const;
    /// True when `other` has the same public part.
    [[nodiscard]] bool has_public_part_of(const EVP_PKEY* other) const;
    /// True when all numbers belong together: primes, exponents, coefficients (EVP_PKEY_check).
    [[nodiscard]] bool is_sound() const;

    [[nodiscard]] EVP_PKEY* get() const { return key_.get(); }

  private:
    // Type and size are kept: OpenSSL, asked again when memory has run out, has other answers.
    KeyPair(EvpPkeyPtr key, SignKeyType type, unsigned modulus_bits)
        : key_(std::move(key)), type_(type), modulus_bits_(modulus_bits) {}

    EvpPkeyPtr key_;
    SignKeyType type_;
    unsigned modulus_bits_;
};

/// SHA-256 of the public part (SubjectPublicKeyInfo), hexadecimal: equal for a key pair and its certificate.
std::string public_key_digest(const EVP_PKEY* key);
std::string certified_key_digest(const X509* certificate);
/// "RSA:1f0c...": the first 16 digits, for people.
std::string short_fingerprint(std::string_view key_type, std::string_view digest);

}  // namespace keygen::crypto

#pragma once

#include <keygen/secret.hpp>

#include <string>

#include "crypto/handle.hpp"
#include "crypto/pem.hpp"

namespace keygen::crypto {

/// What PBKDF2-HMAC-SHA-256 makes of a password for one PKCS#8 file. It takes long on purpose, needs nothing
/// of what the file will hold, and serves writing it as well as reading it back.
class DerivedKey {
  public:
    /// Draws salt and initialization vector. Throws as require_usable_password() does.
    DerivedKey(const SecretBytes& password, const std::string& cipher, int rounds);

    /// PBES2, which ntpd on OpenSSL 1.1 and later reads.
    [[nodiscard]] X509SigPtr encrypt(const SecretBytes& der) const;
    /// The DER of the key in an "ENCRYPTED PRIVATE KEY" block. Throws Error(not_proven) unless it is
    /// encrypted with exactly this, Error(wrong_password) when what it holds has been changed.
    [[nodiscard]] SecretBytes decrypt(const PemBlock& block) const;

  private:
    [[nodiscard]] SecretBytes transform(std::span<const std::uint8_t> input, bool encrypts) const;

    const EVP_CIPHER* cipher_;
    std::vector<std::uint8_t> iv_;
    SecretBytes key_;
    std::unique_ptr<X509_ALGOR, Free<X509_ALGOR_free>> algorithm_;
};

}  // namespace keygen::crypto

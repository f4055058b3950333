#pragma once

#include <keygen/error.hpp>

#include <openssl/evp.h>

#include <optional>
#include <string>

#include "crypto/handle.hpp"
#include "crypto/pem.hpp"

namespace keygen::crypto {

/// How a private key is protected.
struct Encryption {
    std::string container;       ///< "PKCS#8" or "traditional PEM"
    std::string cipher;          ///< OpenSSL's name, "AES-256-CBC"
    std::string key_derivation;  ///< "PBKDF2-HMAC-SHA256", "MD5", ...
    long iterations = 1;
};

/// What traditional PEM derives its keys with.
constexpr const char* TRADITIONAL_DIGEST = "MD5";

/// Nothing for a block that is not encrypted. Throws Error(bad_file) when the parameters cannot be read.
std::optional<Encryption> describe_encryption(const PemBlock& block);

/// The content of an "ENCRYPTED PRIVATE KEY" block. Throws Error(bad_file) when it is none.
X509SigPtr decode_encrypted(const PemBlock& block);
/// Of PBES1 and of PBES2 with PBKDF2; 0 where it has none or they cannot be read.
long key_derivation_rounds(const X509_ALGOR* algorithm);
/// The encryption of `like` with parameters of our own; null where OpenSSL has no such encryption.
std::unique_ptr<X509_ALGOR, Free<X509_ALGOR_free>> usual_parameters(const X509_ALGOR* like);

/// What the header of traditional PEM says; a null cipher where it is not encrypted. Throws
/// Error(unsupported), Error(bad_file).
EVP_CIPHER_INFO cipher_of(const PemBlock& block);

/// "encrypted with NAME, which ...": Error(unsupported) for what OpenSSL does not offer here of `encryption`.
Error encryption_not_offered(const Encryption& encryption);

}  // namespace keygen::crypto

#pragma once

#include <keygen/export.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace keygen {

/// The defaults; ntp-keygen's own stand beside them.
constexpr std::string_view DEFAULT_DIGEST_SCHEME = "RSA-SHA256";
constexpr std::string_view COMPAT_DIGEST_SCHEME = "RSA-MD5";
constexpr std::string_view DEFAULT_CIPHER = "AES-256-CBC";
constexpr std::string_view COMPAT_CIPHER = "DES-EDE3-CBC";

/// Which key signs with a digest scheme.
enum class SignKeyType { rsa, dsa };
KEYGEN_API std::string_view name_of(SignKeyType type);

/// A signature scheme of certificates, "RSA-SHA256" say: the sign key's type and a digest (RFC 5906, section
/// 9).
struct DigestScheme {
    std::string name;
    SignKeyType sign_key_type;
    std::string digest;  ///< OpenSSL's name of the digest
    unsigned
        min_modulus_bits;  ///< the smallest RSA modulus that PKCS#1 v1.5 padding of this digest fits into
};

/// The schemes that this build of OpenSSL can sign with, RSA first.
KEYGEN_API const std::vector<DigestScheme>& digest_schemes();
/// By name in any case; also OpenSSL's long names as they stand in certificates. Throws Error(bad_request)
/// with the nearest name as a hint.
KEYGEN_API const DigestScheme& find_digest_scheme(std::string_view name);

/// The ciphers that both PKCS#8 (PBES2) and traditional PEM take, in this build, by OpenSSL's short names.
KEYGEN_API const std::vector<std::string>& cipher_names();
/// The name in `cipher_names()` for `name` in any case. Throws Error(bad_request) with the nearest name as a
/// hint.
KEYGEN_API const std::string& find_cipher(std::string_view name);

/// "OpenSSL 3.0.22 25 Aug 2026", as loaded.
KEYGEN_API std::string openssl_version();

}  // namespace keygen

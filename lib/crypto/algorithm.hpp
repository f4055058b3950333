#pragma once

#include <keygen/certificate.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace keygen {

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
const std::vector<DigestScheme>& digest_schemes();
/// By name in any case; also OpenSSL's long names as they stand in certificates. Throws Error(bad_request)
/// with the nearest name as a hint.
const DigestScheme& find_digest_scheme(std::string_view name);

/// The ciphers that both PKCS#8 (PBES2) and traditional PEM take, in this build, by OpenSSL's short names.
const std::vector<std::string>& cipher_names();
/// The name in `cipher_names()` for `name` in any case. Throws Error(bad_request) with the nearest name as a
/// hint.
const std::string& find_cipher(std::string_view name);

}  // namespace keygen

#pragma once

#include <keygen/certificate.hpp>

#include "crypto/container.hpp"
#include "crypto/handle.hpp"

namespace keygen::crypto {

/// The numbers of an RSA or DSA key in OpenSSL, and a key from numbers, without PKCS#8 in between: OpenSSL
/// leaves the encodings that it makes on that way in freed memory.
KeyNumbers numbers_of(const EVP_PKEY* key, SignKeyType type, unsigned modulus_bits);
/// Null where OpenSSL does not take them.
EvpPkeyPtr make_key(const KeyNumbers& numbers);

}  // namespace keygen::crypto

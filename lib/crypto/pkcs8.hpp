#pragma once

#include <keygen/secret.hpp>

#include <cstdint>
#include <span>

#include "crypto/container.hpp"

namespace keygen::crypto {

/// DER of a PKCS#8 PrivateKeyInfo. DSA's form has no place for `pub`; it is lost.
SecretBytes encode_pkcs8(const KeyNumbers& numbers);
/// The public value of a DSA key becomes g^priv mod p, as in OpenSSL and so in ntpd.
KeyNumbers decode_pkcs8(std::span<const std::uint8_t> der);

}  // namespace keygen::crypto

#pragma once

#include <string>
#include <string_view>

namespace keygen::crypto {

// What OpenSSL's configuration allows on this machine. With its FIPS provider active ("default_properties =
// fips=yes") it has no MD5, for instance, and no small RSA keys.

/// OpenSSL uses only what its FIPS provider has.
bool is_fips_active();

/// The smallest RSA and DSA key that FIPS makes and uses: FIPS 186-5, section 5.1, and NIST SP 800-131A.
constexpr unsigned FIPS_MIN_MODULUS_BITS = 2048;

/// OpenSSL has this digest here.
bool offers_digest(const std::string& name);

/// "FIPS forbids" or "this OpenSSL does not offer": why something known is not to be had.
std::string_view reason_for_lack();

}  // namespace keygen::crypto

#pragma once

#include <string_view>

#include "crypto/key_pair.hpp"
#include "crypto/search.hpp"

namespace keygen::crypto {

/// A new RSA key with e = 65537 from our own prime search, under the conditions of FIPS 186-5, A.1.3, which
/// are applied to smaller and to odd sizes alike: primes of half the size and at least sqrt(2) 2^(bits / 2 -
/// 1), p - 1 and q - 1 prime to e, |p - q| over 2^(bits / 2 - 100), d = 1/e modulo lcm(p - 1, q - 1) and over
/// 2^(bits / 2). No random number is a candidate twice. `use` ("host") is for `context.progress`.
/// Throws Error(cancelled), and Error(crypto) when the random generator is broken.
KeyPair generate_rsa(std::string_view use, unsigned modulus_bits, const SearchContext& context);

}  // namespace keygen::crypto

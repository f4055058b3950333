#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "crypto/number.hpp"
#include "crypto/search.hpp"
#include "crypto/sieve.hpp"

namespace keygen::crypto {

/// Says which odd numbers of the right length are candidates: all of them, or a good part of them.
using Admission = bool (*)(const Number& candidate);
bool admit_all(const Number& candidate);
/// Those of at least sqrt(2) 2^(bits - 1): the product of two of them has as many bits as both together (FIPS
/// 186-5, A.1.3).
bool admit_upper(const Number& candidate);

/// A random prime of exactly `bits` bits (at least 16) that is admitted. For secret primes: neither time nor
/// memory keep traces of it. Throws Error(crypto) when `context.random` gives no numbers to find primes near.
Number search_prime(std::string_view task, unsigned bits, Admission admits, const SearchContext& context);

/// A prime p of `modulus_bits` and a prime q of `subgroup_bits` that divides p - 1.
struct SchnorrModulus {
    Number p, q;
};
SchnorrModulus search_schnorr_modulus(std::string_view task, unsigned modulus_bits, unsigned subgroup_bits,
                                      const SearchContext& context);

/// A random element of order q modulo p, for a prime q that divides p - 1.
Number find_generator(const Number& p, const Number& q, Random& random);

}  // namespace keygen::crypto

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "crypto/number.hpp"
#include "crypto/search.hpp"
#include "crypto/sieve.hpp"

namespace keygen::crypto {

/// A random prime of exactly `bits` bits (at least 16) whose `top_bits` highest bits are set.
Number search_prime(std::string_view task, unsigned bits, unsigned top_bits, const SearchContext& context);

/// A prime p of `modulus_bits` and a prime q of `subgroup_bits` that divides p - 1.
struct SchnorrModulus {
    Number p, q;
};
SchnorrModulus search_schnorr_modulus(std::string_view task, unsigned modulus_bits, unsigned subgroup_bits,
                                      const SearchContext& context);

/// A random element of order q modulo p, for a prime q that divides p - 1.
Number find_generator(const Number& p, const Number& q, Random& random);

}  // namespace keygen::crypto

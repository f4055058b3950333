#pragma once

#include <vector>

#include "crypto/number.hpp"
#include "crypto/search.hpp"

namespace keygen::identity {

/// Distinct primes s_1 .. s_m whose product q makes p = 2q + 1 a prime of the size asked for.
struct MvFactors {
    crypto::Number p, q;
    std::vector<crypto::Number> factors;
};

/// How many distinct factors a modulus of this size has room for.
unsigned largest_mv_factor_count(unsigned modulus_bits);
/// `count` is at most that.
MvFactors search_mv_factors(unsigned modulus_bits, unsigned count, const crypto::SearchContext& context);

}  // namespace keygen::identity

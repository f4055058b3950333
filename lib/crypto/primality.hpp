#pragma once

#include <keygen/resources.hpp>

#include <array>

#include "crypto/number.hpp"

namespace keygen::crypto {

/// Tests numbers of one size for primality; not shared between threads.
/// False for composite numbers always but with a probability of at most 2^-112 over random candidates.
bool is_prime(const Number& candidate, Random& random);

/// The same for a candidate that somebody may have chosen to pass: the bound holds for each of them, at the
/// price of 56 rounds.
bool is_prime_untrusted(const Number& candidate, Random& random);

/// One round to base 2 for each of two odd candidates: composites pass rarely enough that everything after it
/// costs nothing on average. In time that does not depend on the candidates, and together, which processors
/// with wide multiplications do at less than half the price of two.
std::array<bool, 2> pass_fermat(const Number& first, const Number& second);
/// The same for one, a fifth faster than one alone, in time that depends on the candidate: for moduli that
/// end up in public.
bool passes_fermat_vartime(const Number& candidate);

/// Size of the subgroup q for a modulus p of this size: 160 bits for p under 2048, else 256 (FIPS 186-4,
/// section 4.2).
unsigned subgroup_bits(unsigned modulus_bits);

}  // namespace keygen::crypto

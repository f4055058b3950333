#include "crypto/primality.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "crypto/failure.hpp"

namespace keygen::crypto {

namespace {

// The security strength of 2048-bit keys (NIST SP 800-57, part 1, table 2).
constexpr double ERROR_EXPONENT = -112;

// Base-2 logarithm of the bound on p(k,t), the chance that a random odd number of k bits which passed t
// rounds is composite: Damgard, Landrock and Pomerance, "Average case error estimates for the strong probable
// prime test", Mathematics of Computation 61 (1993), theorem 2. Candidates here come from arithmetic
// progressions, not from all odd numbers; as everywhere in practice (FIPS 186-4, appendix C.3) the bound is
// taken to hold for them too.
double average_case_exponent(unsigned bits, unsigned rounds) {
    const double k = bits;
    const double t = rounds;
    return 1.5 * std::log2(k) + t - 0.5 * std::log2(t) + 2 * (2 - std::sqrt(t * k));
}

// 4^-t for any candidate (Rabin, "Probabilistic algorithm for testing primality", Journal of Number Theory 12
// (1980)).
constexpr auto WORST_CASE_ROUNDS = static_cast<unsigned>(-ERROR_EXPONENT / 2);

unsigned average_case_rounds(unsigned bits) {
    for (unsigned rounds = 2; rounds < WORST_CASE_ROUNDS; ++rounds) {
        const bool theorem_applies =
            (rounds == 2 && bits >= 88) || (rounds >= 3 && rounds <= bits / 9 && bits >= 21);
        if (theorem_applies && average_case_exponent(bits, rounds) <= ERROR_EXPONENT)
            return rounds;
    }
    return WORST_CASE_ROUNDS;
}

// Below 2^81 these bases leave no composite number: Sorenson and Webster, "Strong pseudoprimes to twelve
// prime bases", Mathematics of Computation 86 (2017).
constexpr unsigned DETERMINISTIC_BITS = 81;
constexpr std::array<std::uint64_t, 13> DETERMINISTIC_BASES = {2,  3,  5,  7,  11, 13, 17,
                                                               19, 23, 29, 31, 37, 41};

bool passes_miller_rabin_round(const Number& candidate, const Number& base, const Number& odd_part,
                               unsigned twos, const Number& minus_one) {
    Number x = power_modulo(base, odd_part, candidate);
    if (x.is_one() || x == minus_one)
        return true;
    for (unsigned i = 1; i < twos; ++i) {
        x = multiply_modulo(x, x, candidate);
        if (x == minus_one)
            return true;
        if (x.is_one())
            return false;
    }
    return false;
}

bool passes_miller_rabin(const Number& candidate, unsigned rounds, Random& random) {
    constexpr std::uint64_t SMALL = 4;
    if (candidate < Number(SMALL))
        return candidate == Number(2) || candidate == Number(3);
    if (!candidate.is_odd())
        return false;
    const Number minus_one = subtract(candidate, Number(1));
    Number odd_part = minus_one.clone();
    unsigned twos = 0;
    while (BN_is_bit_set(minus_one.get(), static_cast<int>(twos)) == 0)
        ++twos;
    check(BN_rshift(odd_part.get(), odd_part.get(), static_cast<int>(twos)), "shifting");
    if (candidate.bits() <= DETERMINISTIC_BITS) {
        return std::all_of(DETERMINISTIC_BASES.begin(), DETERMINISTIC_BASES.end(), [&](std::uint64_t base) {
            const Number residue = modulo(Number(base), candidate);
            return residue.is_zero() ||
                   passes_miller_rabin_round(candidate, residue, odd_part, twos, minus_one);
        });
    }
    const Number two(2);
    for (unsigned round = rounds; round > 0; --round) {
        const Number base = random_between(two, minus_one, random);
        if (!passes_miller_rabin_round(candidate, base, odd_part, twos, minus_one))
            return false;
    }
    return true;
}

}  // namespace

std::array<bool, 2> pass_fermat(const Number& first, const Number& second) {
    const Number one(1);
    const Number two(2);
    // To base -2, as long as the candidate: OpenSSL's fast way takes no short base.
    std::array<Number, 2> powers;
    check(
        BN_mod_exp_mont_consttime_x2(powers[0].get(), subtract(first, two).get(), subtract(first, one).get(),
                                     first.get(), nullptr, powers[1].get(), subtract(second, two).get(),
                                     subtract(second, one).get(), second.get(), nullptr, scratch()),
        "raising to a power");
    return {powers[0].is_one(), powers[1].is_one()};
}

bool passes_fermat_vartime(const Number& candidate) {
    Number result;
    check(BN_mod_exp_mont_word(result.get(), 2, subtract(candidate, Number(1)).get(), candidate.get(),
                               scratch(), nullptr),
          "raising to a power");
    return result.is_one();
}

bool is_prime(const Number& candidate, Random& random) {
    return passes_miller_rabin(candidate, average_case_rounds(candidate.bits()), random);
}

bool is_prime_untrusted(const Number& candidate, Random& random) {
    return passes_miller_rabin(candidate, WORST_CASE_ROUNDS, random);
}

unsigned subgroup_bits(unsigned modulus_bits) {
    return modulus_bits < 2048 ? 160 : 256;
}

}  // namespace keygen::crypto

#include "crypto/rsa_generation.hpp"

#include <fmt/format.h>

#include <utility>

#include "crypto/failure.hpp"
#include "crypto/primes.hpp"
#include "crypto/scratch_wipe.hpp"

namespace keygen::crypto {

namespace {

constexpr std::uint64_t PUBLIC_EXPONENT = 65537;
// FIPS 186-5, A.1.3, step 5.4.
constexpr unsigned MIN_DISTANCE_SHORTFALL_BITS = 100;

bool admit_factor(const Number& candidate) {
    return candidate.mod_word(PUBLIC_EXPONENT) != 1 && admit_upper(candidate);
}

// What A.1.3 would draw again for, a working generator gives once in 2^99 keys.
[[noreturn]] void fail_for_weak_key(std::string_view what) {
    throw Error(ErrorCode::crypto, fmt::format("the random generator is broken: {}", what));
}

RsaNumbers rsa_numbers(Number p, Number q, unsigned modulus_bits) {
    if (p < q)
        std::swap(p, q);
    if (subtract(p, q).bits() <= modulus_bits / 2 - MIN_DISTANCE_SHORTFALL_BITS + 1)
        fail_for_weak_key("the primes of an RSA key are as good as equal");
    const Number p_minus_one = subtract(p, Number(1));
    const Number q_minus_one = subtract(q, Number(1));
    const Number order = divide(multiply(p_minus_one, q_minus_one), gcd(p_minus_one, q_minus_one));  // lcm
    Number e(PUBLIC_EXPONENT);
    Number d = inverse_modulo(e, order);
    if (d.bits() <= modulus_bits / 2)
        fail_for_weak_key("the private exponent of an RSA key is too small");
    Number dmp1 = modulo(d, p_minus_one);
    Number dmq1 = modulo(d, q_minus_one);
    Number iqmp = inverse_modulo(q, p);
    Number n = multiply(p, q);
    return {std::move(n), std::move(e),    std::move(d),    std::move(p),
            std::move(q), std::move(dmp1), std::move(dmq1), std::move(iqmp)};
}

}  // namespace

KeyPair generate_rsa(std::string_view use, unsigned modulus_bits, const SearchContext& context) {
    const ScratchWipe wipe;
    const std::string first = fmt::format("RSA {} key, first factor", use);
    const std::string second = fmt::format("RSA {} key, second factor", use);
    Number p = search_prime(first, (modulus_bits + 1) / 2, admit_factor, context);
    Number q = search_prime(second, modulus_bits / 2, admit_factor, context);
    return KeyPair::from_numbers(rsa_numbers(std::move(p), std::move(q), modulus_bits));
}

}  // namespace keygen::crypto

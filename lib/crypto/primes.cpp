#include "crypto/primes.hpp"

#include "crypto/failure.hpp"
#include "crypto/primality.hpp"

namespace keygen::crypto {

namespace {

// Long enough to hold several primes of any size used, so that sieving is paid for once.
std::size_t window_length(unsigned bits) {
    constexpr std::size_t PLACES_PER_BIT = 4;
    return std::size_t{bits} * PLACES_PER_BIT;
}

Number member(const Progression& progression, std::size_t place) {
    return add(progression.start, multiply(progression.step, Number(place)));
}

// The first prime of `bits` bits among the standing members; nullopt when there is none or the search is
// over.
std::optional<Number> first_prime(const Progression& progression, const Sieve& sieve, unsigned bits,
                                  bool (*passes)(const Number&), Search& search, Random& random) {
    for (std::size_t place = 0; place < sieve.length() && !search.is_over(); ++place) {
        if (!sieve.stands(place))
            continue;
        Number candidate = member(progression, place);
        if (candidate.bits() != bits)
            return std::nullopt;
        search.count_test();
        if (passes(candidate) && is_prime(candidate, random))
            return candidate;
    }
    return std::nullopt;
}

}  // namespace

Number search_prime(std::string_view task, unsigned bits, unsigned top_bits, const SearchContext& context) {
    // Members must stay above the square of the sieve's limit, or primes would strike themselves.
    const std::uint32_t limit = std::min(sieve_limit(bits), 1U << std::min(bits / 2 - 1, 19U));
    const double expected = 1 / survivor_is_prime_probability(bits, limit);
    return search_in_parallel(task, expected, context, [&](Search& search) -> std::optional<Number> {
        while (!search.is_over()) {
            const Progression progression{random_odd(bits, top_bits, context.random), Number(2)};
            Sieve sieve(window_length(bits));
            sieve.strike(progression, limit);
            if (auto found = first_prime(progression, sieve, bits, passes_fermat, search, context.random))
                return found;
        }
        return std::nullopt;
    });
}

SchnorrModulus search_schnorr_modulus(std::string_view task, unsigned modulus_bits, unsigned subgroup_bits,
                                      const SearchContext& context) {
    // ntpd draws its challenges modulo q, sends them without leading zero bytes and so fails the round when
    // there are any (crypto_alice): a q whose first byte is nearly full keeps that to about 1 in 200.
    constexpr unsigned TOP_BITS = 2;
    Number q = search_prime(task, subgroup_bits, TOP_BITS, context);
    const Number step = multiply(q, Number(2));
    const std::uint32_t limit = sieve_limit(modulus_bits);
    const double expected = 1 / survivor_is_prime_probability(modulus_bits, limit);
    Number p = search_in_parallel(task, expected, context, [&](Search& search) -> std::optional<Number> {
        while (!search.is_over()) {
            const Number random_start = random_odd(modulus_bits, 1, context.random);
            Progression progression{add(subtract(random_start, modulo(random_start, step)), Number(1)),
                                    step.clone()};
            if (progression.start.bits() != modulus_bits)
                continue;
            Sieve sieve(window_length(modulus_bits));
            sieve.strike(progression, limit);
            if (auto found = first_prime(progression, sieve, modulus_bits, passes_fermat_vartime, search,
                                         context.random))
                return found;
        }
        return std::nullopt;
    });
    return {std::move(p), std::move(q)};
}

Number find_generator(const Number& p, const Number& q, Random& random) {
    const Number minus_one = subtract(p, Number(1));
    const Number cofactor = divide(minus_one, q);
    for (;;) {
        Number g = power_modulo(random_between(Number(2), minus_one, random), cofactor, p);
        if (!g.is_one())
            return g;
    }
}

}  // namespace keygen::crypto

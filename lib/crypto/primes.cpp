#include "crypto/primes.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <span>

#include "crypto/failure.hpp"
#include "crypto/primality.hpp"

namespace keygen::crypto {

namespace {

// Long enough to hold several primes of any size used, so that sieving is paid for once.
std::size_t window_length(unsigned bits) {
    constexpr std::size_t PLACES_PER_BIT = 4;
    return std::size_t{bits} * PLACES_PER_BIT;
}

// A window holds some 11 primes, and about one in 100,000 none: a generator from which this many in a row
// come empty is broken.
constexpr int MAX_WINDOWS = 20;
constexpr int MAX_DRAWS = 1000;

[[noreturn]] void fail_for_generator() {
    throw Error(ErrorCode::crypto, "no prime near any number that the random generator gave");
}

Number member(const Progression& progression, std::size_t place) {
    return add(progression.start, multiply(progression.step, Number(place)));
}

std::vector<std::size_t> standing_places(const Sieve& sieve) {
    std::vector<std::size_t> places;
    for (std::size_t place = 0; place < sieve.length(); ++place) {
        if (sieve.stands(place))
            places.push_back(place);
    }
    return places;
}

// Moves one of `rest` to its front. In ascending order a prime would be found the more often the longer the
// gap before it is.
void draw_to_front(std::span<std::size_t> rest, Random& random) {
    std::array<std::uint8_t, sizeof(std::uint64_t)> bytes{};
    random.fill(bytes);
    std::uint64_t number = 0;
    for (const std::uint8_t byte : bytes)
        number = number << 8 | byte;
    std::swap(rest[0], rest[static_cast<std::size_t>(number % rest.size())]);
    OPENSSL_cleanse(bytes.data(), bytes.size());
}

// The places tell how far the prime is from a number that was drawn.
class Places {
  public:
    Places(const Sieve& sieve, Random& random) : places_(standing_places(sieve)), random_(random) {}
    Places(const Places&) = delete;
    Places& operator=(const Places&) = delete;
    ~Places() { OPENSSL_cleanse(places_.data(), places_.size() * sizeof(places_[0])); }

    std::optional<std::size_t> next() {
        if (used_ == places_.size())
            return std::nullopt;
        draw_to_front(std::span(places_).subspan(used_), random_);
        return places_[used_++];
    }

  private:
    std::vector<std::size_t> places_;
    std::size_t used_ = 0;
    Random& random_;
};

Number draw_start(unsigned bits, Admission admits, Random& random) {
    for (int draw = 0; draw < MAX_DRAWS; ++draw) {
        Number start = random_odd(bits, 1, random);
        if (admits(start))
            return start;
    }
    fail_for_generator();
}

// A prime among the standing members, each of them tested at most once; nullopt when there is none or the
// search is over.
std::optional<Number> find_secret_prime(const Progression& progression, const Sieve& sieve, unsigned bits,
                                        Admission admits, Search& search, Random& random) {
    Places places(sieve, random);
    const auto next_candidate = [&]() -> std::optional<Number> {
        while (const auto place = places.next()) {
            Number candidate = member(progression, *place);
            if (candidate.bits() == bits && admits(candidate))
                return candidate;
        }
        return std::nullopt;
    };
    while (!search.is_over()) {
        std::array<std::optional<Number>, 2> pair{next_candidate(), next_candidate()};
        if (!pair[0])
            return std::nullopt;
        search.count_test();
        if (pair[1])
            search.count_test();
        const auto passed = pass_fermat(*pair[0], pair[1] ? *pair[1] : *pair[0]);
        for (std::size_t i = 0; i < pair.size(); ++i) {
            if (pair[i] && passed[i] && is_prime(*pair[i], random))
                return std::move(*pair[i]);
        }
    }
    return std::nullopt;
}

std::optional<Number> find_public_prime(const Progression& progression, const Sieve& sieve, unsigned bits,
                                        Search& search, Random& random) {
    Places places(sieve, random);
    for (auto place = places.next(); place && !search.is_over(); place = places.next()) {
        Number candidate = member(progression, *place);
        if (candidate.bits() != bits)
            continue;
        search.count_test();
        if (passes_fermat_vartime(candidate) && is_prime(candidate, random))
            return candidate;
    }
    return std::nullopt;
}

}  // namespace

bool admit_all(const Number&) {
    return true;
}

bool admit_upper(const Number& candidate) {
    return multiply(candidate, candidate).bits() == 2 * candidate.bits();
}

Number search_prime(std::string_view task, unsigned bits, Admission admits, const SearchContext& context) {
    // Members must stay above the square of the sieve's limit, or primes would strike themselves.
    const std::uint32_t limit = std::min(sieve_limit(bits), 1U << std::min(bits / 2 - 1, 19U));
    const double expected = 1 / survivor_is_prime_probability(bits, limit);
    return search_in_parallel(task, expected, context, [&](Search& search) -> std::optional<Number> {
        for (int window = 0; window < MAX_WINDOWS; ++window) {
            const Progression progression{draw_start(bits, admits, context.random), Number(2)};
            Sieve sieve(window_length(bits));
            sieve.strike(progression, limit);
            auto found = find_secret_prime(progression, sieve, bits, admits, search, context.random);
            if (found || search.is_over())
                return found;
        }
        fail_for_generator();
    });
}

SchnorrModulus search_schnorr_modulus(std::string_view task, unsigned modulus_bits, unsigned subgroup_bits,
                                      const SearchContext& context) {
    // ntpd draws its challenges modulo q, sends them without leading zero bytes and so fails the round when
    // there are any (crypto_alice): a q whose first byte is nearly full keeps that to about 1 in 200.
    Number q = search_prime(task, subgroup_bits, admit_upper, context);
    const Number step = multiply(q, Number(2));
    const std::uint32_t limit = sieve_limit(modulus_bits);
    const double expected = 1 / survivor_is_prime_probability(modulus_bits, limit);
    Number p = search_in_parallel(task, expected, context, [&](Search& search) -> std::optional<Number> {
        for (int window = 0; window < MAX_WINDOWS; ++window) {
            const Number random_start = random_odd(modulus_bits, 1, context.random);
            Progression progression{add(subtract(random_start, modulo(random_start, step)), Number(1)),
                                    step.clone()};
            if (progression.start.bits() != modulus_bits)
                continue;
            Sieve sieve(window_length(modulus_bits));
            sieve.strike(progression, limit);
            auto found = find_public_prime(progression, sieve, modulus_bits, search, context.random);
            if (found || search.is_over())
                return found;
        }
        fail_for_generator();
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

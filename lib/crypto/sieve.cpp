#include "crypto/sieve.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace keygen::crypto {

namespace {

constexpr std::uint32_t SMALL_PRIME_LIMIT = 1U << 19;
constexpr std::uint32_t FEW_PRIMES_LIMIT = 1U << 15;

std::vector<std::uint32_t> sieve_of_eratosthenes(std::uint32_t limit) {
    std::vector<bool> composite(limit, false);
    std::vector<std::uint32_t> primes;
    for (std::uint64_t n = 3; n < limit; n += 2) {
        if (composite[static_cast<std::size_t>(n)])
            continue;
        primes.push_back(static_cast<std::uint32_t>(n));
        for (std::uint64_t multiple = n * n; multiple < limit; multiple += 2 * n)
            composite[static_cast<std::size_t>(multiple)] = true;
    }
    return primes;
}

// Both arguments below 2^19, modulus prime: the products fit.
std::uint64_t inverse_modulo_prime(std::uint64_t value, std::uint64_t prime) {
    std::int64_t a = static_cast<std::int64_t>(value), b = static_cast<std::int64_t>(prime), x = 1, y = 0;
    while (b != 0) {
        const std::int64_t quotient = a / b;
        a -= quotient * b;
        std::swap(a, b);
        x -= quotient * y;
        std::swap(x, y);
    }
    return static_cast<std::uint64_t>(x < 0 ? x + static_cast<std::int64_t>(prime) : x);
}

}  // namespace

const std::vector<std::uint32_t>& small_primes() {
    static const std::vector<std::uint32_t> primes = sieve_of_eratosthenes(SMALL_PRIME_LIMIT);
    return primes;
}

Sieve::~Sieve() {
    OPENSSL_cleanse(struck_.data(), struck_.size());
}

void Sieve::strike(const Progression& progression, std::uint32_t limit) {
    // The whole table takes a millisecond to make, which a search for secret primes can do without.
    static const std::vector<std::uint32_t> few_primes = sieve_of_eratosthenes(FEW_PRIMES_LIMIT);
    const auto& primes = limit <= FEW_PRIMES_LIMIT ? few_primes : small_primes();
    const auto end = std::lower_bound(primes.begin(), primes.end(), limit);
    for (auto first = primes.begin(); first != end;) {
        // One long division serves as many primes as fit into a machine word; the rest is short arithmetic.
        Word product = 1;
        auto last = first;
        while (last != end && product <= std::numeric_limits<Word>::max() / *last)
            product *= *last++;
        const Word start = progression.start.mod_word(product);
        const Word step = progression.step.mod_word(product);
        for (; first != last; ++first) {
            const std::uint64_t prime = *first;
            const std::uint64_t start_residue = start % prime;
            const std::uint64_t step_residue = step % prime;
            if (step_residue == 0) {
                if (start_residue == 0)
                    std::fill(struck_.begin(), struck_.end(), std::uint8_t{1});
                continue;
            }
            const std::uint64_t to_zero = start_residue == 0 ? 0 : prime - start_residue;
            for (std::uint64_t i = to_zero * inverse_modulo_prime(step_residue, prime) % prime;
                 i < struck_.size(); i += prime)
                struck_[static_cast<std::size_t>(i)] = 1;
        }
    }
}

std::uint32_t sieve_limit(unsigned bits) {
    constexpr std::uint32_t LOWEST = 1U << 10;
    const std::uint64_t limit = std::uint64_t{bits} * bits / 32;
    return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(limit, LOWEST, SMALL_PRIME_LIMIT));
}

double survivor_is_prime_probability(unsigned bits, std::uint32_t limit) {
    const double probability = std::exp(std::numbers::egamma) * std::log(limit) / (bits * std::numbers::ln2);
    return std::min(1.0, probability);
}

}  // namespace keygen::crypto

#pragma once

#include <cstdint>
#include <vector>

#include "crypto/number.hpp"

namespace keygen::crypto {

/// The odd primes below 2^19, ascending.
const std::vector<std::uint32_t>& small_primes();

/// The numbers start + i * step for i = 0, 1, 2, ...
struct Progression {
    Number start;
    Number step;
};

/// Strikes out the places i of one or more progressions where a member has a small factor.
class Sieve {
  public:
    explicit Sieve(std::size_t length) : struck_(length, 0) {}
    Sieve(const Sieve&) = delete;
    Sieve& operator=(const Sieve&) = delete;
    /// The pattern of what was struck tells where a progression began.
    ~Sieve();

    /// Strikes every i where a prime below `limit` divides start + i * step. A member that is itself such a
    /// prime is struck too: use a limit below the members' square root where they are small.
    void strike(const Progression& progression, std::uint32_t limit);
    void strike_place(std::size_t place) { struck_[place] = 1; }

    [[nodiscard]] std::size_t length() const { return struck_.size(); }
    [[nodiscard]] bool stands(std::size_t place) const { return struck_[place] == 0; }

  private:
    std::vector<std::uint8_t> struck_;
};

/// Up to where sieving members of this size costs less than the tests it saves; measured with bench/primes.
std::uint32_t sieve_limit(unsigned bits);
/// The chance that a member which stood the sieve is prime: e^gamma ln(limit) / ln(2^bits) (Mertens' third
/// theorem).
double survivor_is_prime_probability(unsigned bits, std::uint32_t limit);

}  // namespace keygen::crypto

#pragma once

#include <keygen/identity.hpp>

#include <map>
#include <string>

#include "crypto/container.hpp"

namespace keygen::inspection {

/// What a file's numbers say about each other.
enum class Consistency {
    broken,    ///< they cannot belong together
    open,      ///< nothing against them, but not all of them are confirmed
    confirmed  ///< every one follows from or is tested against the others
};

/// Tests public numbers for primality, each once: all files of a generation have the same ones.
class PrimeTests {
  public:
    bool is_prime(const crypto::Number& candidate);

  private:
    std::map<std::string, bool, std::less<>> known_;  ///< by hexadecimal digits
};

/// Primes, orders and equations of an identity file; a tenth of a second for each new prime of 2048 bits.
Consistency test_identity(const IdentityKey& key, PrimeTests& primes);
/// The same for a host or sign key.
Consistency test_key_pair(const crypto::KeyNumbers& numbers, PrimeTests& primes);

}  // namespace keygen::inspection

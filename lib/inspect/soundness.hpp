#pragma once

#include <keygen/identity.hpp>

#include "crypto/container.hpp"

namespace keygen::inspect_room {

/// What a file's numbers say about each other.
enum class Soundness {
    broken,    ///< they cannot belong together
    open,      ///< nothing against them, but not all of them are confirmed
    confirmed  ///< every one follows from or is tested against the others
};

/// Primes, orders and equations of an identity file; some milliseconds for each prime.
Soundness test_identity(const IdentityKey& key);
/// The same for a host or sign key.
Soundness test_key_pair(const crypto::KeyNumbers& numbers);

}  // namespace keygen::inspect_room

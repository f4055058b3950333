#pragma once

#include <keygen/identity.hpp>

#include "crypto/search.hpp"

namespace keygen::identity {

/// As the public function of this name, for a caller that shares the cores with other work.
IdentityKey generate_iff(unsigned modulus_bits, const crypto::SearchContext& context);

}  // namespace keygen::identity

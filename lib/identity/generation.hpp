#pragma once

#include <keygen/identity.hpp>

#include "crypto/search.hpp"

namespace keygen::identity {

/// What the public functions of the same names do, for a caller that shares the cores with other work.
IdentityKey generate_iff(unsigned modulus_bits, const crypto::SearchContext& context);
IdentityKey generate_gq(unsigned modulus_bits, const crypto::SearchContext& context);
IdentityKey generate_mv(unsigned modulus_bits, unsigned clients, const crypto::SearchContext& context);

}  // namespace keygen::identity

#pragma once

#include <keygen/identity.hpp>

namespace keygen {

/// New IFF (Schnorr) parameters and server key (RFC 5906, appendix B): p of `modulus_bits`, q of 160 bits
/// where p has less than 2048, else 256. Throws Error(bad_request, cancelled).
KEYGEN_API IdentityKey generate_iff(unsigned modulus_bits, const Resources& resources);

/// What clients get: p, q, g and the public value v = g^(q-b), which is computed here, so that also keys of
/// ntp-keygen, which lost it, give clients' files that work.
KEYGEN_API IdentityKey make_iff_client(const IdentityKey& server);

/// One challenge-response round as ntpd runs it (crypto_alice, crypto_bob, crypto_iff). Throws
/// Error(not_proven) saying why, with a hint where the file carries no usable public value.
KEYGEN_API void prove_iff(const IdentityKey& server, const IdentityKey& client, Random& random);

}  // namespace keygen

#pragma once

#include <keygen/identity.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace keygen {

/// The number of clients that a modulus of this size has room for: each takes a prime factor of at least 8
/// bits.
KEYGEN_API unsigned max_mv_clients(unsigned modulus_bits);

/// New MV (Mu-Varadharajan) parameters for `clients` clients, all of which work (RFC 5906, appendix D).
/// Throws Error(bad_request) with the largest number that fits.
KEYGEN_API IdentityKey generate_mv(unsigned modulus_bits, unsigned clients, const Resources& resources);

KEYGEN_API unsigned mv_client_count(const IdentityKey& authority);
/// 1-based, ascending.
KEYGEN_API std::vector<std::uint32_t> mv_revoked(const IdentityKey& authority);

/// The authority with exactly these clients revoked. Throws Error(bad_request) naming a client that does not
/// exist, or when none would be left.
KEYGEN_API IdentityKey revoke_mv(const IdentityKey& authority, std::span<const std::uint32_t> clients);

/// The server's key, which lets in all clients but those that the authority has revoked.
KEYGEN_API IdentityKey make_mv_server(const IdentityKey& authority);
/// The parameters of client 1 to n. Throws Error(bad_request) when there is no such client.
KEYGEN_API IdentityKey make_mv_client(const IdentityKey& authority, std::uint32_t client);

/// One challenge-response round as ntpd runs it (crypto_alice3, crypto_bob3, crypto_mv). Throws
/// Error(not_proven).
KEYGEN_API void prove_mv(const IdentityKey& server, const IdentityKey& client, Random& random);

}  // namespace keygen

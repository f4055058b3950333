#pragma once

#include <keygen/identity.hpp>

#include <cstdint>
#include <vector>

namespace keygen {

/// Stock ntpd since 4.2.8p9 reads GQ files one field off: it takes u from the field e and b from d.
/// `published` is what RFC 5906, appendix C and older daemons have: u in p, b in e.
enum class GqLayout { stock, published };
KEYGEN_API std::string_view name_of(GqLayout reading);
/// Throws Error(bad_request) for anything but "stock" and "published".
KEYGEN_API GqLayout parse_gq_reading(std::string_view text);

/// New GQ (Guillou-Quisquater) parameters and server key, right in both readings.
KEYGEN_API IdentityKey generate_gq(unsigned modulus_bits, const Resources& resources);

/// What clients get: n and the group key b in the place where daemons of that reading look. Never give out
/// both for one group: each reading's b is the other's secret u. Throws Error(unsupported) when the server's
/// key does not hold in this reading.
KEYGEN_API IdentityKey make_gq_client(const IdentityKey& server, GqLayout reading);

/// True when the server file's v is (u^-1)^b mod n in this reading.
KEYGEN_API bool gq_is_valid(const IdentityKey& server, GqLayout reading);
/// True when the client file's b stands where this reading looks.
KEYGEN_API bool gq_client_matches(const IdentityKey& client, GqLayout reading);

/// One challenge-response round as ntpd runs it (crypto_alice2, crypto_bob2, crypto_gq). Throws
/// Error(not_proven).
KEYGEN_API void prove_gq(const IdentityKey& server, const IdentityKey& client, GqLayout reading,
                         Random& random);

/// The octets for the certificate's subjectKeyIdentifier from which stock ntpd gets a number equal to v
/// modulo n. ntpd skips two bytes of the extension's DER, so from 128 octets on it also reads what is left of
/// the length.
KEYGEN_API std::vector<std::uint8_t> encode_gq_value(const IdentityKey& server);
/// True when the number that ntpd reads from a certificate (hexadecimal) is v modulo n.
KEYGEN_API bool gq_value_matches(const IdentityKey& server, std::string_view value_as_ntpd_reads);

/// A key of ntp-keygen, which holds in the published reading only, rewritten for the stock one: e = u, d = b.
/// v, and so the certificate, stays valid. Throws Error(unsupported) when there is nothing to repair with.
KEYGEN_API IdentityKey repair_gq(const IdentityKey& server);

}  // namespace keygen

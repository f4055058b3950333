#pragma once

#include <keygen/identity.hpp>

#include <cstdint>
#include <string_view>
#include <vector>

#include "crypto/search.hpp"

namespace keygen {

/// True when the server file's v is (u^-1)^b mod n in this reading.
bool gq_is_valid(const IdentityKey& server, GqLayout reading);
/// True when the client file's b stands where this reading looks.
bool gq_client_matches(const IdentityKey& client, GqLayout reading);

/// The octets for the certificate's subjectKeyIdentifier from which stock ntpd gets a number equal to v
/// modulo n. ntpd skips two bytes of the extension's DER, so from 128 octets on it also reads what is left of
/// the length.
std::vector<std::uint8_t> encode_gq_value(const IdentityKey& server);
/// True when the number that ntpd reads from a certificate (hexadecimal) is v modulo n.
bool gq_value_matches(const IdentityKey& server, std::string_view value_as_ntpd_reads);

/// A key of ntp-keygen, which holds in the published reading only, rewritten for the stock one: e = u, d = b.
/// v, and so the certificate, stays valid. Throws Error(unsupported) when there is nothing to repair with.
IdentityKey repair_gq(const IdentityKey& server);

namespace identity {

/// As the public function of this name, for a caller that shares the cores with other work.
IdentityKey generate_gq(unsigned modulus_bits, const crypto::SearchContext& context);

}  // namespace identity

}  // namespace keygen

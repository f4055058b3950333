#pragma once

#include <keygen/identity.hpp>

#include <functional>

#include "crypto/container.hpp"
#include "crypto/pem.hpp"
#include "crypto/search.hpp"

namespace keygen {

struct IdentityKey::Numbers {
    crypto::KeyNumbers value;
};

/// The <Type> of file names: "IFFkey", "GQpar", "MVta", ...; MV clients' files add their number.
std::string file_type_of(IdentityScheme scheme, IdentityRole role);

/// Whether the numbers are a client's: those places that are secret in a server's key hold 1.
bool holds_client_parameters(const IdentityKey& key);

/// Throws Error(bad_file) for a server's key, and Error(not_proven) with the cause and what helps for a
/// clients' file that no server key can verify against: one that lost its public value, as those of
/// ntp-keygen did.
void require_usable_client(const IdentityKey& client);

/// Throws Error(bad_request) with the range unless MIN_IDENTITY_BITS <= bits <= MAX_IDENTITY_BITS.
void require_identity_bits(unsigned bits);

namespace identity {

/// The numbers of a key of the kind that scheme and role call for; from_pem and the constructor have seen to
/// it.
inline const crypto::DsaNumbers& dsa(const IdentityKey& key) {
    return std::get<crypto::DsaNumbers>(key.numbers().value);
}
inline const crypto::RsaNumbers& rsa(const IdentityKey& key) {
    return std::get<crypto::RsaNumbers>(key.numbers().value);
}
inline const crypto::MvAuthorityNumbers& authority(const IdentityKey& key) {
    return std::get<crypto::MvAuthorityNumbers>(key.numbers().value);
}

inline crypto::SearchContext search_context(const Resources& resources) {
    return {resources.random, resources.progress, resources.jobs};
}

/// True where to_pem writes PKCS#8 that is encrypted, with a key that PBKDF2 derives.
bool is_protected_by_pbkdf2(IdentityScheme scheme, IdentityRole role);

/// IdentityKey::from_pem with another way to decrypt.
IdentityKey from_pem(std::string_view text, IdentityScheme scheme, IdentityRole role,
                     const std::function<crypto::KeyNumbers(const crypto::PemBlock&)>& decode);

/// Throws std::logic_error when a caller mixed up scheme or role.
void require(const IdentityKey& key, IdentityScheme scheme, IdentityRole role);

/// What remains of a public value that PKCS#8 lost: "the client file" and where good ones come from.
[[noreturn]] void throw_lost_public_value(IdentityScheme scheme, std::string_view whose, std::string hint);
[[noreturn]] void throw_not_proven(IdentityScheme scheme, std::string_view why, std::string hint);

}  // namespace identity
}  // namespace keygen

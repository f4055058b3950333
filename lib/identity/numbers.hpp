#pragma once

#include <keygen/identity.hpp>

#include "crypto/container.hpp"
#include "crypto/search.hpp"

namespace keygen {

struct IdentityKey::Numbers {
    crypto::KeyNumbers value;
};

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

/// Throws std::logic_error when a caller mixed up scheme or role.
void require(const IdentityKey& key, IdentityScheme scheme, IdentityRole role);

/// What remains of a public value that PKCS#8 lost: "the client file" and where good ones come from.
[[noreturn]] void throw_lost_public_value(IdentityScheme scheme, std::string_view whose, std::string hint);
[[noreturn]] void throw_not_proven(IdentityScheme scheme, std::string_view why, std::string hint);

}  // namespace identity
}  // namespace keygen

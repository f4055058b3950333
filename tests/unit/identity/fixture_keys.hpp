#pragma once

#include <keygen/identity.hpp>

#include "workplace.hpp"

namespace keygen::test {

/// Reads an identity file of the fixtures; an empty password is none.
inline IdentityKey fixture_key(const std::string& name, IdentityScheme scheme, IdentityRole role,
                               std::string_view password = "") {
    const auto given = secret(password);
    return IdentityKey::from_pem(fixture(name), scheme, role, password.empty() ? nullptr : &given);
}

/// What a daemon would read of a key that is written now.
inline IdentityKey written_and_read(const IdentityKey& key) {
    const auto password = secret("pw1");
    const Protection protection{password.clone(), "AES-128-CBC", 1};
    const auto pem = key.to_pem(&protection);
    return IdentityKey::from_pem(pem.text(), key.scheme(), key.role(), &password);
}

}  // namespace keygen::test

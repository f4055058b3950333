// Identity files of every scheme and role, as far as they open without a password; a clients' file reads back
// the same.
#include <keygen/error.hpp>
#include <keygen/identity.hpp>

#include <cstdlib>

#include "identity/identity.hpp"

using namespace keygen;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const auto scheme : {IdentityScheme::iff, IdentityScheme::gq, IdentityScheme::mv}) {
        for (const auto role : {IdentityRole::server, IdentityRole::client, IdentityRole::authority}) {
            try {
                const auto key = IdentityKey::from_pem(text, scheme, role, nullptr);
                if (role != IdentityRole::client)
                    continue;
                const SecretBytes pem = key.to_pem(nullptr);
                if (!IdentityKey::from_pem(pem.text(), scheme, role, nullptr).to_pem(nullptr).equals(pem))
                    std::abort();
                require_usable_client(key);
            } catch (const Error& error) {
                if (error.code() == ErrorCode::crypto)
                    std::abort();
            }
        }
    }
    return 0;
}

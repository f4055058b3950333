#include <keygen/symmetric.hpp>

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>

#include "crypto/failure.hpp"
#include "symmetric/dialect.hpp"
#include "symmetric/secret_text.hpp"
#include "symmetric/type.hpp"

namespace keygen {

using namespace symmetric;

std::optional<std::string> fingerprint(const SymmetricKey& key) {
    // So that no digest of the bare key, as other programs may use one, is ever shown.
    constexpr std::string_view DOMAIN_SEPARATION = "keygen symmetric key fingerprint 1";
    constexpr std::size_t SHOWN_BYTES = 8;
    constexpr std::string_view ZERO("\0", 1);
    if (key.value.size() < MIN_SECURE_KEY_BYTES)
        return std::nullopt;
    SecretText input(DOMAIN_SEPARATION.size() + key.value.size() + 32);
    for (const auto part : {DOMAIN_SEPARATION, ZERO, properties_of(key.type).name, ZERO, key.value.text()})
        input.append(part);
    const auto text = input.take();
    std::array<std::uint8_t, 32> digest{};
    crypto::check(EVP_Digest(text.bytes().data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr),
                  "a key's fingerprint");
    std::string result = "SHA256:";
    for (std::size_t i = 0; i < SHOWN_BYTES; ++i)
        result += fmt::format("{:02x}", digest[i]);
    return result;
}

}  // namespace keygen

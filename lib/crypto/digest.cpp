#include "crypto/digest.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>

#include "crypto/failure.hpp"

namespace keygen::crypto {

std::string sha256_hex(std::span<const std::uint8_t> bytes) {
    std::array<std::uint8_t, 32> digest{};
    check(EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr),
          "hashing a file");
    std::string text;
    for (const std::uint8_t byte : digest)
        text += fmt::format("{:02x}", byte);
    return text;
}

}  // namespace keygen::crypto

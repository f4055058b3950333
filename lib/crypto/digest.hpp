#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace keygen::crypto {

/// SHA-256, hexadecimal. Throws Error(crypto).
std::string sha256_hex(std::span<const std::uint8_t> bytes);

}  // namespace keygen::crypto

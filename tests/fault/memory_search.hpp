#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

constexpr std::uint8_t MASK = 0xa7;

/// A string literal, masked when it is compiled, so that the program does not hold it.
template <std::size_t size>
consteval std::array<std::uint8_t, size - 1> mask_text(const char (&text)[size]) {
    std::array<std::uint8_t, size - 1> masked{};
    for (std::size_t i = 0; i + 1 < size; ++i)
        masked[i] = static_cast<std::uint8_t>(static_cast<std::uint8_t>(text[i]) ^ MASK);
    return masked;
}

/// What to search for, every byte masked with MASK.
struct MaskedSecret {
    std::string name;
    std::vector<std::uint8_t> bytes;  ///< big-endian where it is a number
};

struct SearchResult {
    std::vector<std::string> places;  ///< "password as it is in [heap]", ...
    std::uint64_t bytes = 0;          ///< searched
};

/// Looks through all memory of this process that can be written: for each secret as it is, backwards (as
/// OpenSSL's numbers are in memory) and as base64 of unencrypted PEM.
SearchResult search_memory(const std::vector<MaskedSecret>& secrets);

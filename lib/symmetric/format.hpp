#pragma once

#include <keygen/symmetric.hpp>

#include <span>
#include <string>
#include <string_view>

#include "symmetric/secret_text.hpp"

namespace keygen::symmetric {

constexpr std::size_t EXPECTED_LINE_BYTES = 80;

/// Why `key` cannot be said in `dialect` with `comment` (which has its `#`, or is empty) behind it; empty
/// when it can.
std::string why_not_key(const SymmetricKey& key, Dialect dialect, std::string_view comment);

/// One line with its newline. why_not_key must have been empty.
void append_key_line(SecretText& text, const SymmetricKey& key, Dialect dialect, std::string_view comment);

/// Reads `text` back as check_keys_file does and throws Error(not_proven) unless it holds `keys`.
void prove_keys_file(std::string_view text, Dialect dialect, std::span<const SymmetricKey> keys);

}  // namespace keygen::symmetric

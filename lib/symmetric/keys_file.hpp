#pragma once

#include <keygen/symmetric.hpp>

#include <span>
#include <string>
#include <string_view>

namespace keygen::symmetric {

/// The same id, type, bytes and access list, wherever and however they were written.
bool are_same(const SymmetricKey& a, const SymmetricKey& b);
bool are_same(std::span<const SymmetricKey> a, std::span<const SymmetricKey> b);

/// Builds a text of secrets that leaves no copies behind in freed memory.
class SecretText {
  public:
    explicit SecretText(std::size_t expected_size) : buffer_(expected_size) {}

    void append(std::string_view text);
    void append_hex(std::span<const std::uint8_t> bytes, bool is_upper_case);
    [[nodiscard]] std::size_t size() const { return used_; }
    /// The text so far, which this object then has no more.
    SecretBytes take();

  private:
    std::span<std::uint8_t> grow(std::size_t count);

    SecretBytes buffer_;
    std::size_t used_ = 0;
};

constexpr std::size_t EXPECTED_LINE_BYTES = 80;

/// Why `key` cannot be said in `dialect` with `comment` (which has its `#`, or is empty) behind it; empty
/// when it can.
std::string why_not_key(const SymmetricKey& key, Dialect dialect, std::string_view comment);

/// One line with its newline. why_not_key must have been empty.
void append_key_line(SecretText& text, const SymmetricKey& key, Dialect dialect, std::string_view comment);

/// Reads `text` back as check_keys_file does and throws Error(not_proven) unless it holds `keys`.
void prove_keys_file(std::string_view text, Dialect dialect, std::span<const SymmetricKey> keys);

}  // namespace keygen::symmetric

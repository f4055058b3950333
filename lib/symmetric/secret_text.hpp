#pragma once

#include <keygen/secret.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace keygen::symmetric {

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

}  // namespace keygen::symmetric

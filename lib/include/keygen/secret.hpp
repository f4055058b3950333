#pragma once

#include <keygen/export.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace keygen {

/// Owns secret bytes: moved, never copied by accident, never formatted, wiped when it goes. Lives in locked
/// memory once the process has asked for it (protect_process).
class KEYGEN_API SecretBytes {
  public:
    SecretBytes() noexcept = default;
    /// `size` zero bytes. Throws std::bad_alloc.
    explicit SecretBytes(std::size_t size);
    explicit SecretBytes(std::string_view text);
    explicit SecretBytes(std::span<const std::uint8_t> bytes);
    SecretBytes(SecretBytes&& other) noexcept;
    SecretBytes& operator=(SecretBytes&& other) noexcept;
    SecretBytes(const SecretBytes&) = delete;
    SecretBytes& operator=(const SecretBytes&) = delete;
    ~SecretBytes();

    [[nodiscard]] SecretBytes clone() const;
    [[nodiscard]] std::span<std::uint8_t> bytes() noexcept { return {data_, size_}; }
    [[nodiscard]] std::span<const std::uint8_t> bytes() const noexcept { return {data_, size_}; }
    /// The bytes seen as characters, for parsers; the view must not outlive the secret.
    [[nodiscard]] std::string_view text() const noexcept {
        return {reinterpret_cast<const char*>(data_), size_};
    }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

    /// Forgets all bytes from `size` on, wiping them.
    void truncate(std::size_t size) noexcept;
    /// Constant-time in the content (not in the length).
    [[nodiscard]] bool equals(const SecretBytes& other) const noexcept;
    [[nodiscard]] bool equals(std::string_view other) const noexcept;
    void wipe() noexcept;

  private:
    std::uint8_t* data_ = nullptr;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

/// Keeps this process's secrets out of core files, other processes' debuggers and swap, as far as the system
/// lets it: no core dumps, not traceable, secret bytes in locked memory. For a program's first line; returns
/// one sentence for each thing that could not be had.
KEYGEN_API std::vector<std::string> protect_process();

}  // namespace keygen

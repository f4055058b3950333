#pragma once

#include <keygen/export.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace keygen {

/// Owns secret bytes: moved, never copied by accident, never formatted, wiped when it goes. Lives in locked
/// memory once the process has asked for it (see keygen/process.hpp).
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

}  // namespace keygen

#include "symmetric/secret_text.hpp"

#include <algorithm>

namespace keygen::symmetric {

std::span<std::uint8_t> SecretText::grow(std::size_t count) {
    if (buffer_.size() - used_ < count) {
        SecretBytes larger(2 * buffer_.size() + count);
        std::copy_n(buffer_.bytes().begin(), used_, larger.bytes().begin());
        buffer_ = std::move(larger);
    }
    const auto added = buffer_.bytes().subspan(used_, count);
    used_ += count;
    return added;
}

void SecretText::append(std::string_view text) {
    std::copy(text.begin(), text.end(), grow(text.size()).begin());
}

void SecretText::append_hex(std::span<const std::uint8_t> bytes, bool is_upper_case) {
    const std::string_view digits = is_upper_case ? "0123456789ABCDEF" : "0123456789abcdef";
    const auto room = grow(2 * bytes.size());
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        room[2 * i] = static_cast<std::uint8_t>(digits[bytes[i] >> 4]);
        room[2 * i + 1] = static_cast<std::uint8_t>(digits[bytes[i] & 0x0f]);
    }
}

SecretBytes SecretText::take() {
    buffer_.truncate(used_);
    used_ = 0;
    return std::move(buffer_);
}

}  // namespace keygen::symmetric

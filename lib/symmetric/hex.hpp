#pragma once

#include <cstdint>
#include <string_view>

namespace keygen::symmetric {

/// 0 to 15, or -1.
constexpr int read_hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

constexpr bool is_hex(std::string_view text) {
    for (const char c : text)
        if (read_hex_digit(c) < 0)
            return false;
    return true;
}

}  // namespace keygen::symmetric

#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace keygen {

namespace {
// Long enough for any legal path component, short enough that a file's content cannot flood a terminal.
constexpr std::size_t MAX_QUOTED_LENGTH = 300;

// The length of the UTF-8 sequence at the start of `text` that stands for a character other than a C0 or C1
// control; 0 when there is none (RFC 3629, section 4).
std::size_t printable_length(std::string_view text) {
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const auto continues = [&](std::size_t first, std::size_t last) {
        for (std::size_t i = first; i <= last; ++i) {
            if ((byte(i) & 0xc0U) != 0x80U)
                return false;
        }
        return true;
    };
    const unsigned lead = byte(0);
    if (lead < 0x80)
        return lead >= 0x20 && lead != 0x7f ? 1 : 0;
    if (lead >= 0xc2 && lead <= 0xdf)
        return continues(1, 1) && !(lead == 0xc2 && byte(1) < 0xa0) ? 2 : 0;
    if (lead >= 0xe0 && lead <= 0xef) {
        const bool is_overlong = lead == 0xe0 && byte(1) < 0xa0;
        const bool is_surrogate = lead == 0xed && byte(1) >= 0xa0;
        return continues(1, 2) && !is_overlong && !is_surrogate ? 3 : 0;
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
        const bool is_overlong = lead == 0xf0 && byte(1) < 0x90;
        const bool is_beyond_unicode = lead == 0xf4 && byte(1) >= 0x90;
        return continues(1, 3) && !is_overlong && !is_beyond_unicode ? 4 : 0;
    }
    return 0;
}
}  // namespace

Error::Error(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {
    compose();
}

Error& Error::in(std::string_view path, std::size_t line) {
    if (path_.empty()) {
        path_ = path;
        line_ = line;
        compose();
    }
    return *this;
}

Error& Error::hint(std::string text) {
    if (hint_.empty())
        hint_ = std::move(text);
    return *this;
}

void Error::compose() {
    text_.clear();
    if (!path_.empty())
        text_ =
            line_ == 0 ? fmt::format("{}: ", quoted(path_)) : fmt::format("{}:{}: ", quoted(path_), line_);
    text_ += message_;
}

std::string_view name_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::bad_request:
            return "bad_request";
        case ErrorCode::bad_file:
            return "bad_file";
        case ErrorCode::wrong_password:
            return "wrong_password";
        case ErrorCode::not_found:
            return "not_found";
        case ErrorCode::already_exists:
            return "already_exists";
        case ErrorCode::unsupported:
            return "unsupported";
        case ErrorCode::not_proven:
            return "not_proven";
        case ErrorCode::input_output:
            return "input_output";
        case ErrorCode::locked:
            return "locked";
        case ErrorCode::cancelled:
            return "cancelled";
        case ErrorCode::crypto:
            return "crypto";
    }
    return "unknown";
}

std::string quoted(std::string_view text) {
    std::string result;
    std::size_t i = 0;
    while (i < text.size()) {
        const std::size_t length = printable_length(text.substr(i));
        if (i + std::max<std::size_t>(length, 1) > MAX_QUOTED_LENGTH)
            return result + "...";
        if (length == 0)
            result += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[i++]));
        else
            result += text.substr(i, length);
        i += length;
    }
    return result;
}

}  // namespace keygen

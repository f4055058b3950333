#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>

#include "base/printable.hpp"

namespace keygen {

namespace {
// Long enough for any legal path component, short enough that a file's content cannot flood a terminal.
constexpr std::size_t MAX_QUOTED_LENGTH = 300;
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
            line_ == 0 ? fmt::format("{}: ", escaped(path_)) : fmt::format("{}:{}: ", escaped(path_), line_);
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

std::string escaped(std::string_view text) {
    std::string result;
    std::size_t i = 0;
    while (i < text.size()) {
        const std::size_t length = base::printable_length(text.substr(i));
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

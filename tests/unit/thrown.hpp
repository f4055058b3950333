#pragma once

#include <keygen/error.hpp>

#include <fmt/format.h>

#include <string>

namespace keygen::test {

/// "code: path:line: message (hint)" of what `action` throws.
template <typename Action>
std::string describe_error(Action action) {
    try {
        action();
    } catch (const Error& error) {
        const auto hint = error.hint().empty() ? "" : fmt::format(" ({})", error.hint());
        return fmt::format("{}: {}{}", name_of(error.code()), error.what(), hint);
    }
    return "no error";
}

}  // namespace keygen::test

#include "command/shell_word.hpp"

#include <fmt/format.h>

#include "base/printable.hpp"

namespace keygen::command {

namespace {

bool is_printable(std::string_view text) {
    for (std::size_t length = 0; !text.empty(); text.remove_prefix(length)) {
        length = base::printable_length(text);
        if (length == 0)
            return false;
    }
    return true;
}

std::string single_quoted(std::string_view text) {
    std::string word = "'";
    for (const char c : text)
        word += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return word + "'";
}

// bash(1), QUOTING; also zsh, ksh and POSIX.1-2024.
std::string dollar_quoted(std::string_view text) {
    std::string word = "$'";
    while (!text.empty()) {
        const std::size_t length = base::printable_length(text);
        if (length == 0)
            word += fmt::format("\\{:03o}", static_cast<unsigned char>(text.front()));
        else if (text.front() == '\'' || text.front() == '\\')
            word += fmt::format("\\{}", text.front());
        else
            word += text.substr(0, length);
        text.remove_prefix(length == 0 ? 1 : length);
    }
    return word + "'";
}

}  // namespace

std::string shell_word(std::string_view text) {
    constexpr std::string_view PLAIN =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:@+,=%";
    if (!text.empty() && text.find_first_not_of(PLAIN) == std::string_view::npos)
        return std::string(text);
    return is_printable(text) ? single_quoted(text) : dollar_quoted(text);
}

std::string path_word(std::string_view path) {
    return path.starts_with('-') ? shell_word("./" + std::string(path)) : shell_word(path);
}

}  // namespace keygen::command

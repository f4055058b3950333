#include "symmetric/line.hpp"

#include <algorithm>
#include <limits>

namespace keygen::symmetric {

namespace {

constexpr std::string_view C_SPACE = " \t\n\v\f\r";

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// The part of a word that strtol and strtoul have in common.
struct Number {
    bool is_negative = false;
    bool has_digits = false;
    bool is_plain = false;
    std::uint64_t magnitude = 0;  ///< stops at the largest
};

Number read_number(std::string_view word) {
    Number number;
    const auto start = std::min(word.find_first_not_of(C_SPACE), word.size());
    auto digits = word.substr(start);
    if (!digits.empty() && (digits.front() == '+' || digits.front() == '-')) {
        number.is_negative = digits.front() == '-';
        digits.remove_prefix(1);
    }
    number.is_plain = digits.size() == word.size() && std::all_of(word.begin(), word.end(), is_digit);
    for (const char c : digits) {
        if (!is_digit(c))
            break;
        number.has_digits = true;
        const auto digit = static_cast<std::uint64_t>(c - '0');
        constexpr auto MOST = std::numeric_limits<std::uint64_t>::max();
        number.magnitude = number.magnitude > (MOST - digit) / 10 ? MOST : number.magnitude * 10 + digit;
    }
    number.is_plain = number.is_plain && number.magnitude <= std::numeric_limits<std::uint32_t>::max();
    return number;
}

}  // namespace

std::optional<InputLine> PieceReader::next() {
    InputLine piece;
    if (line_rest_.empty()) {
        if (rest_.empty())
            return std::nullopt;
        const auto newline = rest_.find('\n');
        line_rest_ = rest_.substr(0, newline);
        rest_.remove_prefix(newline == std::string_view::npos ? rest_.size() : newline + 1);
        ++line_;
        piece.is_part = line_rest_.size() > line_max_;
    } else {
        piece.is_part = true;
    }
    piece.line = line_;
    piece.text = line_rest_.substr(0, line_max_);
    line_rest_.remove_prefix(piece.text.size());
    const auto zero = piece.text.find('\0');
    piece.has_zero = zero != std::string_view::npos;
    piece.text = piece.text.substr(0, zero);
    return piece;
}

std::optional<std::string_view> Words::next() {
    ended_at_hash_ = false;
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size()));
    const auto word = rest_.substr(0, rest_.find_first_of(" \t#"));
    rest_.remove_prefix(word.size());
    if (rest_.starts_with('#')) {
        comment_ = rest_;
        ended_at_hash_ = !word.empty();
        rest_ = {};
    }
    return word.empty() ? std::nullopt : std::optional(word);
}

std::vector<std::string_view> split_chrony_words(std::string_view text) {
    std::vector<std::string_view> words;
    for (;;) {
        text.remove_prefix(std::min(text.find_first_not_of(C_SPACE), text.size()));
        const bool is_comment = words.empty() && text.find_first_of("!;#%") == 0;
        if (text.empty() || is_comment)
            return words;
        words.push_back(text.substr(0, text.find_first_of(C_SPACE)));
        text.remove_prefix(words.back().size());
    }
}

ReadId read_id_by_atoi(std::string_view word) {
    const auto number = read_number(word);
    constexpr auto MOST = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    const auto bounded = std::min(number.magnitude, number.is_negative ? MOST + 1 : MOST);
    const auto value = static_cast<std::uint32_t>(number.is_negative ? 0 - bounded : bounded);
    return {value, number.is_plain};
}

std::optional<ReadId> read_id_by_sscanf(std::string_view word) {
    const auto number = read_number(word);
    if (!number.has_digits)
        return std::nullopt;
    constexpr auto MOST = std::numeric_limits<std::uint64_t>::max();
    const bool is_overflow = number.magnitude == MOST;
    const auto wide = number.is_negative && !is_overflow ? 0 - number.magnitude : number.magnitude;
    return ReadId{static_cast<std::uint32_t>(wide), number.is_plain};
}

}  // namespace keygen::symmetric

#include "inspect/configuration/ntp_line.hpp"

#include <algorithm>
#include <charconv>

namespace keygen::inspection {

namespace {

using Kind = NtpToken::Kind;

// ntp_scanner.c: MAX_LEXEME, without the byte that ends it.
constexpr std::size_t MAX_WORD_BYTES = 1024;
constexpr int LAST_ASCII = 127;

bool is_space(int c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}
bool is_special(int c) {
    return c != 0 && std::string_view("{}(),;|=").find(static_cast<char>(c)) != std::string_view::npos;
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool are_digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), is_digit);
}

bool is_integer(std::string_view text) {
    if (text.starts_with('-'))
        return are_digits(text.substr(1));
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return are_digits(text) && error == std::errc();
}

bool is_unsigned_integer(std::string_view text) {
    const bool is_hex = text.starts_with("0x") || text.starts_with("0X");
    return is_hex ? text.find_first_not_of("0123456789abcdefABCDEF", 2) == std::string_view::npos
                  : are_digits(text);
}

bool is_real(std::string_view text) {
    const auto skip_digits = [&] {
        const auto count = std::min(text.find_first_not_of("0123456789"), text.size());
        text.remove_prefix(count);
        return count;
    };
    const auto skip_sign = [&] {
        text.remove_prefix(text.starts_with('+') || text.starts_with('-') ? 1 : 0);
    };
    skip_sign();
    std::size_t digits = skip_digits();
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        digits += skip_digits();
    }
    if (digits == 0)
        return false;
    if (text.starts_with('e') || text.starts_with('E')) {
        text.remove_prefix(1);
        skip_sign();
        skip_digits();
    }
    return text.empty();
}

}  // namespace

std::string NtpToken::name() const {
    switch (kind) {
        case Kind::string:
            return "T_String";
        case Kind::integer:
            return "T_Integer";
        case Kind::unsigned_integer:
            return "T_U_int";
        case Kind::real:
            return "T_Double";
        case Kind::keyword:
            return token_name_of(text);
        case Kind::special:
            return text == "," || text == ";" ? "$undefined" : "'" + std::string(text) + "'";
        case Kind::end:
            return "T_EOC";
    }
    return "";
}

std::int64_t NtpToken::number() const {
    std::int64_t value = 0;
    const bool is_hex = text.starts_with("0x") || text.starts_with("0X");
    const std::string_view digits = text.substr(is_hex ? 2 : 0);
    std::from_chars(digits.data(), digits.data() + digits.size(), value, is_hex ? 16 : 10);
    return value;
}

NtpLine::NtpLine(std::string_view line, Daemon daemon) : line_(line), daemon_(daemon), words_(line.size()) {
    while (!is_too_long_) {
        int c = get();
        while (is_space(c) && c != '\n')
            c = get();
        if (c == '\n')
            break;
        if (is_special(c) && follow_ == Follow::token) {
            tokens_.push_back({Kind::special, line_.substr(next_ - 1, 1), word_column_});
            if (c == '=')
                follow_ = Follow::string;
            continue;
        }
        unget();
        word_column_ = column_;
        const std::size_t start = words_size_;
        const bool is_quoted = scan_word();
        if (words_size_ > start)
            add_word(words_.text().substr(start, words_size_ - start), is_quoted);
    }
    tokens_.push_back({Kind::end, {}, word_column_});
}

// Characters above ASCII are dropped, and a line always ends with a newline. NTPsec's scanner does not count
// a character again that it had put back, so that its columns lag behind.
int NtpLine::get() {
    if (is_pushed_back_) {
        is_pushed_back_ = false;
        column_ += daemon_ == Daemon::ntpsec ? 0 : 1;
        return last_;
    }
    while (next_ < line_.size() && static_cast<unsigned char>(line_[next_]) > LAST_ASCII) {
        ++next_;
        ++column_;
    }
    ++column_;
    last_ = next_ < line_.size() ? static_cast<unsigned char>(line_[next_++]) : '\n';
    return last_;
}

void NtpLine::unget() {
    is_pushed_back_ = true;
    --column_;
}

// Returns true where quotes held a part of the word together.
bool NtpLine::scan_word() {
    int c = get();
    while (!is_space(c) && c != '"' && !(is_special(c) && follow_ == Follow::token)) {
        if (c == '#') {
            while (c != '\n')
                c = get();
            break;
        }
        append(c);
        c = get();
    }
    const bool is_quoted = c == '"';
    if (is_quoted) {
        for (c = get(); c != '"' && c != '\n'; c = get())
            append(c);
        if (c == '"')
            get();
    }
    unget();
    return is_quoted;
}

void NtpLine::append(int c) {
    words_.bytes()[words_size_++] = static_cast<std::uint8_t>(c);
}

void NtpLine::add_word(std::string_view text, bool is_quoted) {
    is_too_long_ = text.size() > MAX_WORD_BYTES;
    text = text.substr(0, text.find('\0'));
    const bool is_blank = std::all_of(text.begin(), text.end(), is_space);
    if (follow_ == Follow::token && !is_quoted) {
        if (const Follow* follow = find_ntp_keyword(text, daemon_); follow != nullptr) {
            follow_ = *follow;
            tokens_.push_back({Kind::keyword, text, word_column_});
            return;
        }
        const Kind kind = is_blank                    ? Kind::end
                          : is_integer(text)          ? Kind::integer
                          : is_unsigned_integer(text) ? Kind::unsigned_integer
                          : is_real(text)             ? Kind::real
                                                      : Kind::string;
        tokens_.push_back({kind, text, word_column_});
        return;
    }
    // Without regard to what else the word holds.
    if (text.starts_with("-4") || text.starts_with("-6")) {
        tokens_.push_back({Kind::keyword, text.substr(0, 2), word_column_});
        return;
    }
    if (follow_ == Follow::string)
        follow_ = Follow::token;
    tokens_.push_back({is_blank ? Kind::end : Kind::string, text, word_column_});
}

}  // namespace keygen::inspection

#include "daemon/ntp_text.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace keygen::daemon {

namespace {

// ntp_scanner.c: MAX_LEXEME, without the byte that ends it.
constexpr std::size_t MAX_WORD_BYTES = 1023;

bool is_ascii_text(char c) {
    return c >= ' ' && c <= '~' && c != '"';
}

// What ends a word or begins a comment, and what is a token of its own where no string is expected.
bool needs_quotes(char c) {
    return std::string_view(" #{}(),;|=").find(c) != std::string_view::npos;
}

}  // namespace

std::optional<NtpForm> find_ntp_form(std::string_view value) {
    const bool is_blank = value.find_first_not_of(' ') == std::string_view::npos;
    // The scanner takes these beginnings for the options -4 and -6, in quotes as well.
    const bool is_option = value.starts_with("-4") || value.starts_with("-6");
    if (is_blank || is_option || value.size() > MAX_WORD_BYTES ||
        !std::all_of(value.begin(), value.end(), is_ascii_text))
        return std::nullopt;
    return std::any_of(value.begin(), value.end(), needs_quotes) ? NtpForm::quoted : NtpForm::plain;
}

std::optional<std::string> format_ntp_word(std::string_view value) {
    const auto form = find_ntp_form(value);
    if (!form)
        return std::nullopt;
    return form == NtpForm::quoted ? fmt::format("\"{}\"", value) : std::string(value);
}

void require_sayable(std::string_view name, std::string_view what) {
    if (!find_ntp_form(name))
        throw Error(
            ErrorCode::bad_request,
            fmt::format("{} \"{}\" cannot be said in ntp.conf, where strings are ASCII without quotes "
                        "and control characters, and do not begin with -4 or -6",
                        what, escaped(name)));
}

void require_sayable_password(const SecretBytes& password) {
    if (!find_ntp_form(password.text()))
        throw Error(ErrorCode::bad_request,
                    "this password cannot be said in ntp.conf, where strings are ASCII without quotes and "
                    "control characters, not all blank, and do not begin with -4 or -6")
            .hint("take another password");
}

}  // namespace keygen::daemon

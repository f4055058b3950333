#pragma once

#include <keygen/secret.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inspect/configuration/ntp_words.hpp"

namespace keygen::inspection {

/// What ntpd's scanner makes of a word.
struct NtpToken {
    enum class Kind { string, integer, unsigned_integer, real, keyword, special, end };
    Kind kind = Kind::end;
    std::string_view text;
    /// What messages about the token name: where the last word or comment of the line began, 0-based. Nothing
    /// while the line has had none.
    std::optional<std::size_t> column;

    [[nodiscard]] bool is_keyword(std::string_view word) const {
        return kind == Kind::keyword && text == word;
    }
    /// Of an integer.
    [[nodiscard]] std::int64_t number() const;
    /// "T_String", as bison's messages say it.
    [[nodiscard]] std::string name() const;
};

/// A line of ntp.conf as the scanner of ntpd 4.2.8 or NTPsec 1.2 sees it (ntp_scanner.c: yylex): behind
/// keywords that want a string, `=`, `(` and `)` are ordinary characters.
class NtpLine {
  public:
    NtpLine(std::string_view line, Daemon daemon);

    /// In their order, the last of kind `end`. The texts live as long as the line.
    [[nodiscard]] const std::vector<NtpToken>& tokens() const { return tokens_; }
    /// A word longer than the scanner's buffer: the daemon ends.
    [[nodiscard]] bool is_too_long() const { return is_too_long_; }

  private:
    int get();
    void unget();
    bool scan_word();
    void append(int c);
    void add_word(std::string_view text, bool is_quoted);

    std::string_view line_;
    Daemon daemon_;
    std::size_t next_ = 0;
    std::size_t column_ = 0;
    int last_ = 0;
    bool is_pushed_back_ = false;
    Follow follow_ = Follow::token;
    std::optional<std::size_t> word_column_;
    SecretBytes words_;
    std::size_t words_size_ = 0;
    std::vector<NtpToken> tokens_;
    bool is_too_long_ = false;
};

}  // namespace keygen::inspection

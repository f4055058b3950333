#pragma once

#include <keygen/secret.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keygen::daemon {

/// The words of a line of ntp.conf, one after the other, as the scanner of ntpd and NTPsec divides them
/// (ntp_scanner.c: yylex): quotes hold blanks together, `#` begins a comment, bytes above ASCII are dropped.
class NtpWords {
  public:
    explicit NtpWords(std::string_view line);

    /// The next word, where `=`, brackets and the like are words of their own; empty at the end. It lives as
    /// long as this object.
    std::string_view next() { return scan(true); }
    /// The next word where a string is wanted: those characters are letters of it.
    std::string_view next_string() { return scan(false); }
    /// What next() would return.
    [[nodiscard]] std::string_view peek();

  private:
    std::string_view scan(bool divides);

    SecretBytes line_;
    std::size_t next_ = 0;
    SecretBytes words_;
    std::size_t words_size_ = 0;
};

/// True for a word that starts a comment in chrony.conf, at the start of a line.
bool is_chrony_comment(std::string_view word);

/// The words of a line of chrony.conf: white space divides, and only a line that starts with one of "!;#%" is
/// a comment (util.c: UTI_SplitString, cmdparse.c: CPS_NormalizeLine).
std::vector<std::string_view> split_chrony_line(std::string_view line);

/// Calls `take` with each line of a text, without its end, and its number.
template <typename Take>
void for_each_line(std::string_view text, Take take) {
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(line.size() < text.size() ? line.size() + 1 : line.size());
        take(line, number);
    }
}

std::string to_lower(std::string_view text);
/// A whole decimal number, with a sign or without.
std::optional<std::int64_t> to_number(std::string_view text);
/// True when a blank-separated list has the word.
bool is_among(std::string_view word, std::string_view list);

}  // namespace keygen::daemon

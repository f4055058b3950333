#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace keygen::inspection {

/// The words of a chrony.conf line: white space divides, and only a line that starts with one of "!;#%" is a
/// comment.
std::vector<std::string_view> split_chrony_line(std::string_view line);

/// Lower case, as chronyd compares words.
std::string to_lower(std::string_view text);

/// True for a directive of chronyd, in any case.
bool is_chrony_directive(std::string_view word);
/// Those that want exactly one word, or none, behind them.
bool is_one_word_directive(std::string_view lower);
bool is_bare_directive(std::string_view lower);

}  // namespace keygen::inspection

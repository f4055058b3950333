#pragma once

#include <keygen/export.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace keygen {

/// The candidate that `word` most likely is a slip of: fewest insertions, deletions, replacements and swaps
/// of neighbours, letters alike in both cases, at most one slip in three characters. The first of equals.
KEYGEN_API std::optional<std::string_view> closest_match(std::string_view word,
                                                         std::span<const std::string_view> candidates);

/// `; did you mean "X"?` for the end of an error, or nothing.
KEYGEN_API std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace keygen

#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace keygen {

/// The candidate that `word` most likely is a slip of: fewest insertions, deletions, replacements and swaps
/// of neighbours, letters alike in both cases, at most one slip in three characters. The first of equals.
std::optional<std::string_view> closest_match(std::string_view word,
                                              std::span<const std::string_view> candidates);

}  // namespace keygen

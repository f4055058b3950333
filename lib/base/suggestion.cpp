#include "base/suggestion.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace keygen {

namespace {

// More slips than this make another word of any length (ninja's EditDistance draws the same line).
constexpr std::size_t MAX_SLIPS = 3;

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Damerau and Levenshtein's distance, without swaps across other edits; three rows suffice for it.
std::size_t count_slips(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before_last, last(b.size() + 1), row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        before_last = last;
        last = row;
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = last[j - 1] + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
            const bool is_swap =
                i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]);
            if (is_swap)
                row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
    }
    return row[b.size()];
}

}  // namespace

std::optional<std::string_view> closest_match(std::string_view word,
                                              std::span<const std::string_view> candidates) {
    std::size_t fewest = std::clamp(word.size() / 3, std::size_t{1}, MAX_SLIPS) + 1;
    std::optional<std::string_view> closest;
    for (const auto candidate : candidates) {
        const auto longer = std::max(word.size(), candidate.size());
        const auto shorter = std::min(word.size(), candidate.size());
        if (word.empty() || longer - shorter >= fewest)
            continue;
        const auto slips = count_slips(word, candidate);
        if (slips < fewest && slips < candidate.size()) {
            fewest = slips;
            closest = candidate;
        }
    }
    return closest;
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates) {
    const auto match = closest_match(word, candidates);
    return match ? fmt::format("; did you mean \"{}\"?", *match) : std::string();
}

}  // namespace keygen

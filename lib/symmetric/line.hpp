#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace keygen::symmetric {

/// What one fgets of a daemon brings: a line, or a part of one that is too long for its buffer.
struct InputLine {
    std::string_view text;  ///< without the newline, and without what follows a zero byte
    std::size_t line = 0;   ///< 1-based
    bool is_part = false;   ///< of a line over the daemon's line_max
    bool has_zero = false;
};

/// Walks over a file as fgets with a buffer of line_max + 1 bytes does.
class PieceReader {
  public:
    PieceReader(std::string_view text, std::size_t line_max) : rest_(text), line_max_(line_max) {}
    std::optional<InputLine> next();

  private:
    std::string_view rest_;
    std::string_view line_rest_;
    std::size_t line_max_;
    std::size_t line_ = 0;
};

/// ntpd's and NTPsec's words (nexttok): apart by spaces and tabs, over at the first `#`. A carriage return is
/// a letter like any other.
class Words {
  public:
    explicit Words(std::string_view text) : rest_(text) {}
    std::optional<std::string_view> next();
    /// Whether a `#` stands right behind the last word, without a space.
    [[nodiscard]] bool ended_at_hash() const { return ended_at_hash_; }
    /// The comment from its `#` on, once all words are read, or empty.
    [[nodiscard]] std::string_view comment() const { return comment_; }

  private:
    std::string_view rest_;
    std::string_view comment_;
    bool ended_at_hash_ = false;
};

/// chrony's words (CPS_NormalizeLine, CPS_SplitWord): apart by any white space, none in a comment line.
std::vector<std::string_view> split_chrony_words(std::string_view text);

/// A key id as a daemon's C library reads it.
struct ReadId {
    std::uint32_t value = 0;
    bool is_plain = false;  ///< digits alone, and not so many that they wrap
};
/// ntpd and NTPsec: atoi, so 0 when there is no number.
ReadId read_id_by_atoi(std::string_view word);
/// chrony: sscanf with %u, so nothing when there is no number.
std::optional<ReadId> read_id_by_sscanf(std::string_view word);

}  // namespace keygen::symmetric

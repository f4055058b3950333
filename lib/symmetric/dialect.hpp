#pragma once

#include <keygen/symmetric.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace keygen::symmetric {

/// The dialects that a daemon has.
inline constexpr std::array DAEMON_DIALECTS{Dialect::ntpd, Dialect::ntpsec, Dialect::chrony};

/// ntpd and NTPsec take key text of up to this length as it stands and longer text as hexadecimal.
constexpr std::size_t MAX_LITERAL_LENGTH = 20;

/// 80 bits: chronyd warns about a digest key under this (MIN_SECURE_KEY_LENGTH in its keys.c).
constexpr std::size_t MIN_SECURE_KEY_BYTES = 10;

/// The numbers of one daemon, or for `common` the narrowest of all three.
struct DialectRules {
    std::string_view name;       ///< for options and JSON
    std::string_view daemon;     ///< for sentences
    std::uint32_t id_max;        ///< in a keys file; ntpd: NTP_MAXKEY, above are Autokey's
    std::uint32_t new_id_max;    ///< on a server line too; NTPsec up to 1.2.5 refuses its largest there
    std::size_t line_max;        ///< bytes before the newline; the daemon's fgets breaks longer lines in two
    std::size_t value_max;       ///< bytes of a key; what is beyond is dropped
    bool has_trailing_comments;  ///< `#` may follow a key
};

const DialectRules& rules_of(Dialect dialect);

/// Whether `text` begins as chrony's marks of a spelling do; the other daemons take them for a part of the
/// key.
bool has_chrony_prefix(std::string_view text);

/// Whether every byte is a visible ASCII character.
bool is_printable(std::string_view text);

}  // namespace keygen::symmetric

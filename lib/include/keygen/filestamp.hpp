#pragma once

#include <keygen/export.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace keygen {

/// Seconds since 1970-01-01 00:00:00 UTC.
using UnixTime = std::int64_t;

constexpr UnixTime SECONDS_PER_DAY = 86400;

/// NTP seconds modulo 2^32 (RFC 5905, section 6): the generation that a key file belongs to. The number wraps
/// on 2036-02-07, so two stamps are ordered by the sign of their 32-bit difference, as ntpd does.
class KEYGEN_API Filestamp {
  public:
    constexpr Filestamp() = default;
    constexpr explicit Filestamp(std::uint32_t ntp_seconds) : value_(ntp_seconds) {}

    static Filestamp from_unix(UnixTime time);
    /// 1 to 10 decimal digits below 2^32, nothing else.
    static std::optional<Filestamp> parse(std::string_view text);

    [[nodiscard]] constexpr std::uint32_t value() const { return value_; }
    /// The moment with this stamp that is nearest to `near`.
    [[nodiscard]] UnixTime to_unix(UnixTime near) const;
    [[nodiscard]] constexpr bool is_older_than(Filestamp other) const {
        return static_cast<std::int32_t>(value_ - other.value_) < 0;
    }
    [[nodiscard]] std::string text() const;

    friend constexpr bool operator==(Filestamp, Filestamp) = default;

  private:
    std::uint32_t value_ = 0;
};

/// "Mon Nov 23 01:59:20 2026", always in UTC: the library reads no environment, so no time zone either.
KEYGEN_API std::string format_ctime(UnixTime time);
/// "2026-11-23 01:59:20 UTC"
KEYGEN_API std::string format_utc(UnixTime time);

}  // namespace keygen

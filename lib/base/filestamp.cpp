#include <keygen/filestamp.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>

namespace keygen {

namespace {

static_assert(sizeof(std::time_t) == sizeof(UnixTime), "dates after 2038 need _TIME_BITS=64");

constexpr UnixTime UNIX_EPOCH_IN_NTP_SECONDS = 2208988800;

std::string format_gmtime(UnixTime time, const char* format) {
    const auto seconds = static_cast<std::time_t>(time);
    std::tm parts{};
    if (gmtime_r(&seconds, &parts) == nullptr)
        return std::to_string(time);
    std::array<char, 64> text{};
    const auto length = std::strftime(text.data(), text.size(), format, &parts);
    return {text.data(), length};
}

}  // namespace

Filestamp Filestamp::from_unix(UnixTime time) {
    return Filestamp(static_cast<std::uint32_t>(time + UNIX_EPOCH_IN_NTP_SECONDS));
}

std::optional<Filestamp> Filestamp::parse(std::string_view text) {
    constexpr std::size_t MAX_DIGITS = 10;
    if (text.size() > MAX_DIGITS)
        return std::nullopt;
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_decimal =
        !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!is_decimal || error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return Filestamp(value);
}

UnixTime Filestamp::to_unix(UnixTime near) const {
    const auto difference = static_cast<std::int32_t>(value_ - from_unix(near).value());
    return near + difference;
}

std::string Filestamp::text() const {
    return fmt::format("{}", value_);
}

std::string format_ctime(UnixTime time) {
    return format_gmtime(time, "%a %b %e %H:%M:%S %Y");
}

std::string format_utc(UnixTime time) {
    return format_gmtime(time, "%Y-%m-%d %H:%M:%S UTC");
}

}  // namespace keygen

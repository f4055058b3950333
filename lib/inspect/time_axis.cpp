#include "inspect/time_axis.hpp"

#include <algorithm>
#include <chrono>

namespace keygen::inspection {

namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::int64_t MAX_TICKS = 12;
constexpr std::int64_t MONTHS_PER_YEAR = 12;

UnixTime seconds_of(sys_days day) {
    return std::chrono::duration_cast<std::chrono::seconds>(day.time_since_epoch()).count();
}

sys_days day_of(UnixTime time) {
    return std::chrono::floor<std::chrono::days>(
        std::chrono::sys_time<std::chrono::seconds>(std::chrono::seconds(time)));
}

// Months since year 0, for steps that are whole months.
std::int64_t month_number(UnixTime time) {
    const year_month_day date(day_of(time));
    return static_cast<int>(date.year()) * MONTHS_PER_YEAR + static_cast<unsigned>(date.month()) - 1;
}

UnixTime start_of_month(std::int64_t number) {
    const auto date = std::chrono::year(static_cast<int>(number / MONTHS_PER_YEAR)) /
                      std::chrono::month(static_cast<unsigned>(number % MONTHS_PER_YEAR) + 1) /
                      std::chrono::day(1);
    return seconds_of(sys_days(date));
}

}  // namespace

TimeAxis::TimeAxis(UnixTime first, UnixTime last, int left, int right)
    : first_(first), last_(std::max(last, first + SECONDS_PER_DAY)), left_(left), right_(right) {
    const UnixTime margin = (last_ - first_) / 40;
    first_ -= margin;
    last_ += margin;
}

int TimeAxis::x_of(UnixTime time) const {
    const double share = static_cast<double>(time - first_) / static_cast<double>(last_ - first_);
    return left_ + static_cast<int>(std::clamp(share, 0.0, 1.0) * (right_ - left_));
}

std::vector<Tick> TimeAxis::ticks() const {
    constexpr std::size_t LENGTH_OF_DATE = 10;
    constexpr std::size_t LENGTH_OF_MONTH = 7;
    constexpr std::size_t LENGTH_OF_YEAR = 4;
    std::vector<Tick> ticks;
    const std::int64_t days = (last_ - first_) / SECONDS_PER_DAY;
    if (days <= 60) {
        const std::int64_t step = std::max<std::int64_t>(1, (days + MAX_TICKS - 1) / MAX_TICKS);
        for (UnixTime t = seconds_of(day_of(first_)) + SECONDS_PER_DAY; t < last_;
             t += step * SECONDS_PER_DAY)
            ticks.push_back({x_of(t), format_utc(t).substr(0, LENGTH_OF_DATE)});
        return ticks;
    }
    const std::int64_t months = month_number(last_) - month_number(first_) + 1;
    std::int64_t step = 1;
    for (const std::int64_t candidate : {1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000}) {
        step = candidate;
        if (months / step <= MAX_TICKS)
            break;
    }
    for (std::int64_t number = (month_number(first_) / step + 1) * step; start_of_month(number) < last_;
         number += step)
        ticks.push_back({x_of(start_of_month(number)),
                         format_utc(start_of_month(number))
                             .substr(0, step % MONTHS_PER_YEAR == 0 ? LENGTH_OF_YEAR : LENGTH_OF_MONTH)});
    return ticks;
}

}  // namespace keygen::inspection

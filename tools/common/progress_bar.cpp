#include "common/progress_bar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "common/signals.hpp"

namespace common {

namespace {

constexpr std::chrono::milliseconds REDRAW_INTERVAL{100};
// What is over sooner needs no bar.
constexpr std::chrono::milliseconds PATIENCE{400};
constexpr int BAR_WIDTH = 24;

}  // namespace

ProgressBar::ProgressBar(bool draws) : draws_(draws) {}

ProgressBar::~ProgressBar() {
    erase();
}

bool ProgressBar::is_cancelled() const {
    return is_interrupted();
}

void ProgressBar::report(std::string_view task, std::uint64_t tested, double expected) {
    if (!draws_)
        return;
    const std::lock_guard lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    if (task_ != task) {
        task_ = task;
        start_ = now;
    }
    if (now - start_ < PATIENCE || now - last_drawn_ < REDRAW_INTERVAL)
        return;
    last_drawn_ = now;
    draw(task, tested, expected);
}

void ProgressBar::finish(std::string_view) {
    const std::lock_guard lock(mutex_);
    erase();
}

// Every candidate has the same chance. The bar shows how likely the search would have been over by now; the
// time is what is still to come on average, which does not shrink while one waits.
void ProgressBar::draw(std::string_view task, std::uint64_t tested, double expected) {
    const double elapsed = std::chrono::duration<double>(last_drawn_ - start_).count();
    const double chance_to_be_done = 1 - std::exp(-static_cast<double>(tested) / expected);
    const double seconds_per_test = elapsed / static_cast<double>(std::max<std::uint64_t>(tested, 1));
    const int filled = static_cast<int>(chance_to_be_done * BAR_WIDTH);
    const std::string line =
        fmt::format("\r\033[K{} [{:#<{}}{:.<{}}] {} candidates, on average {:.0f} s to go", task, "", filled,
                    "", BAR_WIDTH - filled, tested, std::ceil(seconds_per_test * expected));
    (void)std::fwrite(line.data(), 1, line.size(), stderr);
    (void)std::fflush(stderr);
    drawn_ = true;
}

void ProgressBar::erase() {
    if (drawn_)
        (void)std::fputs("\r\033[K", stderr);
    drawn_ = false;
}

}  // namespace common

#pragma once

#include <keygen/progress.hpp>

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <string>

namespace front {

/// Cancels on SIGINT and SIGTERM, and draws a line about each running search on a terminal.
class ProgressBar final : public keygen::Progress {
 public:
    explicit ProgressBar(bool draws);
    ~ProgressBar() override;

    void report(std::string_view task, std::uint64_t tested, double expected) override;
    void finish(std::string_view task) override;
    [[nodiscard]] bool is_cancelled() const override;

 private:
    void draw(std::string_view task, std::uint64_t tested, double expected);
    void erase();

    bool draws_;
    bool drawn_ = false;
    std::mutex mutex_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    std::chrono::steady_clock::time_point last_drawn_{};
};

}  // namespace front

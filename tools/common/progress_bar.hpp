#pragma once

#include <keygen/resources.hpp>

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <string>

namespace common {

/// Cancels when is_interrupted(), and draws a line about each running search on a terminal.
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
    std::string task_;  ///< the one that start_ is of
    std::chrono::steady_clock::time_point start_{};
    std::chrono::steady_clock::time_point last_drawn_{};
};

}  // namespace common

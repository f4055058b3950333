#pragma once

#include <keygen/resources.hpp>

#include <atomic>
#include <map>
#include <mutex>
#include <string>

namespace keygen::test {

/// Cancels after `questions` questions; notes what is reported.
class FakeProgress final : public Progress {
  public:
    FakeProgress() = default;
    explicit FakeProgress(long questions) : is_limited_(true), questions_left_(questions) {}

    void report(std::string_view task, std::uint64_t tested, double expected) override {
        const std::lock_guard lock(mutex_);
        tested_[std::string(task)] = tested;
        expected_ = expected;
    }
    void finish(std::string_view task) override {
        const std::lock_guard lock(mutex_);
        ++finished_[std::string(task)];
    }
    [[nodiscard]] bool is_cancelled() const override { return is_limited_ && questions_left_-- <= 0; }

    [[nodiscard]] const std::map<std::string, int>& finished() const { return finished_; }
    [[nodiscard]] const std::map<std::string, std::uint64_t>& tested() const { return tested_; }
    [[nodiscard]] double expected() const { return expected_; }
    /// How often it was asked after it had said to cancel.
    [[nodiscard]] long asked_in_vain() const { return -questions_left_; }

  private:
    bool is_limited_ = false;
    mutable std::atomic<long> questions_left_ = 0;
    std::mutex mutex_;
    std::map<std::string, int> finished_;
    std::map<std::string, std::uint64_t> tested_;
    double expected_ = 0;
};

}  // namespace keygen::test

#pragma once

#include <keygen/error.hpp>
#include <keygen/resources.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>

#include "base/helper_threads.hpp"
#include "crypto/thread_budget.hpp"

namespace keygen::crypto {

/// What every search needs from its caller.
struct SearchContext {
    Random& random;
    Progress& progress;
    unsigned jobs = 1;              ///< threads
    ThreadBudget* cores = nullptr;  ///< given: threads beside the caller's own need a spare one of these
};

/// One search's shared state, seen by all its threads.
class Search {
  public:
    Search(std::string_view task, double expected_tests, Progress& progress)
        : task_(task), expected_tests_(expected_tests), progress_(progress) {}

    /// Asked between any two candidates: another thread found one, or the caller cancelled.
    [[nodiscard]] bool is_over() const {
        return over_.load(std::memory_order_relaxed) || progress_.is_cancelled();
    }
    void count_test() { progress_.report(task_, ++tests_, expected_tests_); }
    void end() { over_ = true; }

  private:
    std::string_view task_;
    double expected_tests_;
    Progress& progress_;
    std::atomic<std::uint64_t> tests_ = 0;
    std::atomic<bool> over_ = false;
};

/// Runs `attempt(search)` on up to `context.jobs` threads until one of them returns a value, and returns the
/// first. An attempt gives up with nullopt when search.is_over(). Throws what an attempt threw, or
/// Error(cancelled).
template <typename Attempt>
auto search_in_parallel(std::string_view task, double expected_tests, const SearchContext& context,
                        Attempt attempt) {
    using Found = decltype(attempt(std::declval<Search&>()));
    Search search(task, expected_tests, context.progress);
    std::mutex mutex;
    Found found;
    std::exception_ptr failure;
    {
        const auto work = [&] {
            try {
                Found result = attempt(search);
                const std::lock_guard lock(mutex);
                if (result && !found)
                    found = std::move(result);
            } catch (...) {
                const std::lock_guard lock(mutex);
                failure = std::current_exception();
            }
            search.end();
        };
        const auto work_on_spare_core = [&] {
            if (context.cores == nullptr) {
                work();
                return;
            }
            constexpr std::chrono::milliseconds PATIENCE{1};
            while (!context.cores->take_spare()) {
                if (search.is_over())
                    return;
                std::this_thread::sleep_for(PATIENCE);
            }
            const ThreadBudget::Lease core(*context.cores, std::adopt_lock);
            work();
        };
        const HelperThreads helpers(std::max(context.jobs, 1U) - 1, work_on_spare_core);
        work();
    }
    if (found) {
        context.progress.finish(task);
        return std::move(*found);
    }
    if (failure)
        std::rethrow_exception(failure);
    throw Error(ErrorCode::cancelled, "cancelled");
}

}  // namespace keygen::crypto

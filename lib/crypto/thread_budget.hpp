#pragma once

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace keygen::crypto {

/// The threads of one run that may work at the same time. There may be more of them: the others wait, for one
/// of these or for each other's results. Nobody asks for a core while it has one.
class ThreadBudget {
  public:
    explicit ThreadBudget(unsigned jobs) : free_(std::max(jobs, 1U)) {}

    /// A core, for as long as this lives.
    class Lease {
      public:
        /// Waits for a core.
        explicit Lease(ThreadBudget& cores) : cores_(cores) { cores.take(); }
        /// Has one that was taken with take_spare().
        Lease(ThreadBudget& cores, std::adopt_lock_t) : cores_(cores) {}
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        ~Lease() { cores_.give_back(); }

      private:
        ThreadBudget& cores_;
    };

    /// Takes a core that nobody waits for; false when there is none.
    bool take_spare() {
        const std::lock_guard lock(mutex_);
        if (free_ <= waiting_)
            return false;
        --free_;
        return true;
    }

  private:
    void take() {
        std::unique_lock lock(mutex_);
        ++waiting_;
        given_back_.wait(lock, [this] { return free_ > 0; });
        --waiting_;
        --free_;
    }
    void give_back() {
        {
            const std::lock_guard lock(mutex_);
            ++free_;
        }
        given_back_.notify_one();
    }

    std::mutex mutex_;
    std::condition_variable given_back_;
    unsigned free_;
    unsigned waiting_ = 0;
};

}  // namespace keygen::crypto

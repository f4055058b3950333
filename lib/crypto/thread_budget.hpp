#pragma once

#include <atomic>

namespace keygen::crypto {

/// The threads that a run may use beside the caller's own. OpenSSL searches a host key on one of them for as
/// long as all of an identity search takes: whoever has none to take does not slow it down.
class ThreadBudget {
  public:
    explicit ThreadBudget(unsigned jobs) : free_(jobs > 0 ? jobs - 1 : 0) {}

    bool take() {
        unsigned free = free_;
        while (free > 0) {
            if (free_.compare_exchange_weak(free, free - 1))
                return true;
        }
        return false;
    }
    void give_back() { ++free_; }

    /// Gives a core back that was taken before.
    class Lease {
      public:
        explicit Lease(ThreadBudget* cores) : cores_(cores) {}
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        ~Lease() {
            if (cores_ != nullptr)
                cores_->give_back();
        }

      private:
        ThreadBudget* cores_;
    };

  private:
    std::atomic<unsigned> free_;
};

}  // namespace keygen::crypto

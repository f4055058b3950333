#pragma once

#include <exception>
#include <thread>
#include <vector>

namespace keygen {

/// Threads that do the same work as the caller at its side, and are waited for when this goes. (libc++ 19 has
/// no std::jthread yet.)
class HelperThreads {
  public:
    /// Up to `count`: where the system gives no more threads, or no memory for them, those there are do the
    /// work.
    template <typename Work>
    HelperThreads(unsigned count, const Work& work) {
        try {
            for (unsigned i = 0; i < count; ++i)
                threads_.emplace_back(work);
        } catch (const std::exception&) {
            return;
        }
    }
    HelperThreads(const HelperThreads&) = delete;
    HelperThreads& operator=(const HelperThreads&) = delete;
    ~HelperThreads() {
        for (std::thread& thread : threads_)
            thread.join();
    }

  private:
    std::vector<std::thread> threads_;
};

}  // namespace keygen

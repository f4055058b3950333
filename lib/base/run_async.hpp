#pragma once

#include <future>
#include <system_error>

namespace keygen {

/// Runs `work` on a thread of its own, where it may have one and the system gives it; else when its result is
/// asked for.
template <typename Work>
auto run_async(bool may_have_thread, Work work) {
    if (may_have_thread) {
        try {
            return std::async(std::launch::async, work);
        } catch (const std::system_error&) {
            // The system has no thread left.
        }
    }
    return std::async(std::launch::deferred, work);
}

}  // namespace keygen

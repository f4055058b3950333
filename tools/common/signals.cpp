#include "common/signals.hpp"

#include <atomic>

namespace common {

namespace {

constexpr std::array SIGNALS = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

// Set by a handler and read by the threads of a search.
std::atomic<bool> interrupted = false;
static_assert(std::atomic<bool>::is_always_lock_free);

void interrupt(int) {
    interrupted = true;
}

}  // namespace

bool is_interrupted() {
    return interrupted;
}

CancelOnSignals::CancelOnSignals() {
    struct sigaction action {};
    // No SA_RESTART: whoever waits for a password or a lock has to hear of it.
    action.sa_handler = interrupt;
    sigemptyset(&action.sa_mask);
    for (std::size_t i = 0; i < SIGNALS.size(); ++i) {
        ::sigaction(SIGNALS[i], nullptr, &before_[i]);
        // nohup(1) wants its command to go on.
        if (before_[i].sa_handler != SIG_IGN || SIGNALS[i] != SIGHUP)
            ::sigaction(SIGNALS[i], &action, nullptr);
    }
}

CancelOnSignals::~CancelOnSignals() {
    for (std::size_t i = 0; i < SIGNALS.size(); ++i)
        ::sigaction(SIGNALS[i], &before_[i], nullptr);
}

}  // namespace common

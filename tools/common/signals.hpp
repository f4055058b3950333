#pragma once

#include <keygen/resources.hpp>

#include <signal.h>

#include <array>

namespace common {

/// True after SIGINT, SIGTERM, SIGHUP or SIGQUIT while a CancelOnSignals lived.
bool is_interrupted();

/// While this lives, SIGINT, SIGTERM, SIGHUP and SIGQUIT do not end the process but let is_interrupted() say
/// so.
class CancelOnSignals {
  public:
    CancelOnSignals();
    CancelOnSignals(const CancelOnSignals&) = delete;
    CancelOnSignals& operator=(const CancelOnSignals&) = delete;
    ~CancelOnSignals();

  private:
    std::array<struct sigaction, 4> before_{};
};

/// Shows nothing and cancels when is_interrupted().
class Cancellation final : public keygen::Progress {
  public:
    void report(std::string_view, std::uint64_t, double) override {}
    void finish(std::string_view) override {}
    [[nodiscard]] bool is_cancelled() const override { return is_interrupted(); }
};

}  // namespace common

#pragma once

#include <keygen/filestamp.hpp>

#include <string>
#include <vector>

namespace keygen::inspection {

struct Tick {
    int x = 0;
    std::string label;
};

/// Maps moments to pixels and finds round dates to mark.
class TimeAxis {
  public:
    TimeAxis(UnixTime first, UnixTime last, int left, int right);

    [[nodiscard]] int x_of(UnixTime time) const;
    /// At the beginnings of days, months or years, at most a dozen or so.
    [[nodiscard]] std::vector<Tick> ticks() const;

  private:
    UnixTime first_;
    UnixTime last_;
    int left_;
    int right_;
};

}  // namespace keygen::inspection

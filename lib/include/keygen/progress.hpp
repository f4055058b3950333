#pragma once

#include <keygen/export.hpp>

#include <cstdint>
#include <string_view>

namespace keygen {

/// Watches a long search and can end it. Called from several threads at once.
class KEYGEN_API Progress {
  public:
    virtual ~Progress();

    /// `tested` candidates of `task` have had a full primality test so far, of `expected` on average. A
    /// search has no memory: having tested more than expected says nothing about what is still to come.
    virtual void report(std::string_view task, std::uint64_t tested, double expected) = 0;
    /// `task` has found what it searched.
    virtual void finish(std::string_view task) = 0;
    /// Asked between any two candidates.
    [[nodiscard]] virtual bool is_cancelled() const = 0;
};

/// Reports to nobody and never cancels.
KEYGEN_API Progress& silent_progress();

}  // namespace keygen

#pragma once

#include <keygen/export.hpp>

#include <cstdint>
#include <span>
#include <string_view>

namespace keygen {

/// Where secret numbers come from. Called from several threads at once.
class KEYGEN_API Random {
  public:
    virtual ~Random();
    /// Fills `bytes` or throws Error(crypto).
    virtual void fill(std::span<std::uint8_t> bytes) = 0;
};

/// OpenSSL's private generator (RAND_priv_bytes).
KEYGEN_API Random& private_random();

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

/// What long computations take from their caller.
struct Resources {
    Random& random = private_random();
    Progress& progress = silent_progress();
    unsigned jobs = 1;  ///< threads
};

}  // namespace keygen

#pragma once

#include <keygen/export.hpp>

#include <cstdint>
#include <span>

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

}  // namespace keygen

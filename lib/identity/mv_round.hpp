#pragma once

#include <keygen/identity.hpp>

#include <optional>

#include "crypto/fixed_base.hpp"
#include "crypto/number.hpp"

namespace keygen::identity {

/// One MV challenge and the server's answer (crypto_alice3, crypto_bob3), which any number of clients can
/// verify.
class MvRound {
  public:
    /// Throws Error(not_proven) for a server key that would let everybody pass.
    MvRound(const IdentityKey& server, Random& random);
    /// Makes what follows cheaper where it follows often.
    void prepare_for_many();
    /// What crypto_mv does on a client. Throws Error(not_proven). May be called from several threads at once.
    void verify(const IdentityKey& client) const;

  private:
    crypto::Number p_;
    crypto::Number challenge_;
    crypto::Number answer_, gbar_, ghat_;
    std::optional<crypto::FixedBase> powers_of_gbar_, powers_of_ghat_;
};

}  // namespace keygen::identity

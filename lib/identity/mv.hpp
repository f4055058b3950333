#pragma once

#include <keygen/identity.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "crypto/fixed_base.hpp"
#include "crypto/number.hpp"
#include "crypto/search.hpp"

namespace keygen {

/// The number of clients that a modulus of this size has room for: each takes a prime factor of at least 8
/// bits.
unsigned max_mv_clients(unsigned modulus_bits);

unsigned mv_client_count(const IdentityKey& authority);
/// 1-based, ascending.
std::vector<std::uint32_t> mv_revoked(const IdentityKey& authority);

/// The authority with exactly these clients revoked. Throws Error(bad_request) naming a client that does not
/// exist, or when none would be left.
IdentityKey revoke_mv(const IdentityKey& authority, std::span<const std::uint32_t> clients);

namespace identity {

/// As the public function of this name, for a caller that shares the cores with other work.
IdentityKey generate_mv(unsigned modulus_bits, unsigned clients, const crypto::SearchContext& context);

/// One MV challenge and the server's answer (crypto_alice3, crypto_bob3), which any number of clients can
/// verify.
class MvRound {
  public:
    /// `order` makes answering and verifying many clients cheap for whoever knows in what part of the group
    /// the server answers: the powers of its numbers repeat after so many. Where they do not, it changes
    /// nothing. Throws Error(not_proven) for a server key that would let everybody pass.
    MvRound(const IdentityKey& server, Random& random, const crypto::Number* order = nullptr);
    /// What crypto_mv does on a client. Throws Error(not_proven). May be called from several threads at once.
    void verify(const IdentityKey& client) const;

  private:
    crypto::Number p_;
    crypto::Number challenge_;
    crypto::Number answer_, gbar_, ghat_;
    struct Powers {
        crypto::Number order;
        crypto::FixedBase gbar, ghat;
    };
    std::optional<Powers> powers_;
};

/// Issues the clients' keys of an authority, which outlives it. May be used from several threads at once.
class MvIssuer {
  public:
    explicit MvIssuer(const IdentityKey& authority);
    /// Throws Error(bad_request) for one that does not exist.
    [[nodiscard]] IdentityKey client_key(std::uint32_t client) const;

  private:
    const IdentityKey& authority_;
    crypto::Number sum_of_powers_, inverse_of_b_;
};

/// The order of the numbers with which a server of this authority answers: the product of the factors that
/// its enabling key leaves out.
crypto::Number mv_answer_order(const IdentityKey& authority);

}  // namespace identity

}  // namespace keygen

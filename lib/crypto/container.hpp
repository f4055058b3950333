#pragma once

#include <keygen/secret.hpp>

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "crypto/number.hpp"

namespace keygen::crypto {

/// The five integers of a DSA private key. Identity schemes put other things into these places (formats:
/// ntpkey(5)).
struct DsaNumbers {
    Number p, q, g, pub, priv;
};

/// The eight integers of an RSA private key; GQ uses n, e, d, p and q for other things.
struct RsaNumbers {
    Number n, e, d, p, q, dmp1, dmq1, iqmp;
};

/// One client of an MV trusted authority: its prime factor of q and the m-th power of its root (RFC 5906,
/// appendix).
struct MvClientNumbers {
    Number factor, power;
};

/// Everything an MV trusted authority needs to revoke and to issue again. The last of `clients` belongs to
/// nobody: its factor is always left out of the enabling key.
struct MvAuthorityNumbers {
    Number p, q, g, a, b;
    std::vector<MvClientNumbers> clients;
    std::vector<std::uint32_t> revoked;  ///< 1-based
};

using KeyNumbers = std::variant<RsaNumbers, DsaNumbers, MvAuthorityNumbers>;

RsaNumbers clone(const RsaNumbers& numbers);
DsaNumbers clone(const DsaNumbers& numbers);
MvAuthorityNumbers clone(const MvAuthorityNumbers& numbers);

/// DER of RSAPrivateKey, DSAPrivateKey (version 0, then the integers), or of the authority's own structure:
/// SEQUENCE { version 0, p, q, g, A, b, SEQUENCE OF SEQUENCE { factor, power }, SEQUENCE OF INTEGER revoked
/// }.
SecretBytes encode(const RsaNumbers& numbers);
SecretBytes encode(const DsaNumbers& numbers);
SecretBytes encode(const MvAuthorityNumbers& numbers);

/// Throw Error(bad_file) when `der` is anything but that structure, to its last byte.
RsaNumbers decode_rsa(std::span<const std::uint8_t> der);
DsaNumbers decode_dsa(std::span<const std::uint8_t> der);
MvAuthorityNumbers decode_mv_authority(std::span<const std::uint8_t> der);

}  // namespace keygen::crypto

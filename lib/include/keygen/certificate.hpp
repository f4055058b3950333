#pragma once

#include <keygen/export.hpp>
#include <keygen/filestamp.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace keygen {

/// The defaults; ntp-keygen's own stand beside them.
constexpr std::string_view DEFAULT_DIGEST_SCHEME = "RSA-SHA256";
constexpr std::string_view COMPAT_DIGEST_SCHEME = "RSA-MD5";
constexpr std::string_view DEFAULT_CIPHER = "AES-256-CBC";
constexpr std::string_view COMPAT_CIPHER = "DES-EDE3-CBC";

/// Which key signs with a digest scheme.
enum class SignKeyType { rsa, dsa };
KEYGEN_API std::string_view name_of(SignKeyType type);

/// "OpenSSL 3.0.22 25 Aug 2026", as loaded.
KEYGEN_API std::string openssl_version();

/// What extendedKeyUsage says: nothing, `trustRoot` (TC, -T) or `private` (PC, -P). RFC 5906, section 9.1.
enum class CertificateKind { plain, trusted, private_ };
KEYGEN_API std::string_view name_of(CertificateKind kind);

/// The last second an X.509 time can name: 9999-12-31 23:59:59 UTC (RFC 5280, section 4.1.2.5).
constexpr UnixTime LAST_CERTIFICATE_TIME = 253402300799;

struct CertificateFields {
    std::string subject;  ///< common name, "host" or "host@group"
    std::string issuer;   ///< common name
    std::string serial;   ///< decimal
    UnixTime not_before = 0;
    UnixTime not_after = 0;
    std::string digest_scheme;  ///< "RSA-SHA256"; OpenSSL's own name when it is none of digest_schemes()
    std::string key_type;       ///< "RSA", "DSA", or OpenSSL's name
    unsigned modulus_bits = 0;
    CertificateKind kind = CertificateKind::plain;
    bool is_authority = false;  ///< basicConstraints CA:TRUE
    /// The octets of subjectKeyIdentifier, where GQ keeps its public value; empty when there is none.
    std::vector<std::uint8_t> subject_key_identifier;
    /// The number that ntpd takes from that extension, which is not always the octets' (hexadecimal; ntpd's
    /// cert_parse).
    std::string gq_value_as_ntpd_reads;
    std::string fingerprint;  ///< SHA-256 of the DER, hexadecimal
};

/// The part of a certificate's common name before and after the first '@'; the group is empty when there is
/// none.
struct HostAndGroup {
    std::string host;
    std::string group;
};
KEYGEN_API HostAndGroup split_common_name(std::string_view common_name);

}  // namespace keygen

#pragma once

#include <keygen/certificate.hpp>

#include <cstdint>
#include <string_view>
#include <vector>

#include "crypto/algorithm.hpp"
#include "crypto/handle.hpp"
#include "crypto/key_pair.hpp"

namespace keygen::crypto {

struct CertificateRequest {
    std::string common_name;  ///< "host" or "host@group"; subject and issuer
    std::uint32_t serial = 0;
    UnixTime not_before = 0;
    UnixTime not_after = 0;
    CertificateKind kind = CertificateKind::plain;
    std::vector<std::uint8_t> subject_key_identifier;  ///< GQ's public value as ntpd wants it; empty for none
};

/// PEM of a self-signed X.509v3 certificate (RFC 5906, section 9.1).
SecretBytes format_certificate(const CertificateRequest& request, const KeyPair& sign_key,
                               const DigestScheme& scheme);

/// A certificate as it was read: what it says, and the handle for questions to OpenSSL.
struct ParsedCertificate {
    CertificateFields fields;
    X509Ptr x509;
};

/// The first certificate in `pem`. Throws Error(bad_file).
ParsedCertificate parse_certificate(std::string_view pem);
/// True when the certificate verifies with the public key it carries.
bool is_self_signed(const ParsedCertificate& certificate);
/// True when `key` is the key pair whose public part the certificate carries.
bool carries_public_part_of(const ParsedCertificate& certificate, const KeyPair& key);

}  // namespace keygen::crypto

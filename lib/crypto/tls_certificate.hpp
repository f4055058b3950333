#pragma once

#include <keygen/filestamp.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "crypto/handle.hpp"

namespace keygen::crypto {

/// What matters of a certificate that a server of Network Time Security shows (RFC 8915, RFC 5280).
struct TlsCertificate {
    X509Ptr x509;
    std::string subject;  ///< common name
    UnixTime not_before = 0;
    UnixTime not_after = 0;
    bool names_hosts = false;   ///< subjectAltName has a DNS name or an address
    bool is_authority = false;  ///< basicConstraints CA:TRUE
    bool serves = false;        ///< extendedKeyUsage is absent or has serverAuth
};

/// All certificates of a file, in its order. Throws Error(bad_file) where there is none, or one is damaged.
std::vector<TlsCertificate> parse_tls_certificates(std::string_view pem);
/// True when the first private key of a file, which is not encrypted, is the certificate's. Throws
/// Error(bad_file) where there is none that can be read.
bool is_key_of(std::string_view key_pem, const TlsCertificate& certificate);
bool is_issued_by(const TlsCertificate& certificate, const TlsCertificate& issuer);
/// True where subjectAltName, or for want of it the common name, has this host's name or address.
bool is_for_host(const TlsCertificate& certificate, const std::string& host);
/// True where one of `authorities`, or for nullptr of this machine's own, vouches for the first certificate
/// of `chain`, at whatever time.
bool is_vouched_for(const std::vector<TlsCertificate>& chain, const std::vector<TlsCertificate>* authorities);

}  // namespace keygen::crypto

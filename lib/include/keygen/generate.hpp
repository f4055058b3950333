#pragma once

#include <keygen/certificate.hpp>
#include <keygen/gq.hpp>
#include <keygen/identity.hpp>
#include <keygen/keysdir.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace keygen {

/// Sizes of host and sign keys, in bits. OpenSSL generates none below, ntpd was seen to work up to here.
constexpr unsigned MIN_MODULUS_BITS = 512;
constexpr unsigned MAX_MODULUS_BITS = 4096;

constexpr unsigned DEFAULT_MODULUS_BITS = 2048;
constexpr unsigned DEFAULT_IDENTITY_BITS = 2048;
constexpr unsigned COMPAT_MODULUS_BITS = 512;
constexpr unsigned COMPAT_IFF_BITS = 256;
constexpr unsigned COMPAT_IDENTITY_BITS = 512;  ///< GQ and MV
constexpr int DEFAULT_LIFETIME_DAYS = 365;

/// The identity key that a request wants to exist.
struct IdentityRequest {
    IdentityScheme scheme = IdentityScheme::iff;
    unsigned mv_clients = 0;               ///< MV only
    GqLayout gq_layout = GqLayout::stock;  ///< GQ only: for the clients' file
    bool replace_existing = false;         ///< make a new one even where the group has one
};

/// Makes a host's keys and certificate and a group's identity keys. What is there is kept unless it is asked
/// for anew; the certificate is always made anew, with a filestamp of its own.
struct GenerateRequest {
    KeysdirOptions keysdir;
    std::string host;                  ///< as ntpd's `crypto host`, or its gethostname(2)
    std::optional<std::string> group;  ///< none: that of the linked certificate; empty: no group
    UnixTime now = 0;
    std::optional<Filestamp> filestamp;  ///< none: `now`, or the next second that is free
    SecretBytes password;
    std::optional<unsigned> modulus_bits;
    std::optional<unsigned> identity_bits;
    std::optional<std::string> digest_scheme;  ///< none: that of the linked certificate
    std::optional<std::string> cipher;
    std::optional<int> lifetime_days;
    std::optional<CertificateKind> kind;  ///< none: that of the linked certificate
    std::optional<SignKeyType> new_sign_key;
    bool new_host_key = false;
    bool openssl_keygen = false;  ///< RSA keys come from OpenSSL's own generator, as always in FIPS mode
    std::optional<IdentityRequest> identity;
    std::optional<int> renew_before_days;  ///< do nothing while the linked certificate is good for longer
    bool compat = false;                   ///< ntp-keygen's defaults
};

struct GenerateReport {
    KeysdirChanges changes;
    std::string host;
    std::string group;  ///< empty: none
    Filestamp filestamp;
    bool is_unchanged = false;             ///< nothing was due (renew_before_days)
    CertificateFields certificate;         ///< the new one, or the one that is still good; empty with dry_run
    std::vector<std::string> server_conf;  ///< lines for ntp.conf
    std::vector<std::string> server_steps;  ///< commands here, before those on a client
    std::vector<std::string> client_conf;
    std::vector<std::string> client_steps;  ///< commands on a client
};

/// Throws Error: bad_request for what can never work, not_found and input_output about the directory,
/// wrong_password, already_exists, locked, cancelled, not_proven. Nothing has changed then.
KEYGEN_API GenerateReport generate(const GenerateRequest& request, const Resources& resources);

}  // namespace keygen

#pragma once

#include <keygen/certificate.hpp>
#include <keygen/identity.hpp>
#include <keygen/keysdir.hpp>
#include <keygen/secret.hpp>

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

/// Hands out a group's identity file without changing the directory.
struct ExportRequest {
    KeysdirOptions keysdir;
    std::string host;
    std::optional<std::string> group;  ///< none: that of the linked certificate
    UnixTime now = 0;
    SecretBytes password;
    std::optional<IdentityScheme> scheme;  ///< none: the one scheme the group has
    std::optional<SecretBytes>
        export_password;  ///< given: the server's key under this password, not the clients' file
    std::optional<std::string> cipher;       ///< for the server's key
    std::optional<std::uint32_t> mv_client;  ///< none: client 1
    GqLayout gq_layout = GqLayout::stock;
};

struct ExportReport {
    SecretBytes text;       ///< the whole file, header and PEM
    std::string file_name;  ///< the one its header says
    IdentityScheme scheme = IdentityScheme::iff;
    bool is_secret = false;  ///< nobody else may read it
    std::vector<std::string> warnings;
};

/// Throws Error: not_found when the group has no such key, bad_request when it has several and none was named
/// or when the other reading's GQ file was handed out, wrong_password, unsupported with a hint how to repair
/// the key.
KEYGEN_API ExportReport export_identity(const ExportRequest& request, const Resources& resources);

/// Makes a key directory of ntp-keygen's work with stock ntpd, as far as it can be: GQ keys are rewritten for
/// the stock reading, clients' files written, missing group links added.
struct RepairRequest {
    KeysdirOptions keysdir;
    std::string host;
    std::optional<std::string> group;
    UnixTime now = 0;
    SecretBytes password;
    std::optional<std::string> cipher;
};

struct RepairReport {
    KeysdirChanges changes;
    std::vector<std::string> repaired;       ///< a sentence each
    std::vector<std::string> beyond_repair;  ///< a sentence each, with the command that makes new keys
};

KEYGEN_API RepairReport repair(const RepairRequest& request, const Resources& resources);

/// Rewrites an MV server key so that exactly these clients are locked out, under its original filestamp; the
/// other clients need no new files. Clients' files that got lost can be written again.
struct RevokeRequest {
    KeysdirOptions keysdir;
    std::string host;
    std::optional<std::string> group;
    UnixTime now = 0;
    SecretBytes password;
    std::optional<std::vector<std::uint32_t>> clients;  ///< none: as before; empty lets all back in
    unsigned rewrite_clients = 0;                       ///< also write the files of clients 1 to this again
    std::optional<std::string> cipher;
};

struct RevokeReport {
    KeysdirChanges changes;
    std::string group;
    unsigned clients = 0;
    std::vector<std::uint32_t> revoked;
};

KEYGEN_API RevokeReport revoke(const RevokeRequest& request, const Resources& resources);

/// Puts all private keys of a directory, of whatever host, group and generation, the MV trusted authority
/// among them, under a new password, with this library's own strong key derivation. ntpd has one password for
/// all of them (`crypto pw`). Keys that are not encrypted become so; client parameters never are.
struct ChangePasswordRequest {
    KeysdirOptions keysdir;
    SecretBytes password;               ///< today's; not used for keys that are not encrypted
    SecretBytes new_password;           ///< may be the same, to have everything encrypted anew
    std::optional<std::string> cipher;  ///< none: DEFAULT_CIPHER
};

struct ChangePasswordReport {
    KeysdirChanges changes;
};

/// Each file is read back and compared before any is replaced. Throws Error: wrong_password naming the file
/// that does not open, bad_file, not_found when there is no private key; nothing has changed then.
KEYGEN_API ChangePasswordReport change_password(const ChangePasswordRequest& request,
                                                const Resources& resources);

}  // namespace keygen

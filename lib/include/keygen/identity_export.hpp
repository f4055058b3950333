#pragma once

#include <keygen/filestamp.hpp>
#include <keygen/gq.hpp>
#include <keygen/identity.hpp>
#include <keygen/keysdir.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace keygen {

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

}  // namespace keygen

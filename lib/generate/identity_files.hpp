#pragma once

#include <keygen/identity.hpp>
#include <keygen/keysdir.hpp>

#include <functional>
#include <string>
#include <vector>

#include "crypto/derived_key.hpp"
#include "identity/mv.hpp"
#include "keysdir/filename.hpp"
#include "keysdir/staging.hpp"

namespace keygen::generation {

using keysdir::StagedFile;
using keysdir::StagedLink;

/// Everything needed to turn identity keys into files.
struct IdentityFileSettings {
    std::string host;
    std::string owner;  ///< the group, or the host when there is none
    Filestamp filestamp;
    UnixTime time = 0;
    const SecretBytes& password;
    std::string cipher;
    GqLayout gq_layout = GqLayout::stock;
    bool is_group = false;  ///< the owner is a group: its hosts' certificates name it
    /// Derived from `password` beforehand, for the one file of a new identity that PBKDF2 protects.
    const crypto::DerivedKey* derived_key = nullptr;
};

/// How slowly a key of this scheme derives that key.
int key_derivation_rounds(IdentityScheme scheme);

/// Server and clients' files of a new identity key (for MV: of an authority), each formatted, read back and
/// proven against the others. Links go under the owner, and under the host where it differs.
std::vector<StagedFile> make_identity_files(const IdentityKey& key, const IdentityFileSettings& settings,
                                            const Resources& resources);

/// The file that all clients of an IFF or GQ server key share.
StagedFile make_client_file(const IdentityKey& key, const IdentityFileSettings& settings);
/// An MV client's own.
StagedFile make_mv_client_file(const identity::MvIssuer& issuer, std::uint32_t client,
                               const IdentityFileSettings& settings);
/// The server's file; for MV from the authority.
StagedFile make_server_file(const IdentityKey& key, const IdentityFileSettings& settings);
StagedFile make_authority_file(const IdentityKey& authority, const IdentityFileSettings& settings);

/// Proves an MV server's file against all clients, 1 to n: those that `authority` has revoked must fail, the
/// others pass. `client_key` gives a client's key; it is called from several threads at once.
void prove_mv_clients(const IdentityKey& server, const IdentityKey& authority,
                      const std::function<IdentityKey(std::uint32_t)>& client_key,
                      const Resources& resources);

/// The names of the links that ntpd and this project look for under `key` ("iffkey").
std::vector<std::string> identity_links(const std::string& key, const std::string& host,
                                        const std::string& owner);

}  // namespace keygen::generation

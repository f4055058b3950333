#pragma once

#include <keygen/generate.hpp>

#include "crypto/algorithm.hpp"
#include "keysdir/linked_keys.hpp"
#include "keysdir/staging.hpp"

namespace keygen::generation {

using keysdir::LinkedCertificate;
using keysdir::LinkedIdentity;
using keysdir::LinkedKeyPair;
using keysdir::StagedFile;

/// What a request comes down to in this directory: what is kept, what is made, and all choices that the
/// request left open.
struct Plan {
    std::optional<LinkedCertificate> certificate;
    std::optional<LinkedKeyPair> host_key;  ///< kept
    std::optional<LinkedKeyPair> sign_key;  ///< kept
    std::optional<LinkedIdentity> gq_key;   ///< kept; its public value goes into the certificate
    struct KeptIdentity {
        IdentityScheme scheme = IdentityScheme::iff;
        keysdir::FileName name;  ///< as the server key's header has it
    };
    std::vector<KeptIdentity> kept_identities;

    bool nothing_is_due = false;
    bool makes_host_key = false;
    bool makes_identity = false;
    bool is_mere_renewal = false;  ///< the same keys, kind and group: nothing is new to the clients

    std::string host;
    std::string group;
    DigestScheme scheme;
    std::string cipher;
    CertificateKind kind = CertificateKind::plain;
    unsigned modulus_bits = 0;
    unsigned identity_bits = 0;
    Filestamp filestamp;
    UnixTime time = 0;  ///< the filestamp's moment; notBefore
    UnixTime not_after = 0;

    [[nodiscard]] const std::string& identity_owner() const { return group.empty() ? host : group; }
    [[nodiscard]] std::string common_name() const { return group.empty() ? host : host + "@" + group; }
};

/// Looks at the directory and decides; notes what is kept, and warnings, in `changes`.
Plan make_plan(const GenerateRequest& request, const keysdir::Directory& directory, KeysdirChanges& changes);

}  // namespace keygen::generation

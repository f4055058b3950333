#pragma once

#include <keygen/generate.hpp>

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

/// Throws Error(bad_request) for what can be refused without looking at the directory.
void require_possible(const GenerateRequest& request);
/// Throws Error(bad_request) for a certificate from `begin` on that would end after the year 9999.
void require_end_in_range(const GenerateRequest& request, UnixTime begin);
/// The scheme that a request names, whole ("RSA-SHA256") or by the digest alone, for this type of sign key.
/// Throws Error(bad_request).
const DigestScheme& find_scheme_for(SignKeyType type, std::string_view name);
unsigned default_identity_bits(const GenerateRequest& request);
/// The size of a new host or sign key: what is asked for, or the default.
unsigned default_modulus_bits(const GenerateRequest& request);

/// Looks at the directory and decides; notes what is kept, and warnings, in `changes`.
Plan make_plan(const GenerateRequest& request, const keysdir::Directory& directory, KeysdirChanges& changes);

/// The files that carrying out the plan makes, without content: for a dry run.
std::vector<StagedFile> plan_files(const Plan& plan, const GenerateRequest& request);

}  // namespace keygen::generation

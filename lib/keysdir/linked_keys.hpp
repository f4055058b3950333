#pragma once

#include <keygen/identity.hpp>
#include <keygen/keysdir.hpp>

#include <optional>
#include <string>
#include <vector>

#include "crypto/certificate.hpp"
#include "crypto/key_pair.hpp"
#include "keysdir/directory.hpp"
#include "keysdir/filename.hpp"

namespace keygen::keysdir {

/// A file that a link leads to, with the name in its header.
struct LinkedFile {
    std::string link;
    std::string file;
    FileName header;
    SecretBytes text;
    std::string path;  ///< for messages
};

struct LinkedKeyPair {
    LinkedFile source;
    crypto::KeyPair key;
};

struct LinkedCertificate {
    LinkedFile source;
    crypto::ParsedCertificate certificate;
};

struct LinkedIdentity {
    LinkedFile source;
    IdentityKey key;
};

/// The file behind `link`; nothing when there is no such link. Throws Error(bad_file) for one that ntpd would
/// refuse.
std::optional<LinkedFile> find_linked_file(const Directory& directory, const LinkName& link);

std::optional<LinkedKeyPair> find_key_pair(const Directory& directory, const LinkName& link,
                                           const SecretBytes& password);
std::optional<LinkedCertificate> find_certificate(const Directory& directory, const std::string& host);

/// Whose identity keys a directory holds for this host: the group that was asked for, else that of the
/// certificate, else none.
std::string group_in_use(const std::optional<std::string>& asked_for,
                         const std::optional<LinkedCertificate>& certificate);

/// The link to the group's identity file, also where ntp-keygen put it: under the host's name, to a file
/// under the group's. `group` may be empty for a host without one.
std::optional<LinkedFile> find_identity_file(const Directory& directory, IdentityScheme scheme,
                                             IdentityRole role, const std::string& host,
                                             const std::string& group);
std::optional<LinkedIdentity> find_identity(const Directory& directory, IdentityScheme scheme,
                                            IdentityRole role, const std::string& host,
                                            const std::string& group, const SecretBytes& password);

/// "iffkey", "gqpar", "mvta": the link's key for a scheme and role.
std::string link_key_of(IdentityScheme scheme, IdentityRole role);

}  // namespace keygen::keysdir

#pragma once

#include <keygen/inspect.hpp>

#include <sys/types.h>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "inspect/consistency.hpp"
#include "inspect/findings.hpp"
#include "keysdir/directory.hpp"
#include "keysdir/header.hpp"

namespace keygen::inspection {

/// What the names in a directory tell without opening a file.
struct DirectoryNames {
    std::set<std::string, std::less<>> hosts;    ///< that have a host key's or certificate's link
    std::set<std::string, std::less<>> signers;  ///< that have a sign key's
    bool has_authority = false;                  ///< an MV trusted authority's file
    std::map<std::string, unsigned, std::less<>> mv_clients;  ///< by owner: the largest number of a client
    std::set<std::string, std::less<>> files;                 ///< names of key files, and what they look like

    /// 0 where there are none.
    [[nodiscard]] unsigned mv_clients_of(std::string_view owner) const {
        const auto found = mv_clients.find(owner);
        return found == mv_clients.end() ? 0 : found->second;
    }
};

using keysdir::FileIdentity;

/// A file under inspection: what is reported, and what later questions need of its content.
struct ExaminedFile {
    InspectedFile file;
    std::optional<keysdir::Header> header;
    SecretBytes content;        ///< of a private key, kept until it is opened or given up
    bool is_left_out = false;   ///< one of very many: neither opened nor tested
    std::string public_digest;  ///< SHA-256 of the public key (SubjectPublicKeyInfo), hexadecimal
    std::optional<IdentityKey> identity;
    bool is_explicit = false;  ///< the caller named it
    bool is_secret = false;    ///< holds what others must not read
    FileIdentity identity_on_disk{};
    std::shared_ptr<const DirectoryNames> names = std::make_shared<DirectoryNames>();  ///< around it
};

/// What the inspection of one file may know from outside.
struct Context {
    const InspectRequest& request;
    Findings& findings;
    PrimeTests& primes;

    [[nodiscard]] bool is_time_over() const {
        return request.progress != nullptr && request.progress->is_cancelled();
    }
};

}  // namespace keygen::inspection

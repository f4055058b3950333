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
};

/// "iff", "gq" or "mv", as in ntpd's log lines and links.
std::string_view scheme_word(IdentityScheme scheme);

/// "ntpkey_iffpar_grp" for a scheme, role and owner.
std::string link_name(IdentityScheme scheme, IdentityRole role, std::string_view owner);

/// The scheme and role that a file's type or a link's key names ("IFFkey", "gqpar", "MVpar3", "iff"); nothing
/// for others.
struct SchemeAndRole {
    IdentityScheme scheme;
    IdentityRole role;
};
std::optional<SchemeAndRole> scheme_and_role_of(std::string_view type);

/// The client's number at the end of "MVpar3"; 0 where there is none.
unsigned mv_client_of(std::string_view type);

/// Fills in what the names in path and header say.
void take_names(ExaminedFile& subject);
/// Takes scheme and role from the names, also of a file whose content tells nothing.
void expect_named(ExaminedFile& subject);

/// Looks at a file's bytes: kind, header, type, encryption, and all that can be known without opening it.
/// `subject` has its path, name and status.
void identify(ExaminedFile& subject, SecretBytes content, const Context& context);

/// A name that ntpd would look for, or "host", "cert" and so on for a file without one; nothing for other
/// files.
std::optional<std::string> expected_link_key(const ExaminedFile& subject);

/// True when weaknesses of the file matter: it is in use, or its name does not tell that it is not.
bool is_in_use(const ExaminedFile& subject);
/// `severity` for a file in use, a note for one that nothing uses.
Severity severity_in_use(const ExaminedFile& subject, Severity severity);

/// True when the file's name says the same as line 1, filestamp and all: then neither was changed by
/// accident.
bool bears_its_name(const ExaminedFile& subject);

/// Compares the names in path and header, and looks at the filestamp.
void check_names(const ExaminedFile& subject, const Context& context);

/// True for the name that keys files of the daemons and of ntp-keygen bear.
bool is_keys_file_name(std::string_view name);

}  // namespace keygen::inspection

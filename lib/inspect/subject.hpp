#pragma once

#include <keygen/inspect.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inspect/findings.hpp"
#include "keysdir/header.hpp"

namespace keygen::inspect_room {

/// A file under inspection: what is reported, and what later questions need of its content.
struct Subject {
    InspectedFile file;
    std::optional<keysdir::Header> header;
    SecretBytes content;        ///< of a private key, kept until it is opened or given up
    bool is_left_out = false;   ///< one of very many: neither opened nor tested
    std::string public_digest;  ///< SHA-256 of the public key (SubjectPublicKeyInfo), hexadecimal
    std::optional<IdentityKey> identity;
    bool is_explicit = false;  ///< the caller named it
    bool is_secret = false;    ///< holds what others must not read
};

/// What the inspection of one file may know from outside.
struct Surroundings {
    const InspectRequest& request;
    Findings& findings;
};

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

/// Looks at a file's bytes: kind, header, type, encryption, and all that can be known without opening it.
/// `subject` has its path, name and status.
void identify(Subject& subject, SecretBytes content, const Surroundings& around);

/// A name that ntpd would look for, or "host", "cert" and so on for a file without one; nothing for other
/// files.
std::optional<std::string> expected_link_key(const Subject& subject);

/// True when weaknesses of the file matter: it is in use, or its name does not tell that it is not.
bool is_in_use(const Subject& subject);

/// True when the file's name says the same as line 1, filestamp and all: then neither was changed by
/// accident.
bool bears_its_name(const Subject& subject);

/// Compares the names in path and header, and looks at the filestamp.
void check_names(const Subject& subject, const Surroundings& around);

/// True for the name that keys files of the daemons and of ntp-keygen bear.
bool is_keys_file_name(std::string_view name);

}  // namespace keygen::inspect_room

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "inspect/examined_file.hpp"

namespace keygen::inspection {

/// True for what ntpd never opens, as the certificates and keys of Network Time Security.
bool is_of_others(const ExaminedFile& subject);

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

}  // namespace keygen::inspection

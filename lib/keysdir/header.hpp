#pragma once

#include <keygen/filestamp.hpp>
#include <keygen/secret.hpp>

#include <optional>
#include <string>
#include <string_view>

#include "keysdir/filename.hpp"

namespace keygen::keysdir {

/// Whose name a file's owner is. Client parameters say it, since clients of a group need certificates of the
/// group, and others certificates of none.
enum class OwnerKind { host, group };

/// "# ntpkey_<Type>_<owner>.<filestamp>", "# <ctime>", with an owner's kind "# owner: group", an empty line.
std::string format_header(const FileName& name, UnixTime time,
                          std::optional<OwnerKind> owner_kind = std::nullopt);
/// The header and `body` behind it.
SecretBytes with_header(const FileName& name, UnixTime time, const SecretBytes& body,
                        std::optional<OwnerKind> owner_kind = std::nullopt);

struct Header {
    std::string first_line;  ///< without "# ", control characters kept
    std::optional<FileName> name;
    /// What ntpd takes: the number behind the last dot of line 1 (crypto_key, crypto_cert). Without it ntpd
    /// refuses the file.
    std::optional<Filestamp> filestamp;
    std::optional<OwnerKind> owner_kind;  ///< nothing in files of other programs
};

/// What ntpd takes for the filestamp of a file, whatever else line 1 is: the number behind its last dot.
std::optional<Filestamp> filestamp_as_ntpd_reads(std::string_view text);
/// Reads the first line of a key file; nothing when it is no comment.
std::optional<Header> parse_header(std::string_view text);
/// The same, with Error(bad_file) naming line 1 when ntpd would refuse it or it names no key file.
FileName require_header(std::string_view text);

}  // namespace keygen::keysdir

#pragma once

#include <keygen/secret.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "keysdir/filename.hpp"
#include "keysdir/header.hpp"

namespace keygen::linking {

/// A key file that links are wanted for, looked into as far as that goes without its password.
struct ReceivedFile {
    std::string path;        ///< as the caller named it
    keysdir::FileName name;  ///< from the first line
    std::string link_key;    ///< "iffpar", "host", ...
    SecretBytes text;
    std::optional<keysdir::OwnerKind> owner_kind;  ///< of client parameters
    bool is_private_certificate = false;
    bool is_encrypted_server_key = false;
    bool is_for_published_reading = false;  ///< GQ client parameters that stock ntpd does not verify with
};

/// Looks into the text of the file at `path`. Throws Error(bad_file) for what ntpd would refuse,
/// Error(not_proven) for client parameters that no server verifies against (unless `force`).
ReceivedFile examine_received_file(const std::string& path, SecretBytes text, bool force);

/// The files that follow each other in a stream, each from its first line "# ntpkey_..." on; what has none is
/// one file.
std::vector<SecretBytes> split_key_files(std::string_view text);

}  // namespace keygen::linking

#pragma once

#include <keygen/export.hpp>
#include <keygen/identity.hpp>
#include <keygen/keysdir.hpp>
#include <keygen/secret.hpp>

#include <optional>
#include <string>

namespace keygen {

/// Puts all private keys of a directory, of whatever host, group and generation, the MV trusted authority
/// among them, under a new password, with this library's own strong key derivation. ntpd has one password for
/// all of them (`crypto pw`). Keys that are not encrypted become so; client parameters never are.
struct ChangePasswordRequest {
    KeysdirOptions keysdir;
    SecretBytes password;               ///< today's; not used for keys that are not encrypted
    SecretBytes new_password;           ///< may be the same, to have everything encrypted anew
    std::optional<std::string> cipher;  ///< none: DEFAULT_CIPHER
};

struct ChangePasswordReport {
    KeysdirChanges changes;
};

/// Each file is read back and compared before any is replaced. Throws Error: wrong_password naming the file
/// that does not open, bad_file, not_found when there is no private key; nothing has changed then.
KEYGEN_API ChangePasswordReport change_password(const ChangePasswordRequest& request,
                                                const Resources& resources);

}  // namespace keygen

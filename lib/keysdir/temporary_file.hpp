#pragma once

#include <keygen/secret.hpp>

#include <sys/types.h>

#include <optional>
#include <string>

#include "keysdir/directory.hpp"

namespace keygen::keysdir {

/// Modes of published files, whatever the umask.
constexpr mode_t PRIVATE_MODE = 0600;
constexpr mode_t GROUP_READABLE_MODE = 0640;
constexpr mode_t PUBLIC_MODE = 0644;

/// Who may read a file.
struct Access {
    mode_t mode = PRIVATE_MODE;
    std::optional<gid_t> group;  ///< none: as the system gives it to a new file
    std::optional<uid_t> user;   ///< likewise
};

/// Writes, syncs and closes a new file under a temporary name. Throws Error about `name`, which it is to get,
/// or Error(already_exists) about something that has the temporary one.
void write_temporary(const Directory& directory, const std::string& temporary, const std::string& name,
                     const SecretBytes& content, const Access& access);
/// The same for a symbolic link.
void link_temporary(const Directory& directory, const std::string& temporary, const std::string& name,
                    const std::string& target);
/// A second name for what `name` is: a hard link or, where the system gives none, a copy.
void keep_temporary(const Directory& directory, const std::string& temporary, const std::string& name);

}  // namespace keygen::keysdir

#pragma once

#include <keygen/export.hpp>
#include <keygen/resources.hpp>
#include <keygen/secret.hpp>

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keygen {

/// The key directory that a use case works in, and how.
struct KeysdirOptions {
    std::string directory = ".";
    std::chrono::milliseconds lock_timeout = std::chrono::seconds(10);
    bool force = false;                  ///< replace what is in the way
    bool dry_run = false;                ///< look and plan, change nothing
    std::optional<gid_t> readable_by;    ///< private files get this group and mode 0640
    const Progress* progress = nullptr;  ///< asked while waiting for the lock; not owned
};

/// What a use case did, or with dry_run would do, to a key directory.
struct KeysdirChanges {
    struct File {
        std::string name;
        std::string description;  ///< "RSA host key, 2048 bits"
        mode_t mode = 0;
        bool replaced = false;
    };
    struct Link {
        std::string name;
        std::string target;
        std::string previous_target;  ///< empty for a new link
    };
    struct Kept {
        std::string name;
        std::string description;
    };
    std::vector<File> files;
    std::vector<Link> links;
    std::vector<std::string> removed;
    std::vector<Kept> kept;
    std::vector<std::string> warnings;
};

/// "ntpkey_<type>_<owner>.<filestamp>" is a name for owners up to this many bytes.
constexpr std::size_t MAX_OWNER_BYTES = 215;

/// No key file is larger; reading stops here.
constexpr std::size_t MAX_KEY_FILE_BYTES = 16 << 20;

/// What is left to read from an open file or pipe. Throws Error(input_output), Error(bad_file) past the
/// limit.
KEYGEN_API SecretBytes read_to_end(int descriptor, const std::string& path_for_messages);

/// Content of a regular file, links followed; never waits, as for the writer of a FIFO. Throws
/// Error(not_found, input_output), Error(bad_file) for anything else than a file and past the limit.
KEYGEN_API SecretBytes read_file(const std::string& path);

}  // namespace keygen

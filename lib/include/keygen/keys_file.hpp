#pragma once

#include <keygen/filestamp.hpp>
#include <keygen/keysdir.hpp>
#include <keygen/symmetric.hpp>

#include <optional>
#include <string>
#include <vector>

namespace keygen {

/// Makes a file of symmetric keys, "ntpkey_MD5key_<owner>.<filestamp>", linked as ntp.keys.
struct KeysFileRequest {
    KeysdirOptions keysdir;
    std::string owner;  ///< the host, or the group where one was named
    UnixTime now = 0;
    std::optional<Filestamp> filestamp;
    SymmetricRequest keys;  ///< `header` is filled in here
};

struct KeysFileReport {
    KeysdirChanges changes;
    std::string file;
    std::vector<NewKey> keys;
    std::vector<std::string> conf;  ///< lines for ntp.conf or chrony.conf
};

/// Throws Error as generate_keys and the key directory do; nothing has changed then.
KEYGEN_API KeysFileReport generate_keys_file(const KeysFileRequest& request, Random& random);

/// Adds keys to an existing file, in place as one step; its mode and owner stay.
struct MergeRequest {
    std::string path;
    SymmetricRequest keys;
    bool has_dialect = false;  ///< else it is guessed from the file
    bool dry_run = false;
    std::chrono::milliseconds lock_timeout = std::chrono::seconds(10);
    const Progress* progress = nullptr;  ///< asked while waiting for the lock; not owned
};
KEYGEN_API KeysFileReport merge_keys_file(const MergeRequest& request, Random& random);

/// The content of a keys file in another dialect.
struct ConvertRequest {
    std::string path;             ///< "-" for text that the caller has read
    SecretBytes text;             ///< used with "-"
    std::optional<Dialect> from;  ///< else it is guessed from the file
    Dialect to = Dialect::common;
};
struct ConvertReport {
    SecretBytes text;
    Dialect from = Dialect::ntpd;
    std::vector<std::string> warnings;
};
KEYGEN_API ConvertReport convert(const ConvertRequest& request);

}  // namespace keygen

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
    Dialect dialect = Dialect::ntpd;
    bool is_changed = true;
    std::vector<NewKey> keys;       ///< those that were made, or removed
    std::vector<std::string> conf;  ///< lines for ntp.conf or chrony.conf
    SecretBytes text;               ///< the whole file, where it has no path
};

/// Throws Error as generate_keys and the key directory do; nothing has changed then.
KEYGEN_API KeysFileReport generate_keys_file(const KeysFileRequest& request, Random& random);

/// A keys file that is changed: in place as one step, or as text that goes through.
struct KeysFileTarget {
    std::string path;  ///< "-" for text that the caller has read, and gets back
    SecretBytes text;  ///< used with "-"
    bool dry_run = false;
    std::chrono::milliseconds lock_timeout = std::chrono::seconds(10);
    const Progress* progress = nullptr;  ///< asked while waiting for the lock; not owned
};

/// Adds keys under ids that the file does not use; its mode and owner stay.
struct MergeRequest : KeysFileTarget {
    SymmetricRequest keys;
    bool has_dialect = false;  ///< else it is guessed from the file
};
KEYGEN_API KeysFileReport merge_keys_file(const MergeRequest& request, Random& random);

/// Who may read a keys file: mode 0640 for the group.
struct KeysFileAccess {
    std::optional<uid_t> user;
    gid_t group = 0;
};

/// Makes the keys that the file lacks, and the file where there is none; nothing is written, not even the
/// file's times, where it lacks none.
struct EnsureFileRequest : KeysFileTarget {
    std::vector<std::uint32_t> ids;
    SymmetricType type = SymmetricType::aes128_cmac;
    std::optional<Dialect> dialect;        ///< none: guessed from the file; ntpd's where it has no keys
    std::optional<KeysFileAccess> access;  ///< none: as it is, 0600 for a new file
    bool must_be_plain = false;            ///< refuse a link in the file's place
};
KEYGEN_API KeysFileReport ensure_keys_file(const EnsureFileRequest& request, Random& random);

/// Removes keys; nothing is written where the file has none of them.
struct RemoveRequest : KeysFileTarget {
    std::vector<std::uint32_t> ids;
    std::optional<Dialect> dialect;  ///< none: guessed from the file
};
KEYGEN_API KeysFileReport remove_from_keys_file(const RemoveRequest& request);

struct KeysTextReport {
    SecretBytes text;
    Dialect from = Dialect::ntpd;
    std::vector<NewKey> keys;  ///< all that are in the text
    std::vector<std::string> warnings;
};

/// Some keys of a file, for one client.
struct ExtractRequest {
    std::string path;  ///< "-" for text that the caller has read
    SecretBytes text;  ///< used with "-"
    std::vector<std::uint32_t> ids;
    std::optional<Dialect> from;   ///< none: guessed from the file
    std::optional<Dialect> to;     ///< none: the lines as they are
    std::optional<Device> device;  ///< the lines of its configuration instead
};
KEYGEN_API KeysTextReport extract_from_keys_file(const ExtractRequest& request);

/// The content of a keys file in another dialect.
struct ConvertRequest {
    std::string path;             ///< "-" for text that the caller has read
    SecretBytes text;             ///< used with "-"
    std::optional<Dialect> from;  ///< else it is guessed from the file
    Dialect to = Dialect::common;
};
KEYGEN_API KeysTextReport convert(const ConvertRequest& request);

}  // namespace keygen

#pragma once

#include <keygen/export.hpp>
#include <keygen/resources.hpp>
#include <keygen/secret.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Symmetric keys files (`ntp.keys`, `chrony.keys`): text in, text out. The rules are those of ntp.org's ntpd
/// 4.2.8p15 (libntp/authreadkeys.c), NTPsec's ntpd 1.2 (its own authreadkeys.c) and chronyd 4 (keys.c,
/// cmdparse.c). No error and no finding ever quotes a key, or a word of a file that could be a misplaced one.
namespace keygen {

/// Whose rules a keys file follows. `common` is a file that means the same to all three daemons.
enum class Dialect { ntpd, ntpsec, chrony, common };

/// "ntpd", "ntpsec", "chrony" or "common", in any case. Throws Error(bad_request).
KEYGEN_API Dialect parse_dialect(std::string_view name);
KEYGEN_API std::string_view format_dialect(Dialect dialect);

/// What a key is used with: a digest over key and packet, or AES-CMAC (RFC 8573).
enum class SymmetricType {
    md5,
    sha1,
    ripemd160,
    sha224,
    sha256,
    sha384,
    sha512,
    sha3_224,
    sha3_256,
    sha3_384,
    sha3_512,
    aes128_cmac,
    aes192_cmac,
    aes256_cmac
};

/// Any daemon's name for a type ("AES128CMAC", "AES-128" and "AES128" are one), in any case.
/// Throws Error(bad_request).
KEYGEN_API SymmetricType parse_symmetric_type(std::string_view name);
/// Names separated by commas. Throws Error(bad_request), also for none and for a type given twice.
KEYGEN_API std::vector<SymmetricType> parse_symmetric_types(std::string_view names);
/// The name for people and JSON: "MD5", "SHA3-256", "AES128CMAC".
KEYGEN_API std::string_view format_symmetric_type(SymmetricType type);
/// The types that a key of this dialect can have and be of use, in the order of the enumerators.
KEYGEN_API std::vector<SymmetricType> list_symmetric_types(Dialect dialect);

/// How a key stands in its file: its bytes as they are, or in hexadecimal.
enum class KeyEncoding { literal, hex };

struct SymmetricKey {
    std::uint32_t id = 0;
    SymmetricType type = SymmetricType::md5;
    SecretBytes value;  ///< the bytes that the daemon works with, never empty
    KeyEncoding encoding = KeyEncoding::literal;
    std::vector<std::string> access;  ///< ntpd's list of "address[/bits]"; empty: anyone
    std::size_t line = 0;             ///< 1-based, where it was read
};

/// Something about a keys file that its owner should know.
struct KeysFinding {
    enum class Severity {
        note,     ///< read as meant
        warning,  ///< read, but perhaps not as meant
        error     ///< not read
    };
    Severity severity = Severity::note;
    std::size_t line = 0;  ///< 1-based
    std::string_view
        id;            ///< stable, for programs: "duplicate-id"; the list is in the man page of the formats
    std::string text;  ///< one sentence, lower case, no final stop
    /// The daemon drops or alters what the line says, or another version of it would: nobody should build on
    /// it.
    bool is_misread = false;
};

/// A keys file as one daemon holds it.
struct KeysFile {
    Dialect dialect = Dialect::ntpd;
    std::vector<SymmetricKey>
        keys;  ///< in the order of their lines, ids unique; none when the file is refused
    std::vector<KeysFinding> findings;  ///< in the order of their lines, the refusal of the whole file last
    bool is_refused = false;            ///< ntpd drops a file with one bad line
};

/// Reads `text` as that daemon does, which never fails: what the daemon stumbles over becomes a finding. For
/// `common`, the keys are those that all three daemons hold alike, and the findings those of all three.
KEYGEN_API KeysFile parse_keys_file(std::string_view text, Dialect dialect);

/// The same for a program that builds on the file: throws Error(bad_file) with `path` and the line of the
/// first finding that is_misread.
KEYGEN_API KeysFile check_keys_file(std::string_view text, std::string_view path, Dialect dialect);

/// Whose file it is: the one daemon that reads every line without a warning, or the first of ntpd, ntpsec,
/// chrony where several do and hold the same keys (`common` where all three do). Throws Error(bad_file) when
/// nobody does, or when those who do hold different keys; then the owner has to say.
KEYGEN_API Dialect guess_dialect(std::string_view text, std::string_view path);

/// One line for each key. Throws Error(unsupported) for a key that cannot be said in this dialect; no key's
/// bytes are ever changed.
KEYGEN_API SecretBytes format_keys_file(std::span<const SymmetricKey> keys, Dialect dialect);

struct SymmetricRequest {
    Dialect dialect = Dialect::ntpd;
    std::vector<SymmetricType> types = {SymmetricType::md5, SymmetricType::sha1};
    std::uint32_t count = 10;    ///< keys of each type
    std::uint32_t first_id = 1;  ///< the following keys take the next ids
    std::string header;          ///< comment and empty lines for the top of a new file
};

struct NewKey {
    std::uint32_t id = 0;
    SymmetricType type = SymmetricType::md5;
};

struct GeneratedKeys {
    SecretBytes text;          ///< the whole file
    std::vector<NewKey> keys;  ///< what was made, in the order of the file
};

/// Makes a new keys file, read back with the daemon's rules before it is returned. In the ntpd and ntpsec
/// dialects MD5 keys are 20 printable characters as ntp-keygen makes them, all others hexadecimal; `common`
/// has 20 printable characters for both its types; chrony has HEX: throughout. Throws Error(bad_request) for
/// numbers out of range, Error(unsupported) for a type that the dialect has not.
KEYGEN_API GeneratedKeys generate_keys(const SymmetricRequest& request, Random& random);

/// "10-20,31": ids and ranges in their order. Throws Error(bad_request), also for an id given twice.
KEYGEN_API std::vector<std::uint32_t> parse_key_ids(std::string_view list);

/// Network devices that hold keys in lines of their own configuration.
enum class Device { ios_xe, junos, eos, ontap };
/// "ios-xe", "junos", "eos" or "ontap", in any case.
KEYGEN_API std::optional<Device> find_device(std::string_view name);
/// "SHA256:" and 16 hexadecimal digits: equal for the same key of the same type in any file, under any id.
/// None for a key under 10 bytes, which the digits would help to guess.
KEYGEN_API std::optional<std::string> fingerprint(const SymmetricKey& key);

}  // namespace keygen

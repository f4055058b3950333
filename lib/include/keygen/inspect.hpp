#pragma once

#include <keygen/certificate.hpp>
#include <keygen/export.hpp>
#include <keygen/filestamp.hpp>
#include <keygen/identity.hpp>
#include <keygen/resources.hpp>
#include <keygen/secret.hpp>
#include <keygen/symmetric.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keygen {

/// `critical`: a daemon refuses the file, authentication fails with it, or a secret lies open. `warning`: it
/// works today and should not stay so. `note`: good to know.
enum class Severity { note, warning, critical };
KEYGEN_API std::string_view name_of(Severity severity);

/// One thing that is to be said about a file, a link or a directory.
struct Finding {
    std::string id;  ///< stable, for programs: one of finding_kinds()
    Severity severity = Severity::note;
    std::string path;
    std::size_t line = 0;  ///< 1-based; 0 where there is none
    std::string cause;     ///< one sentence, lower case, no final stop, no secret in it
    /// One command line, or where another machine has to do something, which one and what; empty where no
    /// command helps.
    std::string remedy;
};

/// What the manual says about an id.
struct FindingKind {
    std::string_view id;
    Severity severity;  ///< the usual one; the finding itself has the last word
    std::string_view meaning;
};

/// Every id there is, in the manual's order.
KEYGEN_API const std::vector<FindingKind>& finding_kinds();

/// What a file's content is, whatever it is called.
enum class FileKind { host_key, sign_key, private_key, certificate, identity, symmetric_keys, unknown };
/// "host-key", "certificate", ...
KEYGEN_API std::string_view name_of(FileKind kind);

/// How far the numbers in a file are known to be the ones that were written. A changed bit in a file that is
/// `consistent` or `proven` would have shown.
enum class VerificationState {
    unreadable,   ///< not read, or what was read makes no sense
    unopened,     ///< encrypted, and nothing that was given opens it
    unexamined,   ///< one of very many, and nothing needs it: only its outside was looked at
    unconfirmed,  ///< read, but nothing in the file confirms its numbers: only the other side's file can
                  ///< (--prove)
    consistent,   ///< the file's name, header and numbers confirm each other
    proven,       ///< the server's and the client's file answered each other
    revoked       ///< an MV client's file that the authority has locked out, and that the server refuses
};
KEYGEN_API std::string_view name_of(VerificationState assurance);

/// How a private key is protected.
struct KeyEncryption {
    std::string container;       ///< "PKCS#8" or "traditional PEM"
    std::string cipher;          ///< OpenSSL's name, "AES-256-CBC"
    std::string key_derivation;  ///< "PBKDF2-HMAC-SHA256", "MD5", ...
    long iterations = 1;
};

/// A number that is public: never a secret one.
struct PublicNumber {
    std::string name;
    std::string hex;
};

/// One line of a keys file, without its secret.
struct InspectedKey {
    std::uint32_t id = 0;
    SymmetricType type = SymmetricType::md5;
    unsigned bits = 0;
    std::string fingerprint;  ///< empty for a key so short that the digits would help to guess it
    std::size_t line = 0;
};

struct InspectedFile {
    std::string path;       ///< directory and name as the caller named them; "-" for standard input
    std::string directory;  ///< empty for what is no file
    std::string name;
    FileKind kind = FileKind::unknown;
    std::string type;                    ///< "RSAhost", "IFFpar", ... of the name, else of the header
    std::string owner;                   ///< host or group
    std::optional<Filestamp> filestamp;  ///< what ntpd takes: the header's
    UnixTime generated_at = 0;           ///< the filestamp as a moment near now; 0 without one
    std::optional<IdentityScheme> scheme;
    std::optional<IdentityRole> role;
    std::string algorithm;  ///< "RSA", "DSA", "IFF", ...; empty where it is not known
    unsigned bits = 0;      ///< of the modulus; 0 where it is not known
    std::optional<KeyEncryption> encryption;
    std::optional<CertificateFields> certificate;
    std::vector<GqLayout> gq_readings;   ///< those that the numbers of a GQ file hold in
    std::optional<unsigned> mv_clients;  ///< of a trusted authority that was opened
    std::vector<std::uint32_t> mv_revoked;
    /// "RSA:1f0c...", equal for a host key and its certificate; "IFF:...", equal for server's and clients'
    /// files of one generation. Empty where the public part is not known.
    std::string fingerprint;
    VerificationState assurance = VerificationState::unreadable;
    std::vector<InspectedKey> keys;     ///< of a keys file, as its daemon holds it
    std::optional<Dialect> dialect;     ///< of a keys file, where that is clear
    std::vector<PublicNumber> numbers;  ///< only when they were asked for
    std::vector<std::string> links;     ///< names of the links in the same directory that lead here
    bool is_current =
        false;          ///< a link leads here, it stands under a link's name, or the caller named the file
    unsigned mode = 0;  ///< permission bits
    std::uint32_t user = 0;
    std::uint64_t size = 0;
};

struct InspectedLink {
    std::string path;
    std::string directory;
    std::string name;
    std::string target;    ///< as it stands in the link
    std::string resolved;  ///< name of the file it ends at, in the same directory; empty where it does not
};

struct InspectedDirectory {
    std::string path;
    unsigned mode = 0;
    std::uint32_t user = 0;
    std::size_t files = 0;   ///< key files among its entries
    std::size_t others = 0;  ///< entries that are none
};

/// One challenge-response round between two files.
struct Proof {
    IdentityScheme scheme = IdentityScheme::iff;
    std::optional<GqLayout> reading;  ///< of GQ
    std::string server_path;
    std::string client_path;            ///< empty for a client taken out of the authority's file
    std::optional<unsigned> mv_client;  ///< of such a client
    bool is_proven = false;
    bool is_expected =
        true;           ///< false where it ought to fail: a revoked client, a reading the files are not for
    std::string cause;  ///< why not
};

/// Content that is no file of a name, such as standard input.
struct InspectContent {
    std::string path;  ///< for messages
    SecretBytes content;
};

struct InspectRequest {
    std::vector<std::string> paths;  ///< files and directories; directories are not descended into
    std::vector<InspectContent> contents;
    const SecretBytes* password = nullptr;
    /// What ntpd on this machine would take for the password where none is configured; empty for unknown. The
    /// owner in a key's name is tried as well.
    std::string host_name;
    UnixTime now = 0;
    unsigned warn_days = 30;
    std::optional<Dialect> dialect;  ///< whose the keys files are; guessed where it is not said
    bool with_numbers = false;
    bool with_proofs = false;
    /// Asked before each key is decrypted and each pair is proven: once it is cancelled, the rest is looked
    /// at from outside only, which is a finding. Not owned; nullptr for as long as it takes.
    const Progress* progress = nullptr;
};

struct InspectReport {
    std::vector<InspectedFile> files;  ///< in the order of the paths, by name within a directory
    std::vector<InspectedLink> links;
    std::vector<InspectedDirectory> directories;
    std::vector<Proof> proofs;
    std::vector<Finding> findings;  ///< the worst first, then by path
    UnixTime now = 0;
};

/// At most this many files of a directory are opened or have their numbers tested; files that the caller
/// names always are. Those that links lead to come first.
constexpr std::size_t MAX_EXAMINED_FILES = 48;

/// Looks at files and directories, changes nothing. What cannot be read becomes a finding; throws only
/// Error(bad_request) for an empty request, Error(crypto) and std::bad_alloc.
///
/// Without a password: names, headers, links, modes, certificates, clients' parameters, keys files, and of
/// encrypted keys what stands outside: container, cipher, key derivation. The host name and the file's owner,
/// ntpd's password where none is configured, are tried on linked host keys only; what they open, opens the
/// rest of the directory. With a password: every current key, up to MAX_EXAMINED_FILES.
KEYGEN_API InspectReport inspect(const InspectRequest& request);

/// Days from `now` until the certificate that ends first among the current ones; nothing without one.
/// Negative when it has ended.
KEYGEN_API std::optional<std::int64_t> days_left(const InspectReport& report);

/// No more generations are drawn; the picture says how many are left out, the oldest first.
constexpr std::size_t MAX_TIMELINE_ROWS = 200;

/// An SVG document of the generations of keys and the lifetimes of certificates on a time axis, links as
/// arrows, for light and dark screens alike. Nothing in it is secret.
KEYGEN_API std::string format_timeline(const InspectReport& report);

}  // namespace keygen

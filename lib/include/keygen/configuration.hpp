#pragma once

#include <keygen/export.hpp>
#include <keygen/filestamp.hpp>
#include <keygen/inspect.hpp>
#include <keygen/resources.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace keygen {

enum class Daemon { ntpd, ntpsec, chrony, ntpd_rs };
KEYGEN_API std::string_view name_of(Daemon daemon);
/// "ntpd", "ntpsec", "chrony" or "ntpd-rs". Throws Error(bad_request).
KEYGEN_API Daemon parse_daemon(std::string_view name);

struct ConfigurationRequest {
    std::string path;              ///< ntp.conf, chrony.conf or ntp.toml
    std::optional<Daemon> daemon;  ///< guessed from the file's name and directives where it is not said
    std::string host_name;         ///< gethostname(2) on the machine that the file is for
    std::string default_keysdir =
        "/usr/local/etc";  ///< ntpd's, where the configuration has no keysdir (Debian: /etc/ntp)
    /// Who the daemon becomes once it has given up root. Where it is not said, it is looked up for
    /// configurations below /etc.
    std::string user;
    UnixTime now = 0;
    unsigned warn_days = 30;
    const Progress* progress = nullptr;  ///< as in InspectRequest
};

/// A file that the daemon opens at its start, or for an association.
struct ExpectedFile {
    enum class Outcome {
        loaded,
        absent,   ///< not there, and the daemon goes on without it
        missing,  ///< not there, and the daemon needs it
        refused,  ///< there, and the daemon cannot use it
        unknown   ///< this user cannot read it, so nothing is known
    };
    std::string purpose;  ///< "host key", "certificate", "IFF server key", "keys file", ...
    std::string path;
    Outcome outcome = Outcome::absent;
    std::string detail;  ///< what it is, or why not
};
KEYGEN_API std::string_view name_of(ExpectedFile::Outcome outcome);

/// A server, peer, pool, broadcast or manycastclient line.
struct Association {
    enum class Authentication { none, symmetric, autokey, nts };
    enum class Verdict {
        open,      ///< not authenticated at all
        verifies,  ///< both sides are known, and they fit
        depends,   ///< this side has all that it needs; the other side is not known
        fails,
        unknown  ///< on files that this user cannot read
    };
    std::string path;
    std::size_t line = 0;
    std::string kind;  ///< "server", "peer", ...
    std::string address;
    Authentication authentication = Authentication::none;
    std::optional<std::uint32_t> key;
    std::string ident;
    std::string scheme;  ///< "IFF", "GQ", "MV", "PC", "TC", the key's type, or empty
    Verdict verdict = Verdict::open;
    std::string explanation;
    std::string cause;  ///< the id of the finding that says why it fails; empty where it does not
};
KEYGEN_API std::string_view name_of(Association::Authentication authentication);
KEYGEN_API std::string_view name_of(Association::Verdict verdict);

struct ConfigurationReport {
    std::string path;
    Daemon daemon = Daemon::ntpd;
    std::string user;  ///< who it becomes; empty where that is not known
    std::string keysdir;
    std::string host;   ///< whose host key and certificate ntpd looks for; empty without Autokey
    std::string ident;  ///< whose identity keys it looks for
    bool has_password = false;
    std::string keys_path;  ///< of the symmetric keys; empty for none
    std::vector<std::uint32_t> trusted_keys;
    std::vector<ExpectedFile> files;
    std::vector<Association> associations;
    bool ends_at_start = false;  ///< the daemon, for certain
    InspectReport
        inspected;  ///< the key directory and the keys file, opened with the configuration's password
    std::vector<Finding> findings;  ///< about the configuration itself
};

/// Reads daemons' configurations with what they include, and the files that they name, and says what the
/// daemons will do with them. Where one of them is a server of another, both sides are compared. Throws
/// Error(not_found, input_output, bad_file) when a configuration itself cannot be read, Error(bad_request)
/// for a user that there is not.
KEYGEN_API std::vector<ConfigurationReport> inspect_configurations(
    std::span<const ConfigurationRequest> requests);

}  // namespace keygen

#pragma once

#include <keygen/export.hpp>
#include <keygen/filestamp.hpp>
#include <keygen/finding.hpp>
#include <keygen/inspect.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keygen {

enum class Daemon { ntpd, ntpsec, chrony };
KEYGEN_API std::string_view name_of(Daemon daemon);
/// "ntpd", "ntpsec" or "chrony". Throws Error(bad_request).
KEYGEN_API Daemon parse_daemon(std::string_view name);

struct ConfigurationRequest {
    std::string path;              ///< ntp.conf or chrony.conf
    std::optional<Daemon> daemon;  ///< guessed from the file's name and directives where it is not said
    std::string host_name;         ///< gethostname(2) on the machine that the file is for
    std::string default_keysdir =
        "/usr/local/etc";  ///< ntpd's, where the configuration has no keysdir (Debian: /etc/ntp)
    UnixTime now = 0;
    unsigned warn_days = 30;
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
        verifies,  ///< all that this side needs is there
        depends,   ///< on what the other side has
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
};
KEYGEN_API std::string_view name_of(Association::Authentication authentication);
KEYGEN_API std::string_view name_of(Association::Verdict verdict);

/// A line in the daemon's log, word for word; "..." stands for what its version of OpenSSL adds.
struct LogLine {
    std::string text;
    bool is_last = false;  ///< the daemon ends with it
};

struct ConfigurationReport {
    std::string path;
    Daemon daemon = Daemon::ntpd;
    std::string keysdir;
    std::string host;   ///< whose host key and certificate ntpd looks for; empty without Autokey
    std::string ident;  ///< whose identity keys it looks for
    bool has_password = false;
    std::string keys_path;  ///< of the symmetric keys; empty for none
    std::vector<std::uint32_t> trusted_keys;
    std::vector<ExpectedFile> files;
    std::vector<Association> associations;
    std::vector<LogLine> log;    ///< what is to be expected at start, but the daemon's usual greeting
    bool ends_at_start = false;  ///< for certain
    InspectReport
        inspected;  ///< the key directory and the keys file, opened with the configuration's password
    std::vector<Finding> findings;  ///< about the configuration itself
};

/// Reads a daemon's configuration with what it includes, and the files that it names, and says what the
/// daemon will do with them. Throws Error(not_found, input_output, bad_file) when the configuration itself
/// cannot be read.
KEYGEN_API ConfigurationReport inspect_configuration(const ConfigurationRequest& request);

}  // namespace keygen

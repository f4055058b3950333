#pragma once

#include <keygen/configuration.hpp>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "inspect/findings.hpp"

namespace keygen::inspection {

/// A line of a configuration.
struct ConfigurationLine {
    std::string path;
    std::size_t line = 0;
};

/// A key that ntpq or ntpdc must use.
struct ControlKey {
    std::string statement;
    std::uint32_t id = 0;
    ConfigurationLine directory_scan;
};

/// What a configuration says about authentication.
struct Settings {
    Daemon daemon = Daemon::ntpd;
    std::optional<std::string> keysdir;
    bool has_crypto = false;
    std::optional<std::string> host;
    std::optional<std::string> ident;
    std::optional<SecretBytes> password;
    std::vector<std::string> bad_digests;
    std::string keys_path;
    std::set<std::uint32_t> trusted_keys;
    std::vector<std::string> bad_trusted;         ///< what is logged once the keys are read
    std::optional<ConfigurationLine> trusted_at;  ///< the statement that names them, the last of several
    std::vector<ControlKey> control_keys;
    std::vector<Association> associations;
    std::vector<LogLine> log;    ///< of parsing
    bool ends = false;           ///< the daemon ends on what it read
    bool is_incomplete = false;  ///< a part of it could not be read by this user
};

/// Ids of symmetric keys that ntpd and NTPsec take: NTP_MAXKEY.
constexpr std::uint32_t MAX_NTP_KEY_ID = 65535;

/// Reads `path` and what it includes. Throws what read_file throws for `path` itself.
Settings read_configuration(const ConfigurationRequest& request, Findings& findings);

}  // namespace keygen::inspection

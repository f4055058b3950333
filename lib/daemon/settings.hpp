#pragma once

#include <keygen/configuration.hpp>

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace keygen::daemon {

/// Ids of symmetric keys that ntpd and NTPsec take: NTP_MAXKEY.
constexpr std::uint32_t MAX_NTP_KEY_ID = 65535;

/// A line of a configuration.
struct Place {
    std::string path;
    std::size_t line = 0;
};

/// A key that ntpq or ntpdc must use.
struct ControlKey {
    std::string statement;
    std::uint32_t id = 0;
    Place place;
};

/// A file of Network Time Security.
struct NtsFile {
    enum class Role { certificate, key, authorities };
    Role role = Role::certificate;
    std::string path;
    Place place;
    /// The place in Settings::associations of the only one that it is for.
    std::optional<std::size_t> association = std::nullopt;
};

/// What a configuration says about keys.
struct Settings {
    Daemon daemon = Daemon::ntpd;
    std::optional<std::string> keysdir;
    std::optional<Place> crypto_at;  ///< the last crypto statement
    std::optional<std::string> host;
    std::optional<std::string> ident;
    std::optional<SecretBytes> password;
    std::string digest = "MD5";  ///< of Autokey's messages
    std::string keys_path;
    Place keys_at;
    std::bitset<MAX_NTP_KEY_ID + 1> trusted_keys;
    std::optional<Place> trusted_at;  ///< the statement that names them, the last of several
    std::vector<ControlKey> control_keys;
    std::vector<NtsFile> nts_files;
    bool has_system_authorities = true;  ///< also where files with authorities are named
    std::optional<std::string> user;     ///< the one that the daemon becomes
    std::vector<Association> associations;
    std::vector<Finding> findings;
    bool is_incomplete = false;  ///< a part of it could not be read by this user
};

/// Reads `request.path` and what it includes. Throws what read_file throws for `request.path` itself.
Settings read_settings(const ConfigurationRequest& request);

}  // namespace keygen::daemon

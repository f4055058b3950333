#pragma once

#include <keygen/configuration.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "inspect/findings.hpp"

namespace keygen::inspect_room {

/// A word of a configuration line, with the column that ntpd's messages name.
struct Word {
    std::string_view text;
    std::size_t column = 0;  ///< 0-based
};

/// Splits a line as ntpd's scanner does: white space and '=' divide, double quotes hold together, '#' ends
/// it.
std::vector<Word> split_ntp_line(std::string_view line);
/// As chronyd does: white space divides, and only a line that starts with one of "!;#%" is a comment.
std::vector<Word> split_chrony_line(std::string_view line);

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
    std::vector<std::uint32_t> trusted_keys;
    std::vector<Association> associations;
    std::vector<LogLine> log;  ///< of parsing
    bool ends = false;         ///< the daemon ends on what it read
};

/// Reads `path` and what it includes. Throws what read_file throws for `path` itself.
Settings read_configuration(const ConfigurationRequest& request, Findings& findings);

}  // namespace keygen::inspect_room

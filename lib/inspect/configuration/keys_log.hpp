#pragma once

#include <keygen/configuration.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace keygen::inspection {

Dialect dialect_of(Daemon daemon);

/// What a daemon logs while it reads a keys file. Words of the file that may be misplaced secrets become
/// "...". `file` is `text` as that daemon reads it.
std::vector<std::string> log_of_keys_file(const KeysFile& file, std::string_view text, Daemon daemon,
                                          const std::string& path);

}  // namespace keygen::inspection

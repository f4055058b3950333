#pragma once

#include <keygen/configuration.hpp>

#include <string>
#include <vector>

namespace keygen::inspect_room {

/// What a daemon logs while it reads a keys file. Words of the file that may be misplaced secrets become
/// "...".
std::vector<std::string> log_of_keys_file(const std::string& path, Daemon daemon);

}  // namespace keygen::inspect_room

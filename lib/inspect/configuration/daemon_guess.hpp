#pragma once

#include <keygen/configuration.hpp>

#include <string>
#include <string_view>

namespace keygen::inspect_room {

/// Whose configuration it is, by the name of the file, its words, and the directory it is in.
Daemon guess_daemon(const std::string& path, std::string_view text);

}  // namespace keygen::inspect_room

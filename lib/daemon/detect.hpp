#pragma once

#include <keygen/configuration.hpp>

#include <string>
#include <string_view>

namespace keygen::daemon {

/// Whose configuration it is, by the name of the file, its words, and the directory it is in.
Daemon detect_daemon(const std::string& path, std::string_view text);

}  // namespace keygen::daemon

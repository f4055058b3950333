#pragma once

#include <keygen/configuration.hpp>

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "daemon/settings.hpp"

namespace keygen::daemon {

/// Who a daemon is once it has given up root.
struct User {
    std::string name;
    uid_t id = 0;
    std::vector<gid_t> groups;
    std::string group = {};  ///< name of the first one, or its number
};

/// By the request, else, for a configuration of this machine (below /etc), by the configuration, the daemon's
/// unit, or the account that its packages make. Throws Error(bad_request) for a request's user that there is
/// not.
std::optional<User> find_user(const ConfigurationRequest& request, const Settings& settings);

/// The first directory on the way to the file, or the file, that this user may not enter or read; empty where
/// nothing stops it.
std::string find_closed_part(const User& user, const std::string& path);

}  // namespace keygen::daemon

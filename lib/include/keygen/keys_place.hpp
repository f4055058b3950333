#pragma once

#include <keygen/configuration.hpp>
#include <keygen/export.hpp>

#include <string>

namespace keygen {

/// Where the package of a daemon on this distribution (os-release(5)) looks for symmetric keys, and who has
/// to be able to read them there: chronyd and NTPsec read them again as their own users, and a plain file,
/// since profiles of AppArmor judge the name that a link leads to.
struct KeysPlace {
    std::string path;
    std::string group;    ///< the daemon's group of users
    std::string command;  ///< makes the daemon take new keys
};

/// Throws Error(unsupported) where that is not known, Error(not_found) without the directory.
KEYGEN_API KeysPlace find_keys_place(Daemon daemon);

}  // namespace keygen

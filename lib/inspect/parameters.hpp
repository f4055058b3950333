#pragma once

#include <optional>
#include <string>
#include <vector>

#include "inspect/examined_daemon.hpp"
#include "inspect/key_file.hpp"

namespace keygen::inspection {

/// What ntpd makes of a group's client parameters for one scheme, once a server that has it answers.
struct Parameters {
    IdentityScheme scheme = IdentityScheme::iff;
    std::string path;
    KeyFile key;
    std::string defect;  ///< why the identity cannot be verified; empty for a sound file
    std::string cause;   ///< the finding's id
    std::string remedy;
};

/// The files there are for `ident`, in the order in which ntpd tries them (crypto_ident).
struct ParametersOfGroup {
    std::vector<Parameters> files;
    bool is_known = true;  ///< false where this user cannot read one
};
ParametersOfGroup load_parameters(ExaminedDaemon& client, const std::string& ident);

/// Why a server with this key cannot prove itself to a client with these parameters; nothing where it can.
std::optional<daemon::Obstacle> find_identity_obstacle(const ExaminedDaemon& server, const ServerKey& key,
                                                       const Parameters& parameters);

}  // namespace keygen::inspection

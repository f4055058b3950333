#pragma once

#include <map>
#include <string>
#include <vector>

#include "inspect/survey.hpp"

namespace keygen::inspect_room {

/// Opened identity files that belong together.
struct Generation {
    std::vector<Subject*> servers, clients, authorities;
};

/// By fingerprint.
std::map<std::string, Generation> group_by_generation(Survey& survey);

/// What ntpd asks of the filestamps: equal for IFF and MV (crypto_iff, crypto_mv), the server's not older for
/// GQ (crypto_gq).
bool do_filestamps_fit(const Subject& server, const Subject& client);

}  // namespace keygen::inspect_room

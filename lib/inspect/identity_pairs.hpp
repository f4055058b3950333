#pragma once

#include <map>
#include <string>
#include <vector>

#include "inspect/scan.hpp"

namespace keygen::inspection {

/// Opened identity files that belong together.
struct Generation {
    std::vector<ExaminedFile*> servers, clients, authorities;
};

/// By fingerprint.
std::map<std::string, Generation> group_by_generation(Scan& scan);

/// What ntpd asks of the filestamps: equal for IFF and MV (crypto_iff, crypto_mv), the server's not older for
/// GQ (crypto_gq).
bool do_filestamps_fit(const ExaminedFile& server, const ExaminedFile& client);

/// Filestamps and GQ readings of server's and clients' files that belong together, wherever they lie.
void check_pairs(Scan& scan, const Context& context);

}  // namespace keygen::inspection

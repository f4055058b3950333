#pragma once

#include "inspect/scan.hpp"

namespace keygen::inspection {

/// Host keys, sign keys and certificates of each name in a place against each other.
void check_hosts(Scan& scan, ScannedDirectory& directory_scan, const Context& context);
/// GQ's public value in the certificates of a place.
void check_gq_values(Scan& scan, ScannedDirectory& directory_scan, const Context& context);

}  // namespace keygen::inspection

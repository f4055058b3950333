#pragma once

#include "inspect/scan.hpp"

namespace keygen::inspection {

/// Modes and owners of a place and its files.
void check_permissions(const Scan& scan, const ScannedDirectory& directory_scan, const Context& context);
void check_permission(const ExaminedFile& subject, const InspectedDirectory* directory,
                      const Context& context);

}  // namespace keygen::inspection

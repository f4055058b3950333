#pragma once

#include "inspect/scan.hpp"

namespace keygen::inspection {

/// Older generations, and files that no link leads to.
void check_generations(Scan& scan, ScannedDirectory& directory_scan, const Context& context);

}  // namespace keygen::inspection

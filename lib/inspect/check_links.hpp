#pragma once

#include "inspect/scan.hpp"

namespace keygen::inspection {

/// Looks at the links of a place: where they lead, whether to the right sort of file, and fills in
/// Subject::file.links.
void check_links(Scan& scan, ScannedDirectory& directory_scan, const Context& context);

}  // namespace keygen::inspection

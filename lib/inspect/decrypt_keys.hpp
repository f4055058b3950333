#pragma once

#include "inspect/scan.hpp"

namespace keygen::inspection {

/// Opens what may be opened, the caller's files and those that links lead to first.
void open_keys(Scan& scan, const Context& context);

}  // namespace keygen::inspection

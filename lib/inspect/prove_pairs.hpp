#pragma once

#include <vector>

#include "inspect/scan.hpp"

namespace keygen::inspection {

/// Challenge-response rounds between all files that belong together.
std::vector<Proof> prove_pairs(Scan& scan, const Context& context);

}  // namespace keygen::inspection

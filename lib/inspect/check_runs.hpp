#pragma once

#include <string>
#include <vector>

#include "inspect/examined_file.hpp"

namespace keygen::inspection {

/// Names a run that was interrupted among a directory's names; true when some of its links may have moved and
/// others not.
bool check_runs(const std::string& directory, const std::vector<std::string>& names, const Context& context);

}  // namespace keygen::inspection

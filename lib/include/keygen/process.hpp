#pragma once

#include <keygen/export.hpp>

#include <string>
#include <vector>

namespace keygen {

/// Keeps this process's secrets out of core files, other processes' debuggers and swap, as far as the system
/// lets it: no core dumps, not traceable, secret bytes in locked memory. For a program's first line; returns
/// one sentence for each thing that could not be had.
KEYGEN_API std::vector<std::string> protect_process();

}  // namespace keygen

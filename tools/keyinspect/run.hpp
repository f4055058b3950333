#pragma once

#include "common/diagnostics.hpp"
#include "options.hpp"

/// Does what the options say and writes the report. Returns the status: 1 where something critical was found,
/// or with
/// --check what monitoring expects.
int run(Options& options, common::Diagnostics& voice);

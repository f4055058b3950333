#pragma once

#include "common/diagnostics.hpp"
#include "options.hpp"

/// Does what the options say and writes the report. Returns the status.
int run(const Options& options, common::Diagnostics& voice);

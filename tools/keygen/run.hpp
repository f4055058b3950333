#pragma once

#include "common/diagnostics.hpp"
#include "options.hpp"

/// Does what the options say: chooses the use case, hands it a request, and writes its report. Returns the
/// status.
int run(Options& options, common::Diagnostics& voice);

#pragma once

#include "front/voice.hpp"
#include "options.hpp"

/// Does what the options say: chooses the use case, hands it a request, and writes its report. Returns the
/// status.
int run(Options& options, front::Voice& voice);

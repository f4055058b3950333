#pragma once

#include "front/voice.hpp"
#include "options.hpp"

/// Does what the options say and writes the report. Returns the status.
int run(const Options& options, front::Voice& voice);

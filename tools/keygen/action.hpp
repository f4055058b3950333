#pragma once

#include <CLI/CLI.hpp>

#include "options.hpp"

/// What the options ask for. Throws keygen::Error(bad_request) for two actions at once, and for options that
/// could have no effect in the one: whoever gives them has something else in mind.
Action find_action(const CLI::App& app, const Options& options);

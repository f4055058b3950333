#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace common {

/// A completion script made from the command's own options. Throws keygen::Error(bad_request) for a shell
/// other than bash, zsh and fish.
std::string format_completion(const CLI::App& app, const std::string& shell);

}  // namespace common

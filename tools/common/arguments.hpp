#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <utility>
#include <vector>

namespace common {

/// A form of an option that CLI11 cannot be told: "-!", say, for "--more-help".
using OptionForm = std::pair<std::string, std::string>;

/// The arguments behind the command's name with their options as CLI11 knows them: other forms replaced, long
/// names completed that are abbreviated but begin no other option's. What is an option's value stays as it
/// is. Throws keygen::Error(bad_request) for an abbreviation of several options.
std::vector<std::string> expand_arguments(const CLI::App& app, int argc, char** argv,
                                          const std::vector<OptionForm>& forms);

}  // namespace common

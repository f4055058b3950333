#pragma once

#include <CLI/CLI.hpp>

#include <string>

/// Options in a file: lines of the form name=value with long names, # before comments, and flags as name=true
/// or by their number of times. Quotes around a value are not part of it; commas and blanks are.
class OptionsFile final : public CLI::Config {
  public:
    /// The options that were given, but for secrets and the options about the file itself. Throws
    /// keygen::Error(bad_request) for a value of several lines.
    std::string to_config(const CLI::App* app, bool default_also, bool write_description,
                          std::string prefix) const override;
    std::vector<CLI::ConfigItem> from_config(std::istream& input) const override;
};

/// Writes the options of this run into a new file, mode 0600; with `force` in the place of an old one.
/// Throws keygen::Error(already_exists, input_output), and then nothing has changed.
void save_options(const CLI::App& app, const std::string& path, bool force);

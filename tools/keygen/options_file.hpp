#pragma once

#include <keygen/secret.hpp>

#include <CLI/CLI.hpp>

#include <string>

/// Options in a file: lines of the form name=value with long names, # before comments, and flags as name=true
/// or by their number of times. Quotes around a value are not part of it; commas and blanks are.
class OptionsFile final : public CLI::Config {
  public:
    /// Reads the file. Throws keygen::Error(bad_request) when that fails, or it is no regular file.
    void load(const std::string& path);
    /// The options that were given, but for secrets and the options about the file itself. Throws
    /// keygen::Error(bad_request) for a value of several lines.
    std::string to_config(const CLI::App* app, bool default_also, bool write_description,
                          std::string prefix) const override;
    /// The entries of what was loaded. CLI11's own stream ends the same way at the end and at an error.
    std::vector<CLI::ConfigItem> from_config(std::istream& input) const override;

  private:
    keygen::SecretBytes text_;  ///< by hand, a password may be among the options
};

/// Writes the options of this run into a new file, mode 0600; with `force` in the place of an old one.
/// Throws keygen::Error(already_exists, input_output), and then nothing has changed.
void save_options(const CLI::App& app, const std::string& path, bool force);

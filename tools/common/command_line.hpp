#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/arguments.hpp"
#include "common/password.hpp"

namespace common {

/// A command's arguments: parsed once, secrets among them overwritten where the system shows them.
class CommandLine {
  public:
    CommandLine(int argc, char** argv) : argc_(argc), argv_(argv) {}

    /// Adds --help, --version, --completion and how errors look. Call it after the command's own options.
    static void add_standard_options(CLI::App& app);
    /// -p and its three better ways. `secret_option` is set to the option that takes the password itself.
    static void add_password_options(CLI::App& app, PasswordSource& source, const std::string& names);
    /// An option whose value is a secret.
    static CLI::Option* add_secret_option(CLI::App& app, const std::string& names,
                                          std::optional<keygen::SecretBytes>& value,
                                          const std::string& description);

    /// Parses. A status to leave with after --help and the like; throws keygen::Error(bad_request) with a
    /// hint for what cannot be understood, and for an empty value but of the options in `may_be_empty`.
    std::optional<int> parse(CLI::App& app, const std::vector<std::string>& may_be_empty = {});
    /// Overwrites every argument that ends in `secret` where ps(1) would show it.
    void overwrite(const keygen::SecretBytes& secret);

    /// Before parsing: `form` stands for the option `name`, also with a value right behind it.
    void add_form(const std::string& form, const std::string& name) { forms_.emplace_back(form, name); }
    /// Whether `name` is among the arguments.
    [[nodiscard]] bool mentions(std::string_view name) const;

  private:
    /// Given among the arguments, and not in a file of options or the environment.
    [[nodiscard]] bool is_argument(const CLI::Option& option) const;

    int argc_;
    char** argv_;
    std::vector<OptionForm> forms_;
};

}  // namespace common

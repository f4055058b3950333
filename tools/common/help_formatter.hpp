#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace common {

/// Lays --help out the same with every release of CLI11.
class HelpFormatter : public CLI::FormatterBase {
  public:
    std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override;
};

}  // namespace common

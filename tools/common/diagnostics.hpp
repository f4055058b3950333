#pragma once

#include <keygen/error.hpp>

#include <string>
#include <string_view>

namespace common {

/// How a command speaks on standard error: "keygen: error: ...", one line each, coloured on a terminal only.
class Diagnostics {
  public:
    explicit Diagnostics(std::string command);

    void set_quiet(bool quiet) { quiet_ = quiet; }
    void set_debug(int level) { debug_ = level; }

    void error(std::string_view text) const;
    void error(const keygen::Error& error) const;
    /// Warnings and hints are silent with --quiet.
    void warning(std::string_view text) const;
    void hint(std::string_view text) const;
    /// Shown from -d on.
    void debug(std::string_view text) const;

    [[nodiscard]] const std::string& command() const { return command_; }

  private:
    void say(std::string_view label, std::string_view colour, std::string_view text) const;

    std::string command_;
    bool quiet_ = false;
    int debug_ = 0;
    bool coloured_ = false;
};

/// True when standard error is a terminal that may be drawn on.
bool has_terminal();

}  // namespace common

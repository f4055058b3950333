#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/command_line.hpp"
#include "common/password.hpp"

/// The command line of keyinspect, as it was given.
struct Options {
    std::vector<std::string> paths;     ///< "-" is standard input
    std::vector<std::string> ntp_conf;  ///< configurations
    std::optional<std::string> daemon;
    std::optional<std::string> dialect;
    std::optional<std::string> host;
    std::string user;
    std::optional<std::string> timeline;
    std::string default_keysdir;
    unsigned warn_days = 30;
    std::optional<unsigned> time_limit;  ///< seconds
    bool prove = false;
    bool check = false;
    bool numbers = false;
    bool json = false;
    bool quiet = false;
    common::PasswordSource password;
};

/// Fills `options`; a status to leave with after --help and the like. Throws keygen::Error(bad_request).
std::optional<int> parse_options(common::CommandLine& command_line, const std::string& command,
                                 Options& options);

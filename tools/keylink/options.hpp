#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/command_line.hpp"

/// The command line of keylink, as it was given.
struct Options {
    std::vector<std::string> files;
    std::optional<std::string> keysdir;
    std::string layout = "ntpd";
    std::string host;
    std::string server;
    std::string client;
    std::optional<std::string> group;
    double lock_timeout_seconds = 10;
    bool install = false;
    bool list = false;
    bool check = false;
    bool prune = false;
    bool rollback = false;
    bool dry_run = false;
    bool force = false;
    bool json = false;
    bool quiet = false;
};

/// Fills `options`; a status to leave with after --help and the like. Throws keygen::Error(bad_request).
std::optional<int> parse_options(common::CommandLine& command_line, const std::string& command,
                                 Options& options);

#pragma once

#include <keygen/configuration.hpp>

#include <string>

#include "inspect/configuration/settings.hpp"

namespace keygen::inspection {

/// A daemon that starts, as far as it was followed.
struct Startup {
    ConfigurationReport& report;  ///< has daemon, keysdir, host and ident
    const Settings& settings;
    const ConfigurationRequest& request;
    Findings& findings;
    /// False once a file could not be read that decides what the daemon says and whether it goes on.
    bool is_certain = true;

    void log(std::string text, bool is_last = false);
    /// The daemon ends, whatever the files say that could not be read.
    void end();
    /// Adds the file to the report, with the finding that says why nothing follows from it.
    void leave_open(const std::string& purpose, const std::string& path, const std::string& cause);
};

/// Fills in what ntpd loads at start (crypto_setup), and what it will log.
void start_autokey(Startup& startup);
/// Judges the associations with autokey (crypto_ident).
void judge_autokey(Startup& startup);
/// The keys file, and the associations with a key.
void start_symmetric(Startup& startup);

}  // namespace keygen::inspection

#pragma once

#include <keygen/configuration.hpp>

#include "inspect/configuration/syntax.hpp"

namespace keygen::inspect_room {

/// Fills in what ntpd loads at start (crypto_setup), and what it will log. `report` has daemon, keysdir, host
/// and ident.
void start_autokey(ConfigurationReport& report, const Settings& settings, const ConfigurationRequest& request,
                   Findings& findings);
/// Judges the associations with autokey (crypto_ident).
void judge_autokey(ConfigurationReport& report, const Settings& settings, const ConfigurationRequest& request,
                   Findings& findings);
/// The keys file, and the associations with a key.
void start_symmetric(ConfigurationReport& report, const ConfigurationRequest& request, Findings& findings);

}  // namespace keygen::inspect_room

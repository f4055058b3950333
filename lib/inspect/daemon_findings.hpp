#pragma once

#include "inspect/examined_daemon.hpp"

namespace keygen::inspection {

/// Gives what was found in the daemon's files the severity that it has for this daemon: what nothing needs
/// does no harm, and what was not seen is not missing.
void weigh_findings(ExaminedDaemon& examined);

/// Finds what a profile of AppArmor keeps from a daemon that is this machine's own.
void check_profile(ExaminedDaemon& examined);

}  // namespace keygen::inspection

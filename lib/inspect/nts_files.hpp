#pragma once

#include "inspect/examined_daemon.hpp"

namespace keygen::inspection {

/// Looks at the files of Network Time Security that a configuration names: whether they are there, can be
/// read by the daemon, belong together, and which daemons take the certificate.
void check_nts_files(ExaminedDaemon& examined);

}  // namespace keygen::inspection

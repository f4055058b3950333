#pragma once

#include "inspect/examined_daemon.hpp"

namespace keygen::inspection {

/// Gives its verdict to an association with Autokey, or to one whose server has it. `server` is the other
/// side, or nullptr where it is not known.
void judge_autokey(ExaminedDaemon& client, Association& association, const ExaminedDaemon* server);

}  // namespace keygen::inspection

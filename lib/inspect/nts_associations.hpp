#pragma once

#include "inspect/examined_daemon.hpp"

namespace keygen::inspection {

/// Gives its verdict to an association with Network Time Security. `server` is the other side, or nullptr
/// where it is not known.
void judge_nts(ExaminedDaemon& client, Association& association, const ExaminedDaemon* server);

/// True where the server shows a certificate of Network Time Security for the association's host.
bool shows_nts_certificate(const ExaminedDaemon& server, const Association& association);

}  // namespace keygen::inspection

#pragma once

#include "inspect/examined_daemon.hpp"

namespace keygen::inspection {

/// Loads what ntpd loads at its start with a crypto statement (crypto_setup in ntpd/ntp_crypto.c). `server`
/// is one that it asks and that starts; null where none is known.
void load_autokey_files(ExaminedDaemon& examined, const ExaminedDaemon* server);

}  // namespace keygen::inspection

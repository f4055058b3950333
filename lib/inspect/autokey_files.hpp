#pragma once

#include "inspect/examined_daemon.hpp"

namespace keygen::inspection {

/// Loads what ntpd loads at its start with a crypto statement (crypto_setup in ntpd/ntp_crypto.c).
void load_autokey_files(ExaminedDaemon& examined);

}  // namespace keygen::inspection

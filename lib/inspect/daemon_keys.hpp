#pragma once

#include <cstdint>

#include "inspect/examined_daemon.hpp"

namespace keygen::inspection {

Dialect dialect_of(Daemon daemon);

/// True when a source, a controlkey or a requestkey asks for a key of the keys file.
bool needs_symmetric_keys(const daemon::Settings& settings, const std::vector<Association>& associations);

/// Reads the keys file, if there is one in the configuration, and reports how it went.
void load_keys(ExaminedDaemon& examined);
/// nullptr for a key that the daemon does not hold.
const SymmetricKey* find_key(const ExaminedDaemon& examined, std::uint32_t id);
/// chronyd trusts every key that it has.
bool is_trusted(const ExaminedDaemon& examined, std::uint32_t id);

/// Gives its verdict to an association with a key. `server` is the other side, or nullptr where it is not
/// known.
void judge_key(ExaminedDaemon& examined, Association& association, const ExaminedDaemon* server);
/// Control keys, and trusted ones that are not there.
void check_other_keys(ExaminedDaemon& examined);

}  // namespace keygen::inspection

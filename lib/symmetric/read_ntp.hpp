#pragma once

#include <optional>

#include "symmetric/reading.hpp"

namespace keygen::symmetric {

/// The key on a line as ntpd or NTPsec (authreadkeys) holds it; nothing for a line without one.
std::optional<SymmetricKey> read_ntp_line(const InputLine& piece, Dialect daemon, LineReport& report);

}  // namespace keygen::symmetric

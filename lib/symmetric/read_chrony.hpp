#pragma once

#include <optional>

#include "symmetric/reading.hpp"

namespace keygen::symmetric {

/// The key on a line as chronyd (KEY_Reload) holds it; nothing for a line without one.
std::optional<SymmetricKey> read_chrony_line(const InputLine& piece, LineReport& report);

}  // namespace keygen::symmetric

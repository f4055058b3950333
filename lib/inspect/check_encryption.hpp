#pragma once

#include "inspect/examined_file.hpp"

namespace keygen::inspection {

/// PBKDF2 with fewer rounds is called weak: ntp-keygen's 2048 are OpenSSL's default of 2000, ours are 20000.
constexpr long MIN_KEY_DERIVATION_ROUNDS = 10000;

/// What is to be said of a private key's encryption, or of its absence.
void check_encryption(const ExaminedFile& subject, const Context& context);

}  // namespace keygen::inspection

#pragma once

#include "inspect/identify.hpp"

namespace keygen::inspection {

/// Describes the private key in `subject.content` from outside.
void inspect_private_key(ExaminedFile& subject, const Context& context);

/// True while a private key has been neither opened nor given up.
bool is_encrypted(const ExaminedFile& subject);

/// How it went to open an encrypted key.
enum class Opening { opened, wrong_password, failed };
/// Opens the private key with `password` (null for none) and fills in what its numbers say. A wrong password
/// is no finding here; content that can never be a key is. The numbers are tested only when `is_examined`.
Opening open_key(ExaminedFile& subject, const SecretBytes* password, bool is_examined,
                 const Context& context);

/// Warns of a modulus under 2048 bits.
void check_modulus(const ExaminedFile& subject, const Context& context);

}  // namespace keygen::inspection

#pragma once

#include "inspect/subject.hpp"

namespace keygen::inspect_room {

/// Describes the private key in `subject.content` from outside.
void inspect_private_key(Subject& subject, const Surroundings& around);

/// True while a private key has been neither opened nor given up.
bool is_closed(const Subject& subject);

/// How it went to open an encrypted key.
enum class Opening { opened, wrong_password, failed };
/// Opens the private key with `password` (null for none) and fills in what its numbers say. A wrong password
/// is no finding here; content that can never be a key is. The numbers are tested only when `is_examined`.
Opening open_key(Subject& subject, const SecretBytes* password, bool is_examined, const Surroundings& around);

/// Fills in an identity key's size, fingerprint, readings and numbers, with what is to be said about them.
void describe_identity(Subject& subject, const Surroundings& around);

/// Warns of a modulus under 2048 bits.
void check_modulus(const Subject& subject, const Surroundings& around);

}  // namespace keygen::inspect_room

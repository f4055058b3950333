#pragma once

#include "inspect/examined_file.hpp"

namespace keygen::inspection {

/// Fills in an identity key's size, fingerprint, readings and numbers, with what is to be said about them.
void describe_identity(ExaminedFile& subject, const Context& context);

}  // namespace keygen::inspection

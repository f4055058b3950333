#pragma once

#include "inspect/subject.hpp"

namespace keygen::inspect_room {

/// Reads the certificate in `text` and what is wrong with it whoever uses it.
void inspect_certificate(Subject& subject, std::string_view text, const Surroundings& around);
/// What is to be said of a certificate that is in use: its dates.
void check_current_certificate(const Subject& subject, const Surroundings& around);

}  // namespace keygen::inspect_room

#pragma once

#include "inspect/examined_file.hpp"

namespace keygen::inspection {

/// Reads the certificate in `text` and what is wrong with it whoever uses it.
void inspect_certificate(ExaminedFile& subject, std::string_view text, const Context& context);
/// What is to be said of a certificate that is in use: its dates.
void check_current_certificate(const ExaminedFile& subject, const Context& context);

}  // namespace keygen::inspection

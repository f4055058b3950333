#pragma once

#include "inspect/examined_file.hpp"

namespace keygen::inspection {

/// True when weaknesses of the file matter: it is in use, or its name does not tell that it is not.
bool is_in_use(const ExaminedFile& subject);
/// `severity` for a file in use, a note for one that nothing uses.
Severity severity_in_use(const ExaminedFile& subject, Severity severity);

/// True when the file's name says the same as line 1, filestamp and all: then neither was changed by
/// accident.
bool bears_its_name(const ExaminedFile& subject);

/// Compares the names in path and header, and looks at the filestamp.
void check_names(const ExaminedFile& subject, const Context& context);

}  // namespace keygen::inspection

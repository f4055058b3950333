#pragma once

#include "inspect/examined_file.hpp"

namespace keygen::inspection {

/// True when `text` begins like a keys file of any daemon: its first line that is no comment is "id word
/// ...".
bool looks_like_keys_file(std::string_view text);

/// Reads a keys file as its daemon does, and says what the others would make of it.
void inspect_keys_file(ExaminedFile& subject, std::string_view text, const Context& context);

}  // namespace keygen::inspection

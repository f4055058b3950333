#pragma once

#include "inspect/subject.hpp"

namespace keygen::inspect_room {

/// True when `text` begins like a keys file of any daemon: its first line that is no comment is "id word
/// ...".
bool looks_like_keys_file(std::string_view text);

/// Reads a keys file as its daemon does, and says what the others would make of it.
void inspect_keys_file(Subject& subject, std::string_view text, const Surroundings& around);

}  // namespace keygen::inspect_room

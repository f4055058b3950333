#pragma once

#include <string_view>

#include "inspect/examined_file.hpp"

namespace keygen::inspection {

/// True when `text` begins like a keys file of any daemon: its first line that is no comment is "id word
/// ...".
bool looks_like_keys_file(std::string_view text);

/// True for the name that keys files of the daemons and of ntp-keygen bear.
bool is_keys_file_name(std::string_view name);

/// Reads a keys file as its daemon does, and says what the others would make of it.
void inspect_keys_file(ExaminedFile& subject, std::string_view text, const Context& context);

}  // namespace keygen::inspection

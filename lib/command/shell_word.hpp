#pragma once

#include <string>
#include <string_view>

namespace keygen::command {

/// `text` as one word of a shell command that can be pasted.
std::string shell_word(std::string_view text);

/// The same for a path, which no program takes for an option.
std::string path_word(std::string_view path);

}  // namespace keygen::command

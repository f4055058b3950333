#pragma once

#include <string>

namespace keygen::keysdir {

/// Gives what is called `from` the new name `to`, never replacing another; 0 or errno. Where the system or
/// the file system does not offer that in one step, both are its names for a moment.
int rename_to_new(int directory, const std::string& from, const std::string& to);

}  // namespace keygen::keysdir

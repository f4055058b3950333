#pragma once

#include <string>

namespace keygen::keysdir {

// What only some systems do with two names of a directory in one step: renameat2(2).

enum class Exchange { done, failed, not_offered };

/// Exchanges what the two names stand for. errno says why it failed; `not_offered` is this system's or this
/// file system's answer to anybody.
Exchange exchange_names(int directory, const std::string& first, const std::string& second);

/// Gives what is called `from` the new name `to`, never replacing another; false with errno. Where that is
/// not offered in one step, `from` stays as its second name.
bool rename_to_new(int directory, const std::string& from, const std::string& to);

}  // namespace keygen::keysdir

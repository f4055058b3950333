#pragma once

#include <cstddef>
#include <string_view>

namespace keygen::base {

/// The length of the UTF-8 sequence at the start of `text` (RFC 3629, section 4) when it stands for a
/// character that shows as what it is: no control, and none of those that only turn or hide the text around
/// them. 0 when there is none.
std::size_t printable_length(std::string_view text);

}  // namespace keygen::base

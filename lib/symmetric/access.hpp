#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keygen::symmetric {

/// ntpd's access list, the fourth word of its lines.
struct AccessList {
    std::vector<std::string> addresses;
    bool has_odd_mask = false;  ///< a mask longer than the address, or none behind the slash; ntpd takes both
};

/// Nothing when ntpd reports an error (and refuses the file).
std::optional<AccessList> parse_access_list(std::string_view word);

}  // namespace keygen::symmetric

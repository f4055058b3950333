#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>

namespace common {

/// What --group means. Throws keygen::Error(bad_request).
gid_t to_group_id(const std::string& name);
/// What --lock-timeout means. Throws keygen::Error(bad_request).
std::chrono::milliseconds to_lock_timeout(double seconds);

}  // namespace common

#include "common/keysdir_options.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>
#include <grp.h>

namespace common {

using keygen::Error;
using keygen::ErrorCode;

gid_t to_group_id(const std::string& name) {
    const ::group* entry = ::getgrnam(name.c_str());
    if (entry == nullptr)
        throw Error(ErrorCode::bad_request,
                    fmt::format("--group: there is no group of users \"{}\"", keygen::escaped(name)));
    return entry->gr_gid;
}

std::chrono::milliseconds to_lock_timeout(double seconds) {
    constexpr double MAX_SECONDS = 86400;
    if (!(seconds >= 0 && seconds <= MAX_SECONDS))
        throw Error(ErrorCode::bad_request, "--lock-timeout takes 0 to 86400 seconds");
    return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

}  // namespace common

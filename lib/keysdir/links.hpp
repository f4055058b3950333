#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>

#include "keysdir/directory.hpp"

namespace keygen::keysdir {

/// Where a name in a key directory leads when everything is followed as open(2) follows it for ntpd: links to
/// links, relative, absolute and through other directories. The one answer to "what does this link lead to".
struct LinkEnd {
    int failure = 0;  ///< errno of stat(2); ENOENT or ENOTDIR for what dangles, ELOOP for a loop
    FileIdentity identity{};
    struct stat status {};

    [[nodiscard]] bool is_regular() const { return failure == 0 && S_ISREG(status.st_mode); }
};
LinkEnd follow_link(const Directory& directory, const std::string& name);

/// The name within the directory of the regular file that `name` leads to; `name` itself when it is one;
/// nothing when there is no such name. Throws Error(bad_file) for what dangles, loops, leads out of the
/// directory or to anything but a regular file.
std::optional<std::string> resolve(const Directory& directory, const std::string& name);

/// What stat(2)'s errno means for a link that says `target`: "the link leads to X, which does not exist".
std::string describe_failure(int failure, const std::string& target);

}  // namespace keygen::keysdir

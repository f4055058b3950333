#include "keysdir/rename_to_new.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <cerrno>

namespace keygen::keysdir {

int rename_to_new(int directory, const std::string& from, const std::string& to) {
#ifdef KEYGEN_HAS_RENAMEAT2
    if (::renameat2(directory, from.c_str(), directory, to.c_str(), RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)  // what a file system says that does not know the flag
        return errno;
#endif
    if (::linkat(directory, from.c_str(), directory, to.c_str(), 0) != 0)
        return errno;
    return ::unlinkat(directory, from.c_str(), 0) == 0 ? 0 : errno;
}

}  // namespace keygen::keysdir

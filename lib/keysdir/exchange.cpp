#include "keysdir/exchange.hpp"

#include <stdio.h>
#include <unistd.h>

#include <cerrno>

namespace keygen::keysdir {

namespace {

#ifdef KEYGEN_HAS_RENAMEAT2
constexpr unsigned EXCHANGE = RENAME_EXCHANGE;
constexpr unsigned NO_REPLACE = RENAME_NOREPLACE;

int rename_with(unsigned flag, int directory, const std::string& from, const std::string& to) {
    return ::renameat2(directory, from.c_str(), directory, to.c_str(), flag);
}
#else
constexpr unsigned EXCHANGE = 0;
constexpr unsigned NO_REPLACE = 0;

int rename_with(unsigned, int, const std::string&, const std::string&) {
    errno = ENOSYS;
    return -1;
}
#endif

// What a system says that has no such call, and a file system that does not know the flag.
bool is_not_offered(int error_number) {
    return error_number == EINVAL || error_number == ENOSYS;
}

}  // namespace

Exchange exchange_names(int directory, const std::string& first, const std::string& second) {
    if (rename_with(EXCHANGE, directory, first, second) == 0)
        return Exchange::done;
    return is_not_offered(errno) ? Exchange::not_offered : Exchange::failed;
}

bool rename_to_new(int directory, const std::string& from, const std::string& to) {
    if (rename_with(NO_REPLACE, directory, from, to) == 0)
        return true;
    return is_not_offered(errno) && ::linkat(directory, from.c_str(), directory, to.c_str(), 0) == 0;
}

}  // namespace keygen::keysdir

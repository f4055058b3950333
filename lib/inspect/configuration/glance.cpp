#include "inspect/configuration/glance.hpp"

#include <keygen/error.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "keysdir/directory.hpp"

namespace keygen::inspect_room {

namespace {

using State = Glance::State;

bool is_nothing(int number) {
    return number == ENOENT || number == ENOTDIR || number == ELOOP || number == ENAMETOOLONG;
}

Glance nothing_read(State state, std::string cause) {
    Glance glance;
    glance.state = state;
    glance.cause = std::move(cause);
    return glance;
}

}  // namespace

Glance glance_at(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        const int number = errno;
        return is_nothing(number) ? nothing_read(State::absent, std::strerror(number))
                                  : nothing_read(State::unknown, std::strerror(number));
    }
    Glance glance;
    glance.state = State::there;
    glance.is_directory = S_ISDIR(status.st_mode);
    if (glance.is_directory)
        return glance;
    try {
        glance.content = keysdir::read_file(path);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::crypto)
            throw;
        // Gone since it was looked at.
        return nothing_read(error.code() == ErrorCode::not_found ? State::absent : State::unknown,
                            error.message());
    }
    return glance;
}

bool is_closed_directory(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0)
        return !is_nothing(errno);
    return S_ISDIR(status.st_mode) && ::access(path.c_str(), R_OK | X_OK) != 0;
}

}  // namespace keygen::inspect_room

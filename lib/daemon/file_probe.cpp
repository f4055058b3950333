#include "daemon/file_probe.hpp"

#include <keygen/error.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "keysdir/directory.hpp"

namespace keygen::daemon {

namespace {

using State = FileProbe::State;

bool is_nothing(int number) {
    return number == ENOENT || number == ENOTDIR || number == ELOOP || number == ENAMETOOLONG;
}

FileProbe nothing_read(State state, std::string cause) {
    FileProbe probed;
    probed.state = state;
    probed.cause = std::move(cause);
    return probed;
}

}  // namespace

FileProbe probe(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        const int number = errno;
        return is_nothing(number) ? nothing_read(State::absent, std::strerror(number))
                                  : nothing_read(State::unknown, std::strerror(number));
    }
    FileProbe probed;
    probed.state = State::present;
    probed.is_directory = S_ISDIR(status.st_mode);
    if (probed.is_directory)
        return probed;
    try {
        probed.content = keysdir::read_file(path);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::crypto)
            throw;
        // Gone since it was looked at.
        return nothing_read(error.code() == ErrorCode::not_found ? State::absent : State::unknown,
                            error.message());
    }
    return probed;
}

bool is_closed_directory(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0)
        return !is_nothing(errno);
    return S_ISDIR(status.st_mode) && ::access(path.c_str(), R_OK | X_OK) != 0;
}

}  // namespace keygen::daemon

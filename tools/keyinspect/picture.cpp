#include "picture.hpp"

#include <keygen/error.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>

namespace {

constexpr std::string_view BEGINNING = "<svg ";

[[noreturn]] void fail(const std::string& path, int number) {
    throw keygen::Error(keygen::ErrorCode::input_output,
                        fmt::format("cannot write the timeline: {}", std::strerror(number)))
        .in(path);
}

bool is_picture(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0)
        return false;
    std::array<char, BEGINNING.size()> start{};
    const auto count = ::read(file, start.data(), start.size());
    ::close(file);
    return count == static_cast<ssize_t>(start.size()) &&
           std::string_view(start.data(), start.size()) == BEGINNING;
}

void require_free(const std::string& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0 || (S_ISREG(status.st_mode) && is_picture(path)))
        return;
    throw keygen::Error(keygen::ErrorCode::already_exists, S_ISREG(status.st_mode)
                                                               ? "there is a file that is no SVG picture"
                                                           : S_ISLNK(status.st_mode) ? "a link is in the way"
                                                                                     : "not a regular file")
        .in(path)
        .hint("name another file for the timeline; - is standard output");
}

int write_and_close(int file, std::string_view text) {
    int number = 0;
    while (number == 0 && !text.empty()) {
        const auto count = ::write(file, text.data(), text.size());
        if (count > 0)
            text.remove_prefix(static_cast<std::size_t>(count));
        else if (count == 0 || errno != EINTR)
            number = count == 0 ? ENOSPC : errno;
    }
    if (::fsync(file) != 0 && number == 0 && errno != EINVAL)
        number = errno;
    if (::close(file) != 0 && number == 0)
        number = errno;
    return number;
}

}  // namespace

void write_picture(const std::string& path, const std::string& svg) {
    require_free(path);
    const std::string temporary = fmt::format("{}.{}.new", path, ::getpid());
    const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (file < 0)
        fail(path, errno);
    int number = write_and_close(file, svg);
    if (number == 0 && ::rename(temporary.c_str(), path.c_str()) != 0)
        number = errno;
    if (number != 0) {
        ::unlink(temporary.c_str());
        fail(path, number);
    }
}

#include "keysdir/directory.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace keygen::keysdir {

namespace {

void require_regular(int descriptor, const std::string& path) {
    struct stat status {};
    if (::fstat(descriptor, &status) != 0)
        throw system_failure("look at", path);
    if (!S_ISREG(status.st_mode))
        throw Error(ErrorCode::bad_file, "not a regular file").in(path);
    if (status.st_size > static_cast<off_t>(MAX_KEY_FILE_BYTES))
        throw Error(ErrorCode::bad_file,
                    fmt::format("{} bytes; no key file has more than 16 MB", status.st_size))
            .in(path);
}

}  // namespace

Error system_failure(std::string_view verb, const std::string& path) {
    const int number = errno;
    const auto code = number == ENOENT ? ErrorCode::not_found : ErrorCode::input_output;
    return Error(code, fmt::format("cannot {}: {}", verb, std::strerror(number))).in(path);
}

Directory Directory::open(const std::string& path) {
    FileDescriptor descriptor(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!descriptor.is_open())
        throw system_failure("open the key directory", path);
    return {path, std::move(descriptor)};
}

std::string Directory::path_of(std::string_view name) const {
    return path_ == "." ? std::string(name)
                        : fmt::format("{}{}{}", path_, path_.ends_with('/') ? "" : "/", name);
}

std::vector<std::string> Directory::list() const {
    FileDescriptor copy(::openat(descriptor_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!copy.is_open())
        throw system_failure("list", path_);
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(copy.get()), ::closedir);
    if (stream == nullptr)
        throw system_failure("list", path_);
    (void)copy.release();
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* entry = ::readdir(stream.get())) {
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..")
            names.emplace_back(name);
    }
    if (errno != 0)
        throw system_failure("list", path_);
    std::sort(names.begin(), names.end());
    return names;
}

std::optional<struct stat> Directory::status_of(const std::string& name) const {
    struct stat status {};
    if (::fstatat(descriptor_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0)
        return status;
    if (errno == ENOENT)
        return std::nullopt;
    throw system_failure("look at", path_of(name));
}

EntryKind Directory::kind_of(const std::string& name) const {
    const auto status = status_of(name);
    if (!status)
        return EntryKind::missing;
    switch (status->st_mode & S_IFMT) {
        case S_IFREG:
            return EntryKind::regular;
        case S_IFLNK:
            return EntryKind::link;
        case S_IFDIR:
            return EntryKind::directory;
        default:
            return EntryKind::other;
    }
}

std::optional<std::string> Directory::link_target(const std::string& name) const {
    std::array<char, PATH_MAX> target{};
    const auto length = ::readlinkat(descriptor_.get(), name.c_str(), target.data(), target.size());
    if (length >= 0)
        return std::string(target.data(), static_cast<std::size_t>(length));
    if (errno == EINVAL || errno == ENOENT)
        return std::nullopt;
    throw system_failure("read the link", path_of(name));
}

SecretBytes Directory::read(const std::string& name) const {
    // O_NONBLOCK: opening a FIFO must not wait for its writer.
    const FileDescriptor file(
        ::openat(descriptor_.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (!file.is_open()) {
        // Which number says that it is a link or a socket differs by system.
        const int number = errno;
        const EntryKind kind = kind_of(name);
        if (kind == EntryKind::link || kind == EntryKind::other)
            throw Error(ErrorCode::bad_file, "not a regular file").in(path_of(name));
        errno = number;
        throw system_failure("read", path_of(name));
    }
    require_regular(file.get(), path_of(name));
    return read_to_end(file.get(), path_of(name));
}

std::string Directory::absolute_path() const {
    const std::unique_ptr<char, void (*)(void*)> absolute(::realpath(path_.c_str(), nullptr), std::free);
    return absolute == nullptr ? path_ : absolute.get();
}

bool Directory::is_writable() const {
    return ::faccessat(descriptor_.get(), ".", W_OK | X_OK, AT_EACCESS) == 0;
}

void Directory::require_writable() const {
    if (!is_writable())
        throw system_failure("write to the key directory", path_)
            .hint("run it as the directory's owner, or name another directory with --keysdir");
}

void Directory::lock(std::chrono::milliseconds timeout, const Progress* progress) {
    if (!lock_)
        lock_.emplace(Lock::take(descriptor_.get(), path_, timeout, progress));
}

}  // namespace keygen::keysdir

namespace keygen {

SecretBytes read_file(const std::string& path) {
    const keysdir::FileDescriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (!file.is_open())
        throw keysdir::system_failure("read", path);
    keysdir::require_regular(file.get(), path);
    return read_to_end(file.get(), path);
}

SecretBytes read_to_end(int descriptor, const std::string& path_for_messages) {
    std::size_t capacity = 16 << 10;
    SecretBytes buffer(capacity);
    std::size_t size = 0;
    for (;;) {
        const auto count = ::read(descriptor, buffer.bytes().data() + size, capacity - size);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            throw keysdir::system_failure("read", path_for_messages);
        if (count == 0)
            break;
        size += static_cast<std::size_t>(count);
        if (size > MAX_KEY_FILE_BYTES)
            throw Error(ErrorCode::bad_file, "no key file has more than 16 MB").in(path_for_messages);
        if (size == capacity) {
            capacity *= 2;
            SecretBytes larger(capacity);
            std::copy(buffer.bytes().begin(), buffer.bytes().end(), larger.bytes().begin());
            buffer = std::move(larger);
        }
    }
    buffer.truncate(size);
    return buffer;
}

}  // namespace keygen

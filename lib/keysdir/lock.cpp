#include "keysdir/lock.hpp"

#include <keygen/error.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <string_view>
#include <thread>

#include "keysdir/own_names.hpp"

namespace keygen::keysdir {

namespace {

constexpr mode_t LOCK_MODE = 0600;

std::string path_of_lock(const std::string& path) {
    return fmt::format("{}{}{}", path, path.ends_with('/') ? "" : "/", LOCK_NAME);
}

FileDescriptor open_file(int directory, const std::string& path, bool& is_new) {
    // O_NONBLOCK: opening a FIFO must not wait.
    constexpr int FLAGS = O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    for (;;) {
        FileDescriptor file(::openat(directory, LOCK_NAME, FLAGS | O_CREAT | O_EXCL, LOCK_MODE));
        is_new = file.is_open();
        const bool was_there = !is_new && errno == EEXIST;
        if (was_there)
            file = FileDescriptor(::openat(directory, LOCK_NAME, FLAGS));
        if (file.is_open())
            return file;
        if (!was_there || errno != ENOENT)  // else the one before has just removed it
            throw system_failure("open the lock", path_of_lock(path))
                .hint("it may be another user's; when none of their commands works here, remove it");
    }
}

template <typename Descriptor>
std::string_view read_line(Descriptor file, std::array<char, 64>& buffer) {
    const auto count = ::pread(file, buffer.data(), buffer.size(), 0);
    const std::string_view text(buffer.data(), count > 0 ? static_cast<std::size_t>(count) : 0);
    return text.substr(0, text.find('\n'));
}

// "process 4711 (keygen)" for one that still lives.
std::string describe_holder(int lock_file) {
    std::array<char, 64> buffer{};
    const std::string_view digits = read_line(lock_file, buffer);
    pid_t process = 0;
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), process);
    if (failure != std::errc() || end != digits.data() + digits.size())
        return "another process";
    const std::string path = fmt::format("/proc/{}/comm", process);
    const FileDescriptor name(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!name.is_open())
        return "another process";
    return fmt::format("process {} ({})", process, escaped(read_line(name.get(), buffer)));
}

// Whether the lock's name is still this file's. Who waited for it may hold one that the holder has removed.
enum class Name { own, another, unknown };
Name look_at_name(int directory, const struct stat& own) {
    struct stat named {};
    if (::fstatat(directory, LOCK_NAME, &named, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? Name::another : Name::unknown;
    return own.st_dev == named.st_dev && own.st_ino == named.st_ino ? Name::own : Name::another;
}

void note_holder(int file) {
    const std::string text = fmt::format("{}\n", ::getpid());
    // Without it, nobody is named.
    if (::ftruncate(file, 0) == 0)
        (void)!::pwrite(file, text.data(), text.size(), 0);
}

}  // namespace

Lock Lock::take(int directory, const std::string& path, std::chrono::milliseconds timeout,
                const Progress* progress) {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    for (;;) {
        bool is_new = false;
        FileDescriptor file = open_file(directory, path, is_new);
        if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) {
            Lock lock(directory, std::move(file));
            if (lock.is_own(path))
                return lock;
            continue;
        }
        if (errno != EWOULDBLOCK && errno != EINTR) {
            const Error error = system_failure("lock", path);
            if (is_new)
                ::unlinkat(directory, LOCK_NAME, 0);
            throw error;
        }
        if (std::chrono::steady_clock::now() >= deadline)
            throw Error(ErrorCode::locked,
                        fmt::format("{} is working in this key directory", describe_holder(file.get())))
                .in(path)
                .hint("try again when it is done, or wait longer with --lock-timeout");
        if (progress != nullptr && progress->is_cancelled())
            throw Error(ErrorCode::cancelled, "cancelled");
        std::this_thread::sleep_for(LOCK_POLL_INTERVAL);
    }
}

bool Lock::is_own(const std::string& path) {
    struct stat status {};
    if (::fstat(file_.get(), &status) != 0)
        throw system_failure("look at", path_of_lock(path));
    const Name name = look_at_name(directory_, status);
    if (name == Name::unknown)
        throw system_failure("look at", path_of_lock(path));
    if (name == Name::another)
        return false;
    // What has another name too is no lock of ours: it is neither written to nor removed.
    if (!S_ISREG(status.st_mode) || status.st_nlink > 1) {
        file_ = FileDescriptor();
        throw Error(ErrorCode::bad_file, "not a lock of ours").in(path_of_lock(path)).hint("remove it");
    }
    // The umask may have left nothing of the mode, and somebody may have opened the whole directory to all.
    if ((status.st_mode & 07777) != LOCK_MODE)
        (void)::fchmod(file_.get(), LOCK_MODE);
    note_holder(file_.get());
    return true;
}

Lock::~Lock() {
    struct stat status {};
    // Still locked, so that nobody else's file is removed.
    if (file_.is_open() &&
        (::fstat(file_.get(), &status) != 0 || look_at_name(directory_, status) != Name::another))
        ::unlinkat(directory_, LOCK_NAME, 0);
}

}  // namespace keygen::keysdir

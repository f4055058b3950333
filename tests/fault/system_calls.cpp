// The library's system calls. The linker leads each of them here (--wrap, from CMakeLists.txt, which reads
// the names off the lines that start with SYSTEM_CALL).
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "faults.hpp"

using faults::is_to_fail;
using faults::Kind;

#define SYSTEM_CALL(result, name, ...)            \
    extern "C" result __real_##name(__VA_ARGS__); \
    extern "C" result __wrap_##name(__VA_ARGS__); \
    extern "C" result __wrap_##name(__VA_ARGS__)

SYSTEM_CALL(int, open, const char* path, int flags, mode_t mode) {
    return is_to_fail(Kind::open, "open", EMFILE) ? -1 : __real_open(path, flags, mode);
}
SYSTEM_CALL(int, openat, int directory, const char* path, int flags, mode_t mode) {
    return is_to_fail(Kind::open, "openat", EMFILE) ? -1 : __real_openat(directory, path, flags, mode);
}
SYSTEM_CALL(int, fstat, int file, struct stat* status) {
    return is_to_fail(Kind::look, "fstat", EIO) ? -1 : __real_fstat(file, status);
}
SYSTEM_CALL(int, fstatat, int directory, const char* path, struct stat* status, int flags) {
    return is_to_fail(Kind::look, "fstatat", EIO) ? -1 : __real_fstatat(directory, path, status, flags);
}
SYSTEM_CALL(ssize_t, readlinkat, int directory, const char* path, char* target, size_t size) {
    return is_to_fail(Kind::look, "readlinkat", EIO) ? -1 : __real_readlinkat(directory, path, target, size);
}
SYSTEM_CALL(DIR*, fdopendir, int file) {
    return is_to_fail(Kind::look, "fdopendir", ENOMEM) ? nullptr : __real_fdopendir(file);
}
SYSTEM_CALL(dirent*, readdir, DIR* directory) {
    return is_to_fail(Kind::look, "readdir", EIO) ? nullptr : __real_readdir(directory);
}
SYSTEM_CALL(ssize_t, read, int file, void* bytes, size_t size) {
    return is_to_fail(Kind::read, "read", EIO) ? -1 : __real_read(file, bytes, size);
}
SYSTEM_CALL(ssize_t, write, int file, const void* bytes, size_t size) {
    if (is_to_fail(Kind::write, "write", ENOSPC))
        return -1;
    const bool is_short = is_to_fail(Kind::short_write, "write");
    return __real_write(file, bytes, is_short ? (size + 1) / 2 : size);
}
SYSTEM_CALL(int, fchmod, int file, mode_t mode) {
    return is_to_fail(Kind::change_mode, "fchmod", EPERM) ? -1 : __real_fchmod(file, mode);
}
SYSTEM_CALL(int, fchown, int file, uid_t user, gid_t group) {
    return is_to_fail(Kind::change_mode, "fchown", EPERM) ? -1 : __real_fchown(file, user, group);
}
SYSTEM_CALL(int, fsync, int file) {
    return is_to_fail(Kind::sync, "fsync", EIO) ? -1 : __real_fsync(file);
}
SYSTEM_CALL(int, close, int file) {
    const bool fails = is_to_fail(Kind::close, "close", EDQUOT);
    const int result = __real_close(file);  // Linux closes also when it reports a failure
    if (!fails)
        return result;
    errno = EDQUOT;
    return -1;
}
SYSTEM_CALL(int, renameat, int from, const char* old_name, int to, const char* new_name) {
    return is_to_fail(Kind::rename, "renameat", EIO) ? -1 : __real_renameat(from, old_name, to, new_name);
}
SYSTEM_CALL(int, renameat2, int from, const char* old_name, int to, const char* new_name, unsigned flags) {
    if (is_to_fail(Kind::rename, "renameat2", EIO) || is_to_fail(Kind::rename_flag, "renameat2", EINVAL))
        return -1;
    return __real_renameat2(from, old_name, to, new_name, flags);
}
SYSTEM_CALL(int, linkat, int from, const char* old_name, int to, const char* new_name, int flags) {
    return is_to_fail(Kind::link, "linkat", EMLINK) ? -1 : __real_linkat(from, old_name, to, new_name, flags);
}
SYSTEM_CALL(int, symlinkat, const char* target, int directory, const char* name) {
    return is_to_fail(Kind::symlink, "symlinkat", ENOSPC) ? -1 : __real_symlinkat(target, directory, name);
}
SYSTEM_CALL(int, unlinkat, int directory, const char* name, int flags) {
    return is_to_fail(Kind::unlink, "unlinkat", EACCES) ? -1 : __real_unlinkat(directory, name, flags);
}
SYSTEM_CALL(int, flock, int file, int operation) {
    return is_to_fail(Kind::lock, "flock", ENOLCK) ? -1 : __real_flock(file, operation);
}

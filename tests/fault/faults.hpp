#pragma once

#include <array>
#include <cstdint>
#include <string_view>

/// Failures on purpose, for the programs that link the wrapped calls of system_calls.cpp, openssl_calls.cpp
/// and allocations.cpp. One call at a time fails: the n-th of a kind since watching began.
namespace faults {

enum class Kind {
    allocation,          ///< operator new
    openssl_allocation,  ///< OpenSSL's malloc and realloc
    openssl_call,        ///< a call from the library into OpenSSL returns 0 or null
    random,              ///< RAND_priv_bytes
    cancellation,        ///< the caller's Progress says so from the n-th question on
    open,
    look,  ///< fstat, fstatat, readlinkat, fdopendir, readdir
    read,
    write,
    short_write,  ///< half of it is written: no failure, but the rest has to follow
    change_mode,  ///< fchmod, fchown
    sync,
    close,
    rename,
    rename_flag,  ///< a file system that does not know RENAME_NOREPLACE
    link,
    symlink,
    unlink,
    lock
};
constexpr std::size_t KINDS = static_cast<std::size_t>(Kind::lock) + 1;
constexpr std::array<std::string_view, KINDS> NAMES = {"allocation",
                                                       "OpenSSL allocation",
                                                       "OpenSSL call",
                                                       "random generator",
                                                       "cancellation",
                                                       "open",
                                                       "look",
                                                       "read",
                                                       "write",
                                                       "short write",
                                                       "change of mode",
                                                       "sync",
                                                       "close",
                                                       "rename",
                                                       "rename flag",
                                                       "link",
                                                       "symlink",
                                                       "unlink",
                                                       "lock"};

/// Counts calls of all kinds until stop(); with `which` over 0, that call of `kind` fails.
void watch(Kind kind, std::uint64_t which);
void stop();
/// Calls of `kind` counted by the last watch.
std::uint64_t count(Kind kind);
/// The function that failed, and with which errno (0: none); empty when the point was not reached.
std::string_view failed_call();
int failed_errno();
/// Where it was called from, to standard error; addr2line(1) knows the lines.
void print_failed_stack();

/// Asked by every wrapped call: counts it, and says whether it is the one that has to fail. Sets errno then.
bool is_to_fail(Kind kind, const char* function, int error_number = 0);

/// While this lives, calls of one kind are not counted and do not fail.
class Sparing {
  public:
    explicit Sparing(Kind kind);
    Sparing(const Sparing&) = delete;
    Sparing& operator=(const Sparing&) = delete;
    ~Sparing();
};

}  // namespace faults

#pragma once

#include <keygen/resources.hpp>

#include <chrono>
#include <string>

#include "keysdir/file_descriptor.hpp"

namespace keygen::keysdir {

/// How often is looked whether another process is done.
constexpr std::chrono::milliseconds LOCK_POLL_INTERVAL{20};

/// The lock of a key directory: a file in it that only who may write there can open, so that no reader can
/// hold up those who work. Gone when the object goes; a process that dies leaves the file, but not the lock.
class Lock {
  public:
    /// Waits for the lock. Throws Error(locked) after `timeout`, naming the holder where the system tells,
    /// Error(cancelled), Error(input_output). `directory` stays open for as long as the lock is held.
    static Lock take(int directory, const std::string& path, std::chrono::milliseconds timeout,
                     const Progress* progress);

    Lock(Lock&&) noexcept = default;
    Lock& operator=(Lock&&) = delete;
    ~Lock();

  private:
    Lock(int directory, FileDescriptor file) : directory_(directory), file_(std::move(file)) {}
    // Notes this process in it; false where the file that was locked is no longer the directory's.
    [[nodiscard]] bool is_own(const std::string& path);

    int directory_;
    FileDescriptor file_;
};

}  // namespace keygen::keysdir

#pragma once

#include <keygen/keysdir.hpp>
#include <keygen/resources.hpp>
#include <keygen/secret.hpp>

#include <sys/stat.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "keysdir/file_descriptor.hpp"
#include "keysdir/lock.hpp"

namespace keygen::keysdir {

/// One file on disk, whatever its names (stat(2)).
using FileIdentity = std::pair<dev_t, ino_t>;

enum class EntryKind { missing, regular, link, directory, other };

/// An open key directory. Every name is looked up relative to it and never followed through a link to
/// elsewhere, so another user who may write to it cannot lead a root process astray. Failures throw
/// Error(input_output).
class Directory {
  public:
    /// Throws Error(not_found) when there is none.
    static Directory open(const std::string& path);

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] int descriptor() const { return descriptor_.get(); }
    /// "path/name", for messages.
    [[nodiscard]] std::string path_of(std::string_view name) const;

    /// Names of all entries but "." and "..", sorted.
    [[nodiscard]] std::vector<std::string> list() const;
    [[nodiscard]] EntryKind kind_of(const std::string& name) const;
    /// lstat(2) of an entry; nothing when it is missing.
    [[nodiscard]] std::optional<struct stat> status_of(const std::string& name) const;
    /// What a symbolic link says; nothing when `name` is no link.
    [[nodiscard]] std::optional<std::string> link_target(const std::string& name) const;
    /// Content of a regular file. Throws Error(not_found), Error(bad_file) for anything but a regular file or
    /// one over MAX_KEY_FILE_BYTES.
    [[nodiscard]] SecretBytes read(const std::string& name) const;

    /// The directory's path from the root, for configuration files.
    [[nodiscard]] std::string absolute_path() const;

    /// Whether this process could create files here.
    [[nodiscard]] bool is_writable() const;
    /// Throws Error(input_output) when it could not.
    void require_writable() const;
    /// Waits for the directory's lock, held until this object goes or the process ends. Errors as Lock::take.
    void lock(std::chrono::milliseconds timeout, const Progress* progress = nullptr);

  private:
    Directory(std::string path, FileDescriptor descriptor)
        : path_(std::move(path)), descriptor_(std::move(descriptor)) {}

    std::string path_;
    FileDescriptor descriptor_;
    std::optional<Lock> lock_;
};

using keygen::read_file;

}  // namespace keygen::keysdir

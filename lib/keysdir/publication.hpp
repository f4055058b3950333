#pragma once

#include <keygen/secret.hpp>

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "keysdir/directory.hpp"

namespace keygen::keysdir {

/// Modes of published files, whatever the umask.
constexpr mode_t PRIVATE_MODE = 0600;
constexpr mode_t GROUP_READABLE_MODE = 0640;
constexpr mode_t PUBLIC_MODE = 0644;

/// A set of files and links that appears in a directory as one step: every file is written, synced and closed
/// before the first name appears, every name before the first link moves. When anything fails all is put
/// back. A process that dies in between leaves temporary names, which the next publication removes, and links
/// that all lead to complete files.
class Publication {
  public:
    explicit Publication(Directory& directory) : directory_(directory) {}
    Publication(const Publication&) = delete;
    Publication& operator=(const Publication&) = delete;

    enum class IfExists { refuse, replace };

    /// Takes a file to be published; `group` and `user` become its owners, where they are given. Nothing is
    /// written yet.
    void add_file(std::string name, SecretBytes content, mode_t mode, IfExists if_exists,
                  std::optional<gid_t> group = std::nullopt, std::optional<uid_t> user = std::nullopt);
    /// Takes a link to be made or moved. With `refuse`, anything but a link in its way is an error.
    void add_link(std::string name, std::string target, IfExists if_exists);
    /// Takes a name to be removed.
    void add_removal(std::string name);

    /// Throws Error(already_exists) when something is in the way; looks, changes nothing.
    void check() const;
    /// Does it. The caller holds the directory's lock.
    void commit();

  private:
    struct File {
        std::string name;
        SecretBytes content;
        mode_t mode;
        IfExists if_exists;
        std::optional<gid_t> group;
        std::optional<uid_t> user;
    };
    struct Link {
        std::string name;
        std::string target;
        IfExists if_exists;
    };

    Directory& directory_;
    std::vector<File> files_;
    std::vector<Link> links_;
    std::vector<std::string> removals_;
};

}  // namespace keygen::keysdir

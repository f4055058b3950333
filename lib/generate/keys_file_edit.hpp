#pragma once

#include <keygen/keys_file.hpp>

#include <sys/stat.h>

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "keysdir/directory.hpp"

namespace keygen::generation {

/// The text of a keys file and its path for messages.
struct KeysText {
    SecretBytes text;
    std::string path;
};
/// Reads `path`, or takes `given` for "-". Warns where everybody may read the file.
KeysText read_keys_text(const std::string& path, const SecretBytes& given,
                        std::vector<std::string>& warnings);

/// A keys file between reading and writing: the directory is locked, the new text takes the place of the old
/// one in one step, or goes back to the caller where there is no path.
class KeysFileEdit {
  public:
    enum class IfMissing { refuse, create };
    /// What settling an interrupted run in the directory took is noted in `changes`.
    KeysFileEdit(const KeysFileTarget& target, IfMissing if_missing, KeysdirChanges& changes);

    [[nodiscard]] std::string_view text() const { return source_.text.text(); }
    [[nodiscard]] const std::string& path() const { return source_.path; }
    /// Whether the path leads to the file by a link.
    [[nodiscard]] bool is_behind_link() const { return is_behind_link_; }
    /// That of the request, else the file's own. Throws Error(bad_file) where that cannot be told.
    [[nodiscard]] Dialect choose_dialect(std::optional<Dialect> asked_for) const;

    /// Publishes `text` where it differs from the old one, or `access` from the file's, and fills in the
    /// report's file, text and changes.
    void finish(SecretBytes text, const std::string& description, const std::optional<KeysFileAccess>& access,
                KeysFileReport& report);

  private:
    const KeysFileTarget& target_;
    std::optional<keysdir::Directory> directory_;
    std::string name_;
    std::optional<struct stat> status_;  ///< of the file, where there is one
    bool is_behind_link_ = false;
    KeysText source_;
};

/// Lines for the daemon's configuration, with the path as its reader wants it, quoted where that is needed; a
/// warning where it has no form for it. `ids` are all those of the file.
void add_config_lines(KeysFileReport& report, std::vector<std::uint32_t> ids, const std::string& path);

/// Warns about new keys of types that this system's policy forbids its daemons to use.
void warn_about_policy(std::span<const SymmetricType> types, KeysdirChanges& changes);

/// "1 symmetric key", "2 symmetric keys".
std::string count_keys(std::size_t count);

template <typename Keys>
std::vector<std::uint32_t> ids_of(const Keys& keys) {
    std::vector<std::uint32_t> ids;
    for (const auto& key : keys)
        ids.push_back(key.id);
    return ids;
}

}  // namespace keygen::generation

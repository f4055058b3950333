#pragma once

#include <keygen/secret.hpp>

#include <optional>
#include <string>
#include <vector>

#include "keysdir/directory.hpp"
#include "keysdir/history.hpp"
#include "keysdir/journal.hpp"
#include "keysdir/temporary_file.hpp"

namespace keygen::keysdir {

/// A set of files and links that appears in a directory as one transaction: every file is written, synced and
/// closed under a temporary name, then the moves are written to a journal, then they are made. When a move
/// fails all are undone, and where that fails too the error says so. What a process that dies leaves is
/// finished or undone by whoever takes the lock next (recover).
class Publication {
  public:
    explicit Publication(Directory& directory) : directory_(directory) {}
    Publication(const Publication&) = delete;
    Publication& operator=(const Publication&) = delete;

    enum class IfExists { refuse, replace };

    /// Takes a file to be published. Nothing is written yet.
    void add_file(std::string name, SecretBytes content, const Access& access, IfExists if_exists);
    /// Takes a link to be made or moved; the last of one name counts. With `refuse`, anything but a link in
    /// its way is an error.
    void add_link(std::string name, std::string target, IfExists if_exists);
    /// Takes a name to be removed.
    void add_removal(std::string name);
    /// What is on record once this is done, instead of this run behind those before it.
    void set_history(History history) { history_ = std::move(history); }

    /// Throws Error(already_exists) when something is in the way; looks, changes nothing.
    void check() const;
    /// Does it. The caller holds the directory's lock.
    void commit();

  private:
    struct File {
        std::string name;
        SecretBytes content;
        Access access;
        IfExists if_exists;
    };
    struct Link {
        std::string name;
        std::string target;
        IfExists if_exists;
    };

    [[nodiscard]] std::vector<Move> plan_moves() const;
    [[nodiscard]] History history_behind(const std::vector<Move>& moves) const;
    void stage(const std::vector<Move>& moves) const;
    void run(const Journal& journal) const;

    Directory& directory_;
    std::vector<File> files_;
    std::vector<Link> links_;
    std::vector<std::string> removals_;
    std::optional<History> history_;
};

}  // namespace keygen::keysdir

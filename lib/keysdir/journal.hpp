#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "keysdir/directory.hpp"
#include "keysdir/history.hpp"

namespace keygen::keysdir {

/// One name that changes hands. What comes waits under a temporary name, and what goes is kept under another
/// for as long as the move may have to be undone, so that a move of a name is one rename(2).
struct Move {
    enum class Kind { create, replace, remove };

    Kind kind = Kind::create;
    std::string name;
    std::string fresh;  ///< where the new thing waits; nothing is there once it has moved
    std::string old;    ///< replace: a second name of what is there; remove: where it goes

    /// With the temporary names of the move of this number in a run.
    static Move make(Kind kind, std::string name, std::size_t number);
};

/// The moves of a run, and what is to be on record behind it. From when the journal is in the directory the
/// run is to be finished, whoever does it: each function below can be repeated after a crash at any point.
/// Those that return a number give 0 or errno, and allocate nothing.
class Journal {
  public:
    Journal(std::vector<Move> moves, const History& history) : moves_(std::move(moves)), history_(history) {}

    /// Writes and syncs ".ntpkey-journal". Throws Error; the moves have not begun then.
    void write(const Directory& directory) const;
    /// The journal that an interrupted run left; `is_undo` says which way it goes. Nothing when there is
    /// none. Throws Error(bad_file) for one that cannot be trusted or read.
    static std::optional<Journal> find(const Directory& directory, bool& is_undo);

    struct Failure {
        int number = 0;              ///< errno
        const Move* move = nullptr;  ///< null: the directory itself could not be synced or the journal closed
    };
    /// Makes all moves that have not been made, then closes the journal.
    [[nodiscard]] Failure finish(const Directory& directory) const;
    /// Puts back all that was moved, then closes the journal. Where that cannot even be begun, the journal
    /// stays one to be finished.
    [[nodiscard]] Failure undo(const Directory& directory) const;

    [[nodiscard]] const std::vector<Move>& moves() const { return moves_; }

  private:
    [[nodiscard]] std::string text() const;
    static Journal parse(std::string_view text);
    [[nodiscard]] int close(const Directory& directory, const char* name, bool keeps_history) const;

    std::vector<Move> moves_;
    History history_;
};

/// Finishes or, where that is impossible, undoes what an interrupted run began, and removes what it left.
/// The caller holds the lock. A sentence about it for each such run. Throws Error where neither is possible.
std::vector<std::string> recover(const Directory& directory);
/// True when there is anything for recover() to do.
bool is_interrupted(const Directory& directory);

/// fsync(2) of the directory, which file systems may lack; 0 or errno.
int sync_directory(const Directory& directory);

}  // namespace keygen::keysdir

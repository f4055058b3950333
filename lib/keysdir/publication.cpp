#include "keysdir/publication.hpp"

#include <keygen/error.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "keysdir/own_names.hpp"

namespace keygen::keysdir {

namespace {

bool is_there(const Directory& directory, const std::string& name) {
    return ::faccessat(directory.descriptor(), name.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/// Removes a run's temporary names in the end, whatever comes of it, unless a journal still needs them.
class TemporaryNames {
  public:
    TemporaryNames(const Directory& directory, const std::vector<Move>& moves)
        : directory_(directory), moves_(moves) {}
    TemporaryNames(const TemporaryNames&) = delete;
    TemporaryNames& operator=(const TemporaryNames&) = delete;
    ~TemporaryNames() { (void)remove(); }

    // 0, or errno of one that stays.
    [[nodiscard]] int remove() {
        if (has_journal())
            return 0;
        int failure = 0;
        const auto unlink = [&](const char* name) {
            if (::unlinkat(directory_.descriptor(), name, 0) != 0 && errno != ENOENT)
                failure = errno;
        };
        for (const Move& move : moves_) {
            unlink(move.fresh.c_str());
            unlink(move.old.c_str());
        }
        unlink(NEW_JOURNAL);
        unlink(CLOSED_JOURNAL);
        return failure;
    }
    [[nodiscard]] bool has_journal() const {
        return ::faccessat(directory_.descriptor(), JOURNAL_NAME, F_OK, AT_SYMLINK_NOFOLLOW) == 0 ||
               ::faccessat(directory_.descriptor(), UNDO_NAME, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
    }

  private:
    const Directory& directory_;
    const std::vector<Move>& moves_;
};

Error describe_failure(const Directory& directory, const Journal::Failure& failure) {
    constexpr std::string_view VERBS[] = {"create", "replace", "remove"};
    errno = failure.number;
    return failure.move == nullptr ? system_failure("write to disk", directory.path())
                                   : system_failure(VERBS[static_cast<std::size_t>(failure.move->kind)],
                                                    directory.path_of(failure.move->name));
}

// For what keeps the directory from being as it was.
[[noreturn]] void fail_with(const Error& error, const std::string& note, const std::string& hint) {
    throw Error(error.code(), fmt::format("{}; {}", error.message(), note)).in(error.path()).hint(hint);
}

// "ntpkey_host_h is new; ntpkey_cert_h is as before", of a run that stopped midway.
std::string describe_state(const Directory& directory, const std::vector<Move>& moves) {
    std::string text;
    for (const Move& move : moves) {
        const std::string& waiting = move.kind == Move::Kind::remove ? move.name : move.fresh;
        text += fmt::format("{}{} is {}", text.empty() ? "" : ", ", escaped(move.name),
                            is_there(directory, waiting)      ? "as before"
                            : move.kind == Move::Kind::remove ? "gone"
                                                              : "new");
    }
    return text;
}

}  // namespace

void Publication::add_file(std::string name, SecretBytes content, const Access& access, IfExists if_exists) {
    files_.push_back({std::move(name), std::move(content), access, if_exists});
}

void Publication::add_link(std::string name, std::string target, IfExists if_exists) {
    std::erase_if(links_, [&](const Link& link) { return link.name == name; });
    links_.push_back({std::move(name), std::move(target), if_exists});
}

void Publication::add_removal(std::string name) {
    removals_.push_back(std::move(name));
}

void Publication::check() const {
    for (const File& file : files_) {
        const EntryKind kind = directory_.kind_of(file.name);
        if (kind == EntryKind::missing)
            continue;
        if (kind == EntryKind::directory)
            throw Error(ErrorCode::already_exists, "a directory is in the way")
                .in(directory_.path_of(file.name));
        if (file.if_exists == IfExists::refuse)
            throw Error(ErrorCode::already_exists, "the file exists already")
                .in(directory_.path_of(file.name))
                .hint("--force replaces it");
    }
    for (const Link& link : links_) {
        const EntryKind kind = directory_.kind_of(link.name);
        if (kind == EntryKind::missing || kind == EntryKind::link)
            continue;
        if (kind == EntryKind::directory)
            throw Error(ErrorCode::already_exists, "a directory is in the way of the link")
                .in(directory_.path_of(link.name));
        if (link.if_exists == IfExists::refuse)
            throw Error(ErrorCode::already_exists, "a file, not a link, is in the way of the link")
                .in(directory_.path_of(link.name))
                .hint("move it away, or replace it with --force");
    }
}

// The order in which names change hands: files before the links that lead to them.
std::vector<Move> Publication::plan_moves() const {
    std::vector<Move> moves;
    const auto add = [&](Move::Kind kind, const std::string& name) {
        if (!is_plain_name(name))
            throw Error(ErrorCode::bad_request, "a name with a control character")
                .in(directory_.path_of(name));
        moves.push_back(Move::make(kind, name, moves.size() + 1));
    };
    const auto kind_for = [&](const std::string& name) {
        return directory_.kind_of(name) == EntryKind::missing ? Move::Kind::create : Move::Kind::replace;
    };
    for (const File& file : files_)
        add(file.if_exists == IfExists::refuse ? Move::Kind::create : kind_for(file.name), file.name);
    for (const Link& link : links_)
        add(kind_for(link.name), link.name);
    for (const std::string& name : removals_)
        add(Move::Kind::remove, name);
    return moves;
}

// A run that rewrites or removes a file cannot be undone later, nor can those before it.
History Publication::history_behind(const std::vector<Move>& moves) const {
    if (history_)
        return *history_;
    const std::size_t first_link = files_.size();
    for (std::size_t i = 0; i < moves.size(); ++i) {
        const bool is_link = directory_.kind_of(moves[i].name) == EntryKind::link;
        if (moves[i].kind != Move::Kind::create && (i < first_link || !is_link))
            return {};
    }
    std::vector<LinkChange> changes;
    for (const Link& link : links_)
        changes.push_back({link.name, link.target, "", ""});
    for (const std::string& name : removals_)
        changes.push_back({name, "", "", ""});
    Run run = describe_run(directory_, std::move(changes));
    const bool can_be_written = std::all_of(run.links.begin(), run.links.end(), [](const LinkChange& link) {
        return is_plain_text(link.name) && is_plain_text(link.after) && is_plain_text(link.before);
    });
    if (!can_be_written)
        return {};
    History history;
    try {
        history = load_history(directory_);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::input_output)
            throw;
        // Another user's record, which this one replaces.
    }
    history.push_back(std::move(run));
    return history;
}

void Publication::stage(const std::vector<Move>& moves) const {
    for (std::size_t i = 0; i < files_.size(); ++i)
        write_temporary(directory_, moves[i].fresh, files_[i].name, files_[i].content, files_[i].access);
    for (std::size_t i = 0; i < links_.size(); ++i)
        link_temporary(directory_, moves[files_.size() + i].fresh, links_[i].name, links_[i].target);
    for (const Move& move : moves) {
        if (move.kind == Move::Kind::replace)
            keep_temporary(directory_, move.old, move.name);
    }
}

void Publication::run(const Journal& journal) const {
    TemporaryNames temporaries(directory_, journal.moves());
    try {
        stage(journal.moves());
        journal.write(directory_);
        if (const auto failure = journal.finish(directory_); failure.number != 0) {
            (void)journal.undo(directory_);
            throw describe_failure(directory_, failure);
        }
    } catch (const Error& error) {
        if (temporaries.has_journal())
            fail_with(
                error,
                fmt::format("what was done could not be undone: {}",
                            describe_state(directory_, journal.moves())),
                "the next keygen or keylink that can write here finishes or undoes the run; keylink --list "
                "does no more than that");
        const int left = temporaries.remove();
        if (left != 0 && error.code() != ErrorCode::already_exists)  // which is about one of them
            fail_with(error,
                      fmt::format("nor could its temporary files be removed, {}*: {}",
                                  directory_.path_of(TEMPORARY_PREFIX), std::strerror(left)),
                      "the next keygen or keylink that can write here removes them");
        throw;
    }
}

void Publication::commit() {
    check();
    std::vector<Move> moves = plan_moves();
    if (moves.empty())
        return;
    const History history = history_behind(moves);
    if (history.empty() && directory_.kind_of(HISTORY_NAME) != EntryKind::missing)
        moves.push_back(Move::make(Move::Kind::remove, HISTORY_NAME, moves.size() + 1));
    run({std::move(moves), history});
}

}  // namespace keygen::keysdir

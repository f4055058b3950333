#include "keysdir/journal.hpp"

#include <keygen/error.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "keysdir/own_names.hpp"
#include "keysdir/rename_to_new.hpp"
#include "keysdir/temporary_file.hpp"

namespace keygen::keysdir {

namespace {

constexpr std::string_view FIRST_LINE = "ntpkey-journal 1\n";
// The order of Move::Kind.
constexpr std::array<std::string_view, 3> KIND_NAMES = {"create", "replace", "remove"};

struct Look {
    bool exists = false;
    struct stat status {};

    [[nodiscard]] bool is_same_as(const Look& other) const {
        return exists && other.exists && status.st_dev == other.status.st_dev &&
               status.st_ino == other.status.st_ino;
    }
};

// 0 or errno; what is missing is no failure.
int look(const Directory& directory, const std::string& name, Look& result) {
    result.exists = ::fstatat(directory.descriptor(), name.c_str(), &result.status, AT_SYMLINK_NOFOLLOW) == 0;
    return result.exists || errno == ENOENT ? 0 : errno;
}

// Of a move's three names.
struct Looks {
    Look fresh, old, current;
};

int look(const Directory& directory, const Move& move, Looks& result) {
    for (const auto& [name, seen] :
         {std::pair(&move.fresh, &result.fresh), {&move.old, &result.old}, {&move.name, &result.current}}) {
        if (const int failure = look(directory, *name, *seen); failure != 0)
            return failure;
    }
    return 0;
}

int rename(const Directory& directory, const char* from, const char* to) {
    const int descriptor = directory.descriptor();
    return ::renameat(descriptor, from, descriptor, to) == 0 ? 0 : errno;
}

int unlink(const Directory& directory, const std::string& name) {
    return ::unlinkat(directory.descriptor(), name.c_str(), 0) == 0 ? 0 : errno;
}

int make(const Directory& directory, const Move& move) {
    Looks at;
    if (const int failure = look(directory, move, at); failure != 0)
        return failure;
    const auto& [fresh, old, current] = at;
    switch (move.kind) {
        case Move::Kind::create:
            if (fresh.is_same_as(current))  // a link(2) that was not followed by its unlink(2)
                return unlink(directory, move.fresh);
            return fresh.exists ? rename_to_new(directory.descriptor(), move.fresh, move.name) : 0;
        case Move::Kind::replace:
            return fresh.exists ? rename(directory, move.fresh.c_str(), move.name.c_str()) : 0;
        case Move::Kind::remove:
            if (old.exists)
                return 0;
            if (current.exists && S_ISDIR(current.status.st_mode))
                return EISDIR;
            return rename(directory, move.name.c_str(), move.old.c_str());
    }
    return 0;
}

int put_back(const Directory& directory, const Move& move) {
    Looks at;
    if (const int failure = look(directory, move, at); failure != 0)
        return failure;
    const auto& [fresh, old, current] = at;
    switch (move.kind) {
        case Move::Kind::create:
            return current.exists && (!fresh.exists || fresh.is_same_as(current))
                       ? unlink(directory, move.name)
                       : 0;
        case Move::Kind::replace:
            return old.exists ? rename(directory, move.old.c_str(), move.name.c_str()) : 0;
        case Move::Kind::remove:
            return old.exists ? rename_to_new(directory.descriptor(), move.old, move.name) : 0;
    }
    return 0;
}

}  // namespace

int sync_directory(const Directory& directory) {
    // FUSE and CIFS know no such thing and say EINVAL.
    return ::fsync(directory.descriptor()) == 0 || errno == EINVAL || errno == ENOTSUP ? 0 : errno;
}

Move Move::make(Kind kind, std::string name, std::size_t number) {
    return {kind, std::move(name), fmt::format("{}new-{}", TEMPORARY_PREFIX, number),
            fmt::format("{}old-{}", TEMPORARY_PREFIX, number)};
}

std::string Journal::text() const {
    std::string text(FIRST_LINE);
    for (const Move& move : moves_)
        text += fmt::format("{}\t{}\n", KIND_NAMES.at(static_cast<std::size_t>(move.kind)), move.name);
    return text + format_history(history_);
}

Journal Journal::parse(std::string_view text) {
    if (!text.starts_with(FIRST_LINE))
        throw Error(ErrorCode::bad_file, "not a journal that this version knows");
    text.remove_prefix(FIRST_LINE.size());
    std::vector<Move> moves;
    for (;;) {
        const auto tab = text.find('\t');
        const auto end = text.find('\n');
        const auto kind = std::find(KIND_NAMES.begin(), KIND_NAMES.end(), text.substr(0, tab));
        if (end == std::string_view::npos || tab > end || kind == KIND_NAMES.end())
            break;
        const std::string name(text.substr(tab + 1, end - tab - 1));
        if (!is_plain_name(name))
            throw Error(ErrorCode::bad_file, fmt::format("it would move \"{}\"", escaped(name)));
        moves.push_back(
            Move::make(static_cast<Move::Kind>(kind - KIND_NAMES.begin()), name, moves.size() + 1));
        text.remove_prefix(end + 1);
    }
    return {std::move(moves), parse_history(text)};
}

void Journal::write(const Directory& directory) const {
    write_temporary(directory, NEW_JOURNAL, JOURNAL_NAME, SecretBytes(text()), {PRIVATE_MODE, {}, {}});
    int failure = sync_directory(directory);
    if (failure == 0)
        failure = rename(directory, NEW_JOURNAL, JOURNAL_NAME);
    if (failure == 0) {
        failure = sync_directory(directory);
        if (failure != 0)
            (void)rename(directory, JOURNAL_NAME, NEW_JOURNAL);
    }
    if (failure == 0)
        return;
    errno = failure;
    throw system_failure("write to disk", directory.path_of(JOURNAL_NAME));
}

std::optional<Journal> Journal::find(const Directory& directory, bool& is_undo) {
    for (const char* name : {UNDO_NAME, JOURNAL_NAME}) {
        is_undo = name == UNDO_NAME;
        try {
            if (const auto text = read_own_file(directory, name))
                return parse(*text);
        } catch (Error& error) {
            if (error.code() == ErrorCode::bad_file && error.path().empty())
                error.in(directory.path_of(name)).hint("move it away, and see what keyinspect says");
            throw;
        }
    }
    return std::nullopt;
}

// Whoever finds the closed journal takes it for a temporary file.
int Journal::close(const Directory& directory, const char* name, bool keeps_history) const {
    const bool has_history = keeps_history && !history_.empty();
    return rename(directory, name, has_history ? HISTORY_NAME : CLOSED_JOURNAL);
}

Journal::Failure Journal::finish(const Directory& directory) const {
    for (const Move& move : moves_) {
        if (const int failure = make(directory, move); failure != 0)
            return {failure, &move};
    }
    if (const int failure = sync_directory(directory); failure != 0)
        return {failure, nullptr};
    return {close(directory, JOURNAL_NAME, true), nullptr};
}

Journal::Failure Journal::undo(const Directory& directory) const {
    Look begun;
    int failure = look(directory, UNDO_NAME, begun);
    if (failure == 0 && !begun.exists)
        failure = rename(directory, JOURNAL_NAME, UNDO_NAME);
    if (failure == 0)
        failure = sync_directory(directory);
    if (failure != 0)
        return {failure, nullptr};
    for (auto move = moves_.rbegin(); move != moves_.rend(); ++move) {
        if (failure = put_back(directory, *move); failure != 0)
            return {failure, &*move};
    }
    failure = sync_directory(directory);
    return {failure != 0 ? failure : close(directory, UNDO_NAME, false), nullptr};
}

bool is_interrupted(const Directory& directory) {
    const auto names = directory.list();
    return std::any_of(names.begin(), names.end(), [](const std::string& name) {
        return name.starts_with(OWN_PREFIX) && name != HISTORY_NAME;
    });
}

std::vector<std::string> recover(const Directory& directory) {
    std::vector<std::string> sentences;
    bool is_undo = false;
    if (const auto journal = Journal::find(directory, is_undo)) {
        std::vector<std::string> names;
        for (const Move& move : journal->moves())
            names.push_back(escaped(move.name));
        bool is_finished = !is_undo && journal->finish(directory).number == 0;
        const Journal::Failure failure = is_finished ? Journal::Failure{} : journal->undo(directory);
        if (failure.number != 0)
            throw Error(ErrorCode::input_output,
                        fmt::format("an interrupted run can be neither finished nor undone: {}",
                                    std::strerror(failure.number)))
                .in(directory.path_of(failure.move != nullptr ? failure.move->name : UNDO_NAME));
        sentences.push_back(fmt::format("an interrupted run is {} now: {}",
                                        is_finished ? "finished" : "undone", fmt::join(names, ", ")));
    }
    for (const std::string& name : directory.list()) {
        if (name.starts_with(TEMPORARY_PREFIX))
            (void)unlink(directory, name);
    }
    return sentences;
}

}  // namespace keygen::keysdir

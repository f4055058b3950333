#include "keysdir/settled_directory.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "keysdir/journal.hpp"
#include "keysdir/own_names.hpp"

namespace keygen::keysdir {

namespace {

// Moving the links takes some milliseconds; who is not through by then has died.
constexpr std::chrono::milliseconds MAX_WAIT{1000};

bool is_midway(const Directory& directory) {
    return directory.kind_of(JOURNAL_NAME) != EntryKind::missing ||
           directory.kind_of(UNDO_NAME) != EntryKind::missing;
}

}  // namespace

Directory open_for_changes(const KeysdirOptions& options, const Progress* progress, KeysdirChanges& changes) {
    if (options.dry_run)
        return open_to_read(options.directory, options.lock_timeout);
    Directory directory = Directory::open(options.directory);
    if (!directory.is_writable())
        return directory;
    directory.lock(options.lock_timeout, progress);
    for (std::string& sentence : recover(directory))
        changes.warnings.push_back(std::move(sentence));
    return directory;
}

Directory open_to_read(const std::string& path, std::chrono::milliseconds timeout) {
    Directory directory = Directory::open(path);
    const auto deadline = std::chrono::steady_clock::now() + std::min(timeout, MAX_WAIT);
    while (is_midway(directory)) {
        if (std::chrono::steady_clock::now() >= deadline)
            throw Error(ErrorCode::locked, "an interrupted run has to be finished or undone first")
                .in(path)
                .hint(fmt::format("keylink --list --keysdir {} does", escaped(path)));
        std::this_thread::sleep_for(LOCK_POLL_INTERVAL);
    }
    return directory;
}

Directory open_to_list(const std::string& path) {
    Directory directory = Directory::open(path);
    if (!is_interrupted(directory) || !directory.is_writable())
        return directory;
    try {
        directory.lock(std::chrono::milliseconds(0));
        (void)recover(directory);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::locked)  // by a run that goes on
            throw;
    }
    return directory;
}

}  // namespace keygen::keysdir

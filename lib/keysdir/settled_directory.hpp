#pragma once

#include <keygen/keysdir.hpp>

#include "keysdir/directory.hpp"

namespace keygen::keysdir {

/// Opens a key directory to change it: takes its lock, unless this process could not write there, and
/// finishes or undoes what an interrupted run left, which becomes a warning. A dry run only reads, as
/// open_to_read does.
Directory open_for_changes(const KeysdirOptions& options, const Progress* progress, KeysdirChanges& changes);

/// Opens a key directory to read it. Throws Error(locked) where a run that was interrupted, or goes on for
/// longer than `timeout`, has moved some of its links and not the others.
Directory open_to_read(const std::string& path, std::chrono::milliseconds timeout);

/// Opens a key directory to look at its links; where this process may, it first finishes or undoes what an
/// interrupted run left.
Directory open_to_list(const std::string& path);

}  // namespace keygen::keysdir

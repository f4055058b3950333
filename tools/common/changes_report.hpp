#pragma once

#include <keygen/keysdir.hpp>

#include <string>

#include "common/diagnostics.hpp"
#include "common/json.hpp"

namespace common {

/// The part of every command's --json object that tells what happened to the key directory.
json to_json(const keygen::KeysdirChanges& changes);

/// The same for people: "made", "linked", "kept", "removed" lines.
std::string format_changes(const keygen::KeysdirChanges& changes, bool is_dry_run);

void say_warnings(const Diagnostics& voice, const keygen::KeysdirChanges& changes);

}  // namespace common

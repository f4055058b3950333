#pragma once

#include <keygen/keysdir.hpp>

#include <nlohmann/json.hpp>

#include <string>

#include "front/voice.hpp"

namespace front {

/// The part of every command's --json object that tells what happened to the key directory.
nlohmann::ordered_json to_json(const keygen::KeysdirChanges& changes);

/// The same for people: "made", "linked", "kept", "removed" lines.
std::string format_changes(const keygen::KeysdirChanges& changes, bool is_dry_run);

void say_warnings(const Voice& voice, const keygen::KeysdirChanges& changes);

}  // namespace front

#pragma once

#include <keygen/secret.hpp>

#include <string>

namespace keygen::daemon {

/// What fopen(3) would find at a path.
struct FileProbe {
    enum class State {
        present,
        absent,  ///< nothing that a daemon could open
        unknown  ///< there may be something, but this user or this program may not read it: nothing follows
    };
    State state = State::absent;
    SecretBytes content;  ///< empty for a directory, which daemons open and find nothing in
    bool is_directory = false;
    std::string cause;  ///< of absent and unknown
};

/// Reads `path` once. Never throws for what it finds there.
FileProbe probe(const std::string& path);

/// True for a directory that this user may neither list nor look into, although it may be there.
bool is_closed_directory(const std::string& path);

}  // namespace keygen::daemon

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "keysdir/directory.hpp"

namespace keygen::keysdir {

/// A link as a run found it and left it. Both targets are the same for one that the run did not touch.
struct LinkChange {
    std::string name;
    std::string after;   ///< what it says; empty for none
    std::string before;  ///< likewise
    std::string digest;  ///< of the file that it led to before; empty where it led to none
};

/// What one run left of the links in a key directory.
struct Run {
    std::vector<LinkChange> links;
};

/// The last runs, the newest last, whose links can all be put back: no file was rewritten or removed since.
using History = std::vector<Run>;

/// A line for each link, TAB between its parts, in ".ntpkey-history" and behind a journal's moves.
std::string format_history(const History& history);
/// Throws Error(bad_file) for what format_history does not write.
History parse_history(std::string_view text);

/// The directory's own record; empty where there is none, or none that can be trusted.
History load_history(const Directory& directory);

/// The run that leaves the links of `directory` as they are but for `changes`, of which name and `after` are
/// given.
Run describe_run(const Directory& directory, std::vector<LinkChange> changes);

/// SHA-256 of the file in the directory that `name` leads to; empty where it leads to none. Throws
/// Error(input_output).
std::string digest_behind(const Directory& directory, const std::string& name);

/// The content of one of the directory's own files (own_names.hpp). Whoever may write to a directory can put
/// one there, so it counts only when it belongs to this user, to root or to the directory's owner, and nobody
/// else may write to it: throws Error(bad_file) otherwise. Nothing when it is not there.
std::optional<std::string> read_own_file(const Directory& directory, const std::string& name);

/// Whether `text` can stand in these files: it has no control character.
bool is_plain_text(std::string_view text);
/// The same for a name, which is no other directory's either.
bool is_plain_name(std::string_view name);

}  // namespace keygen::keysdir

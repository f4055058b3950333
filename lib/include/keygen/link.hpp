#pragma once

#include <keygen/filestamp.hpp>
#include <keygen/keysdir.hpp>
#include <keygen/secret.hpp>

#include <optional>
#include <string>
#include <vector>

namespace keygen {

/// Which links a file gets: those that today's ntpd opens, the two of the books' recipe for ntpd 4.2.0
/// to 4.2.4, or both.
enum class LinkLayout { ntpd, classic, all };
/// Throws Error(bad_request) for anything but "ntpd", "classic" and "all".
KEYGEN_API LinkLayout parse_link_layout(std::string_view text);

/// Puts the links into a key directory that ntpd looks for, going by the files' first lines.
struct LinkRequest {
    KeysdirOptions keysdir;
    std::vector<std::string> files;  ///< paths; without `install`, of files in the directory itself
    SecretBytes standard_input;      ///< with `install` what "-" stands for: one file behind another
    LinkLayout layout = LinkLayout::ntpd;
    std::string host;      ///< this machine's, for its own links and the check of its certificate
    std::string server;    ///< classic layout; none: the owner of the file
    std::string client;    ///< classic layout; none: `host`
    bool install = false;  ///< first copy each file into the directory under its proper name and mode
    UnixTime now = 0;
};

struct LinkReport {
    KeysdirChanges changes;
    std::vector<std::string> unchanged;  ///< links that were right already
    std::vector<std::string> hints;      ///< commands that help with a warning
};

/// Throws Error: bad_file for a file without a header that ntpd takes, bad_request for one outside the
/// directory, already_exists when an older generation would replace a newer one or something is in the way.
/// Nothing has changed then.
KEYGEN_API LinkReport link_files(const LinkRequest& request);

/// One link of a key directory and what it leads to.
struct LinkState {
    std::string name;
    std::string target;
    std::string problem;    ///< empty: it leads to a key file that belongs there
    bool is_wrong = false;  ///< ntpd will not get what it looks for
    std::optional<Filestamp> filestamp;
};

/// All links of a key directory that ntpd, or the classic layout, may look at; sorted by name. `problem` says
/// what is wrong. Where this process may write, an interrupted run is finished or undone first.
KEYGEN_API std::vector<LinkState> list_links(const std::string& directory);

/// Removes generations that no link leads to. Of a family with a link that leads nowhere, in a circle or out
/// of the directory nothing is removed, which is a warning.
KEYGEN_API KeysdirChanges prune(const KeysdirOptions& keysdir);

/// Undoes the last run: every link says again what it said before. Throws Error(not_found) when no run is on
/// record whose links can be put back, or a file is not as it was, Error(already_exists) when a link is not
/// as the run left it.
KEYGEN_API KeysdirChanges roll_back(const KeysdirOptions& keysdir);

}  // namespace keygen

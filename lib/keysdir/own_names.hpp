#pragma once

#include <string_view>

namespace keygen::keysdir {

/// What the commands keep in a key directory for themselves. No daemon, admin or package uses such names.
constexpr std::string_view OWN_PREFIX = ".ntpkey-";
/// Files, links and what they replace, on their way to or from their names. What is left of them goes with
/// the next run.
constexpr std::string_view TEMPORARY_PREFIX = ".ntpkey-unfinished-";
constexpr const char* NEW_JOURNAL = ".ntpkey-unfinished-journal";
constexpr const char* CLOSED_JOURNAL = ".ntpkey-unfinished-closed";
constexpr const char* LOCK_NAME = ".ntpkey-lock";
/// The moves of a run that is to be finished, or to be undone.
constexpr const char* JOURNAL_NAME = ".ntpkey-journal";
constexpr const char* UNDO_NAME = ".ntpkey-journal-undo";
/// What the last runs did to the links, for keylink --rollback.
constexpr const char* HISTORY_NAME = ".ntpkey-history";

}  // namespace keygen::keysdir

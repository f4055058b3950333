#pragma once

#include <keygen/export.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace keygen {

/// `critical`: a daemon refuses the file, authentication fails with it, or a secret lies open. `warning`: it
/// works today and should not stay so. `note`: good to know.
enum class Severity { note, warning, critical };
KEYGEN_API std::string_view name_of(Severity severity);

/// One thing that is to be said about a file, a link or a directory.
struct Finding {
    std::string id;  ///< stable, for programs: one of finding_kinds()
    Severity severity = Severity::note;
    std::string path;
    std::size_t line = 0;  ///< 1-based; 0 where there is none
    std::string cause;     ///< one sentence, lower case, no final stop, no secret in it
    /// One command line, or where another machine has to do something, which one and what; empty where no
    /// command helps.
    std::string remedy;
};

/// What the manual says about an id.
struct FindingKind {
    std::string_view id;
    Severity severity;  ///< the usual one; the finding itself has the last word
    std::string_view meaning;
};

/// Every id there is, in the manual's order.
KEYGEN_API const std::vector<FindingKind>& finding_kinds();

}  // namespace keygen

#pragma once

#include <keygen/secret.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/settings.hpp"

namespace keygen::daemon {

/// Files that include themselves several times over would be read for hours, by the daemons as well.
constexpr std::size_t MAX_INCLUDED_FILES = 1000;

/// What the readers of all configurations share: where they put what they find.
class ConfReader {
  public:
    explicit ConfReader(Settings& settings) : settings_(settings) {}

  protected:
    void add(std::string_view id, Severity severity, const Place& place, std::string cause,
             std::string remedy = {});
    /// A setting about keys that the daemon does not take as it was meant.
    void report_syntax(const Place& place, std::string cause, std::string remedy = {});
    /// Words that are not known are none of our business, as each release has new ones; those that look like
    /// a slip in one about keys are.
    void check_spelling(const Place& place, std::string_view word, std::string_view candidates);
    /// The text of an included file; nothing, with the finding that says why, where there is none.
    std::optional<SecretBytes> open_included(const Place& place, const std::string& path);
    /// This user cannot see a part of the configuration.
    void leave_out(const Place& place, const std::string& path, std::string_view cause);

    Settings& settings_;
};

}  // namespace keygen::daemon

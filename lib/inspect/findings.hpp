#pragma once

#include <keygen/inspect.hpp>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "command/shell_word.hpp"

namespace keygen::inspection {

/// The command against that finding; empty where there is none, or no such finding.
std::string remedy_of(const std::vector<Finding>& findings, std::string_view id, std::string_view path);

/// Collects what is to be said.
class Findings {
  public:
    /// With the severity that the manual gives to `id`. Throws std::logic_error for an id that is not in
    /// finding_kinds().
    void add(std::string_view id, std::string path, std::string cause, std::string remedy = {});
    void add(std::string_view id, Severity severity, std::string path, std::size_t line, std::string cause,
             std::string remedy = {});
    [[nodiscard]] bool has(std::string_view id, std::string_view path) const;
    [[nodiscard]] std::string remedy_of(std::string_view id, std::string_view path) const {
        return inspection::remedy_of(findings_, id, path);
    }
    /// Gives one cause one remedy: that of the finding which knows most about it.
    void set_remedy(std::string_view id, std::string_view path, const std::string& remedy);
    /// All of them, the worst first, then by path and line.
    [[nodiscard]] std::vector<Finding> take();

  private:
    std::vector<Finding> findings_;
    std::map<std::string, std::set<std::string, std::less<>>, std::less<>> known_;  ///< paths by id
};

using command::path_word;
using command::shell_word;

/// "keygen --keysdir DIR OPTIONS", without the option where the directory is the current one or unknown.
std::string keygen_command(std::string_view directory, std::string_view options);

}  // namespace keygen::inspection

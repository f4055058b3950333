#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "inspect/examined_file.hpp"
#include "symmetric/dialect.hpp"

namespace keygen::inspection {

/// One keys file, as each daemon reads it.
class Readings {
  public:
    explicit Readings(std::string_view text);

    [[nodiscard]] const KeysFile& of(Dialect daemon) const;
    /// Lines that the daemon does not read as they were meant.
    [[nodiscard]] std::size_t faulty_lines(Dialect daemon) const;
    /// The daemons with the fewest of them.
    [[nodiscard]] std::vector<Dialect> best() const;
    [[nodiscard]] bool are_alike(const std::vector<Dialect>& daemons) const;

  private:
    std::array<KeysFile, symmetric::DAEMON_DIALECTS.size()> files_;
    std::array<std::size_t, symmetric::DAEMON_DIALECTS.size()> faulty_lines_{};
};

/// Whose file it is: what the caller says, else what its lines say, and where they leave it open, its name
/// and header. Nothing, and a finding, where none of these tells.
std::optional<Dialect> dialect_of(const ExaminedFile& subject, std::string_view text,
                                  const Readings& readings, const Context& context);

}  // namespace keygen::inspection

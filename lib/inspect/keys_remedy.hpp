#pragma once

#include <map>
#include <string>
#include <string_view>

#include "inspect/keys_dialect.hpp"

namespace keygen::inspection {

/// Commands that help against what is wrong with a keys file. A conversion is named only when it succeeds.
class KeysRemedies {
  public:
    KeysRemedies(std::string_view text, std::string path, const Readings& readings)
        : text_(text), path_(std::move(path)), readings_(readings) {}

    /// Against a finding in the daemon's own file; empty where only its owner can know what was meant.
    std::string in_place(const KeysFinding& finding, Dialect own);
    /// Makes a file beside it that `daemon` reads as `own` reads this one.
    std::string beside(Dialect own, Dialect daemon);
    /// Adds keys to it.
    [[nodiscard]] std::string merge(Dialect own) const;

  private:
    [[nodiscard]] std::string convert(Dialect from, Dialect to, const std::string& output) const;
    std::optional<Dialect> source_for(Dialect own);
    bool can_convert(Dialect from, Dialect to);

    std::string_view text_;
    std::string path_;
    const Readings& readings_;
    std::map<std::pair<Dialect, Dialect>, bool> tried_;
};

}  // namespace keygen::inspection

#pragma once

#include <keygen/symmetric.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "inspect/configuration/startup.hpp"

namespace keygen::inspection {

/// The symmetric keys that a daemon holds once it has read its file.
class KeyRing {
  public:
    /// Reads the keys file, if there is one in the configuration, and reports how it went.
    explicit KeyRing(Startup& startup);

    /// False for a file that this user cannot read.
    [[nodiscard]] bool is_known() const { return is_known_; }
    [[nodiscard]] bool is_read() const { return is_read_; }
    [[nodiscard]] const SymmetricKey* find(std::uint32_t id) const;
    /// `wanted`, or the first id that is free where the daemon takes no such id.
    [[nodiscard]] std::uint32_t free_id(std::uint32_t wanted) const;

  private:
    void read(std::string_view text);
    [[nodiscard]] std::string refusal() const;
    void report_missing(const std::string& path);

    Startup& startup_;
    KeysFile file_;
    std::unordered_map<std::uint32_t, std::size_t> places_;  ///< by id, in file_.keys
    bool is_known_ = true;
    bool is_read_ = false;
};

}  // namespace keygen::inspection

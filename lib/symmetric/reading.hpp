#pragma once

#include <keygen/symmetric.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "symmetric/line.hpp"

namespace keygen::symmetric {

/// Collects what is to be said about one line.
class LineReport {
  public:
    LineReport(std::vector<KeysFinding>& findings, std::size_t line) : findings_(findings), line_(line) {}

    /// The daemon finds the line wrong: it skips it, or ntpd refuses the file for it.
    void reject(std::string_view id, std::string text);
    /// The daemon leaves the key out and is content.
    void ignore(std::string_view id, std::string text);
    /// The daemon takes the line otherwise than it says.
    void misread(std::string_view id, std::string text);
    void warn(std::string_view id, std::string text);
    void note(std::string_view id, std::string text);

    [[nodiscard]] bool is_rejected() const { return is_rejected_; }

  private:
    void add(KeysFinding::Severity severity, std::string_view id, std::string text, bool is_misread);

    std::vector<KeysFinding>& findings_;
    std::size_t line_;
    bool is_rejected_ = false;
};

/// Says of a key what does not depend on its spelling.
void report_weakness(const SymmetricKey& key, LineReport& report);

/// A file as one daemon (not `common`) holds it, with the keys that ntpd would drop when it refuses the file.
KeysFile read_file(std::string_view text, Dialect daemon);

}  // namespace keygen::symmetric

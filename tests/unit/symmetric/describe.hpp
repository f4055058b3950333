#pragma once

#include <keygen/error.hpp>
#include <keygen/random.hpp>
#include <keygen/symmetric.hpp>

#include <fmt/format.h>

#include <random>
#include <string>

#include "symmetric/dialect.hpp"

// Keys and findings as text, one a line, so that a test's table shows them whole.
namespace keygen::test {

inline std::string describe(const SymmetricKey& key) {
    std::string value;
    for (const auto byte : key.value.bytes())
        value += symmetric::is_printable(key.value.text()) ? fmt::format("{:c}", byte)
                                                           : fmt::format("\\{:02x}", byte);
    auto text = fmt::format("{} {} {} {}", key.id, format_symmetric_type(key.type),
                            key.spelling == KeySpelling::hex ? "hex" : "literal", value);
    for (const auto& address : key.access)
        text += " " + address;
    return text + "\n";
}

inline std::string describe_keys(const KeysFile& file) {
    std::string text;
    for (const auto& key : file.keys)
        text += describe(key);
    return text;
}

/// "line severity id: sentence", with a ! behind the severity of what is misread.
inline std::string describe_findings(const KeysFile& file) {
    constexpr std::string_view SEVERITIES[] = {"note", "warning", "error"};
    std::string text;
    for (const auto& finding : file.findings)
        text += fmt::format("{} {}{} {}: {}\n", finding.line, SEVERITIES[static_cast<int>(finding.severity)],
                            finding.is_misread ? "!" : "", finding.id, finding.text);
    return text;
}

/// "code: path:line: message (hint)" of what `action` throws.
template <typename Action>
std::string describe_error(Action action) {
    try {
        action();
    } catch (const Error& error) {
        const auto hint = error.hint().empty() ? "" : fmt::format(" ({})", error.hint());
        return fmt::format("{}: {}{}", name_of(error.code()), error.what(), hint);
    }
    return "no error";
}

/// The same bytes for the same seed.
class SeededRandom final : public Random {
  public:
    explicit SeededRandom(std::uint32_t seed) : generator_(seed) {}
    void fill(std::span<std::uint8_t> bytes) override {
        for (auto& byte : bytes)
            byte = static_cast<std::uint8_t>(generator_());
    }

  private:
    std::mt19937 generator_;
};

}  // namespace keygen::test

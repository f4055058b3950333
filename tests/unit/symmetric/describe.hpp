#pragma once

#include <keygen/symmetric.hpp>

#include <fmt/format.h>

#include <string>

#include "fake_random.hpp"
#include "symmetric/dialect.hpp"
#include "thrown.hpp"

// Keys and findings as text, one a line, so that a test's table shows them whole.
namespace keygen::test {

inline std::string describe(const SymmetricKey& key) {
    std::string value;
    for (const auto byte : key.value.bytes())
        value += symmetric::is_printable(key.value.text()) ? fmt::format("{:c}", byte)
                                                           : fmt::format("\\{:02x}", byte);
    auto text = fmt::format("{} {} {} {}", key.id, format_symmetric_type(key.type),
                            key.encoding == KeyEncoding::hex ? "hex" : "literal", value);
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

}  // namespace keygen::test

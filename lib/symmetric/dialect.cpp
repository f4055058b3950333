#include "symmetric/dialect.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "symmetric/type.hpp"

namespace keygen {

namespace symmetric {

namespace {

// ntpd up to p15 holds 32 bytes of a key, later ones 64: what must work everywhere has 32.
constexpr std::array RULES{
    DialectRules{"ntpd", "ntpd", 65535, 65535, 511, 32, true},
    DialectRules{"ntpsec", "NTPsec", 65535, 65534, 511, 32, true},
    DialectRules{"chrony", "chrony", 4294967295, 4294967295, 2047, 2047, false},
    DialectRules{"common", "a file for all three daemons", 65535, 65534, 511, 20, false},
};

}  // namespace

const DialectRules& rules_of(Dialect dialect) {
    return RULES[static_cast<std::size_t>(dialect)];
}

bool has_chrony_prefix(std::string_view text) {
    return text.starts_with("HEX:") || text.starts_with("ASCII:");
}

bool is_printable(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace symmetric

Dialect parse_dialect(std::string_view name) {
    constexpr std::array<std::string_view, 4> NAMES{"ntpd", "ntpsec", "chrony", "common"};
    for (std::size_t i = 0; i < NAMES.size(); ++i)
        if (symmetric::equals_in_any_case(name, NAMES[i]))
            return static_cast<Dialect>(i);
    throw Error(ErrorCode::bad_request,
                fmt::format("unknown dialect \"{}\"{}", escaped(name), did_you_mean(name, NAMES)))
        .hint("the dialects are ntpd, ntpsec, chrony and common");
}

std::string_view format_dialect(Dialect dialect) {
    return symmetric::rules_of(dialect).name;
}

}  // namespace keygen

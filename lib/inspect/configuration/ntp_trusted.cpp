#include <fmt/format.h>

#include "inspect/configuration/ntp_statement.hpp"

namespace keygen::inspection {

namespace {

using Kind = NtpToken::Kind;

}  // namespace

// ntpd forgets earlier trustedkey statements, NTPsec adds to them.
void NtpStatement::read_trusted() {
    const std::size_t start = next_;
    while (is(Kind::integer) || is_special("(")) {
        if (is(Kind::integer))
            shift();
        else if (!read_range())
            return;
    }
    if (next_ == start) {
        fail("T_Integer or '('");
        return;
    }
    if (!is_ntpsec()) {
        settings_.trusted_keys.clear();
        settings_.bad_trusted.clear();
    }
    settings_.trusted_at = place_;
    for (std::size_t i = start; i < next_; ++i) {
        const bool is_range = tokens_[i].kind == Kind::special;
        trust(tokens_[is_range ? i + 1 : i].number(), tokens_[is_range ? i + 3 : i].number(), is_range);
        i += is_range ? 4 : 0;
    }
    require_end();
}

bool NtpStatement::read_range() {
    shift();
    if (!is(Kind::integer))
        return fail("T_Integer");
    shift();
    if (!(is(Kind::keyword) && peek().text == "..."))
        return fail("T_Ellipsis");
    shift();
    if (!is(Kind::integer))
        return fail("T_Integer");
    shift();
    if (!is_special(")"))
        return fail("')'");
    shift();
    return true;
}

void NtpStatement::trust(std::int64_t first, std::int64_t last, bool is_range) {
    if (first >= 1 && first <= last && last <= MAX_NTP_KEY_ID) {
        for (auto id = static_cast<std::uint32_t>(first); id <= last; ++id)
            settings_.trusted_keys.insert(id);
        return;
    }
    const std::string what =
        is_range ? fmt::format("range {} ... {}", first, last) : fmt::format("{}", first);
    settings_.bad_trusted.push_back(fmt::format("{}Ignoring invalid trustedkey {}, min 1 max {}.",
                                                is_ntpsec() ? "CONFIG: " : "", what, MAX_NTP_KEY_ID));
    findings_.add("conf-syntax", Severity::warning, place_.path, place_.line,
                  fmt::format("no key can have an id out of {}: trusted are 1 to {}", what, MAX_NTP_KEY_ID),
                  "");
}

}  // namespace keygen::inspection

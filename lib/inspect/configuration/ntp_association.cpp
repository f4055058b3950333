#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "inspect/configuration/ntp_statement.hpp"

namespace keygen::inspection {

namespace {

using Kind = NtpToken::Kind;

constexpr std::string_view FLAG = "flag";
constexpr std::string_view NUMBER = "T_Integer or T_U_int";
constexpr std::string_view INTEGER = "T_Integer";
constexpr std::string_view REAL = "T_Double or T_Integer";
constexpr std::string_view STRING = "T_String";

struct Option {
    std::string_view name;
    std::string_view value;  ///< what has to stand behind it, in bison's words
};

// ntp_parser.y: option.
constexpr std::array<Option, 16> NTPD_OPTIONS = {{{"autokey", FLAG},
                                                  {"burst", FLAG},
                                                  {"iburst", FLAG},
                                                  {"noselect", FLAG},
                                                  {"preempt", FLAG},
                                                  {"prefer", FLAG},
                                                  {"true", FLAG},
                                                  {"xleave", FLAG},
                                                  {"xmtnonce", FLAG},
                                                  {"key", NUMBER},
                                                  {"maxpoll", NUMBER},
                                                  {"minpoll", NUMBER},
                                                  {"mode", NUMBER},
                                                  {"ttl", NUMBER},
                                                  {"version", NUMBER},
                                                  {"ident", STRING}}};
constexpr std::array<Option, 31> NTPSEC_OPTIONS = {
    {{"burst", FLAG},     {"iburst", FLAG},    {"noselect", FLAG},   {"noval", FLAG},
     {"nts", FLAG},       {"prefer", FLAG},    {"true", FLAG},       {"key", NUMBER},
     {"minpoll", NUMBER}, {"maxpoll", NUMBER}, {"mode", NUMBER},     {"subtype", NUMBER},
     {"version", NUMBER}, {"baud", NUMBER},    {"holdover", NUMBER}, {"stratum", INTEGER},
     {"flag1", INTEGER},  {"flag2", INTEGER},  {"flag3", INTEGER},   {"flag4", INTEGER},
     {"bias", REAL},      {"time1", REAL},     {"time2", REAL},      {"refid", STRING},
     {"path", STRING},    {"ppspath", STRING}, {"ask", STRING},      {"require", STRING},
     {"ca", STRING},      {"cert", STRING},    {"aead", STRING}}};

template <std::size_t N>
const Option* find_option(const std::array<Option, N>& options, std::string_view name) {
    const auto found = std::find_if(options.begin(), options.end(),
                                    [&](const Option& option) { return option.name == name; });
    return found == options.end() ? nullptr : &*found;
}

bool is_value(Kind kind, std::string_view expected) {
    if (expected == STRING)
        return kind == Kind::string;
    return kind == Kind::integer || (expected == NUMBER && kind == Kind::unsigned_integer) ||
           (expected == REAL && kind == Kind::real);
}

}  // namespace

void NtpStatement::read_association(std::string_view kind) {
    const bool has_family = is(Kind::keyword) && (peek().text == "-4" || peek().text == "-6");
    if (has_family)
        shift();
    if (!is(Kind::string)) {
        fail(has_family ? "T_String" : "T_Ipv4_flag or T_Ipv6_flag or T_String");
        return;
    }
    Association association;
    association.path = place_.path;
    association.line = place_.line;
    association.kind = kind;
    association.address = shift().text;
    bool is_invalid = false;
    while (read_option(association, is_invalid)) {
    }
    if (has_failed_)
        return;
    if (is_invalid) {
        log(fmt::format("{}key: invalid argument", is_ntpsec() ? "CONFIG: " : ""));
        findings_.add(
            "conf-syntax", Severity::critical, place_.path, place_.line,
            fmt::format("{} takes no such key id and drops the line", is_ntpsec() ? "NTPsec" : "ntpd"), "");
    } else {
        settings_.associations.push_back(std::move(association));
    }
    require_end();
}

// Returns false at what is no option.
bool NtpStatement::read_option(Association& association, bool& is_invalid) {
    if (!is(Kind::keyword))
        return false;
    const Option* option =
        is_ntpsec() ? find_option(NTPSEC_OPTIONS, peek().text) : find_option(NTPD_OPTIONS, peek().text);
    if (option == nullptr)
        return false;
    shift();
    using enum Association::Authentication;
    if (option->value == FLAG) {
        if (option->name == "autokey" || option->name == "nts")
            association.authentication = option->name == "nts" ? nts : autokey;
        return true;
    }
    if (!is_value(peek().kind, option->value))
        return fail(std::string(option->value));
    const NtpToken& value = shift();
    if (option->name == "key")
        set_key(association, value, is_invalid);
    else if (option->name == "ident")
        association.ident = value.text;
    return true;
}

// Key 0 is none. Autokey and NTS win over a key, wherever they stand.
void NtpStatement::set_key(Association& association, const NtpToken& number, bool& is_invalid) {
    // Larger numbers lose their upper bits in the scanner.
    const std::int64_t value = number.number();
    const auto id = static_cast<std::uint32_t>(value);
    const std::uint32_t limit = is_ntpsec() ? MAX_NTP_KEY_ID : UINT32_MAX;
    is_invalid = is_invalid || value < 0 || id >= limit;
    association.key.reset();
    using enum Association::Authentication;
    if (association.authentication == symmetric)
        association.authentication = none;
    if (is_invalid || id == 0)
        return;
    association.key = id;
    if (association.authentication == none)
        association.authentication = symmetric;
}

}  // namespace keygen::inspection

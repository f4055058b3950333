#include "inspect/configuration/chrony_source.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>

#include "inspect/configuration/chrony_words.hpp"

namespace keygen::inspection {

namespace {

// chrony 4.3; ipv4, ipv6 and maxunreach are younger.
constexpr std::array<std::string_view, 13> FLAGS = {"auto_offline", "burst",    "copy",  "iburst",  "ipv4",
                                                    "ipv6",         "noselect", "nts",   "offline", "prefer",
                                                    "require",      "trust",    "xleave"};
constexpr std::array<std::string_view, 22> NUMBERS = {
    "asymmetry",     "certset",          "extfield",      "filter",     "key",        "maxdelay",
    "maxdelayratio", "maxdelaydevratio", "maxdelayquant", "maxpoll",    "maxsamples", "maxsources",
    "maxunreach",    "mindelay",         "minpoll",       "minsamples", "minstratum", "ntsport",
    "offset",        "polltarget",       "port",          "presend"};

template <std::size_t N>
bool is_among(std::string_view word, const std::array<std::string_view, N>& words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_number(std::string_view text) {
    text.remove_prefix(text.starts_with('-') || text.starts_with('+') ? 1 : 0);
    return !text.empty() && text.find_first_not_of("0123456789.eE+-xabcdefABCDEF") == std::string_view::npos;
}

// Key 0 is chronyd's word for none, and cannot be asked for.
std::optional<std::uint32_t> to_key(std::string_view text) {
    text.remove_prefix(text.starts_with('+') ? 1 : 0);
    std::uint32_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc() || end != text.data() + text.size() || id == 0)
        return std::nullopt;
    return id;
}

}  // namespace

bool read_chrony_source(Association& association, std::span<const std::string_view> words) {
    using enum Association::Authentication;
    if (words.empty())
        return false;
    association.address = words[0];
    bool has_nts = false;
    for (std::size_t next = 1; next < words.size(); ++next) {
        const std::string option = to_lower(words[next]);
        if (is_among(option, FLAGS)) {
            has_nts = has_nts || option == "nts";
            continue;
        }
        const bool has_value = option == "version" || is_among(option, NUMBERS);
        if (!has_value || ++next == words.size() || !is_number(words[next]))
            return false;
        if (option == "key") {
            association.key = to_key(words[next]);
            if (!association.key)
                return false;
        }
    }
    association.authentication = has_nts ? nts : association.key ? symmetric : none;
    return true;
}

}  // namespace keygen::inspection

#include "symmetric/read_ntp.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "symmetric/access.hpp"
#include "symmetric/dialect.hpp"
#include "symmetric/hex.hpp"
#include "symmetric/reading.hpp"
#include "symmetric/type.hpp"

namespace keygen::symmetric {

namespace {

std::optional<std::uint32_t> read_id(std::string_view word, const DialectRules& rules, LineReport& report) {
    const auto id = read_id_by_atoi(word);
    if (word == "\r") {
        report.reject(
            "carriage-return",
            fmt::format("{} takes the carriage return on this empty line for a key id", rules.daemon));
    } else if (id.value == 0 && !id.is_plain) {
        report.reject("bad-id", "the line does not begin with a key id");
    } else if (id.value < 1 || id.value > rules.id_max) {
        report.reject("id-out-of-range",
                      fmt::format("{} takes key ids from 1 to {}", rules.daemon, rules.id_max));
    } else {
        if (!id.is_plain)
            report.misread("bad-id", fmt::format("the key id is not a plain number, but {} makes one of it",
                                                 rules.daemon));
        return id.value;
    }
    return std::nullopt;
}

std::optional<SymmetricType> read_key_type(std::string_view word, Dialect daemon, LineReport& report) {
    const auto named = read_type(word, daemon);
    const auto name = rules_of(daemon).daemon;
    if (named.is_fallback)
        report.misread("type-fallback",
                       fmt::format("{} does not know this key type and takes it for MD5, as it "
                                   "does with every m{}",
                                   name, suggest_type(word, daemon)));
    else if (!named.type)
        report.ignore("unknown-type",
                      fmt::format("{} does not know this key type{}", name, suggest_type(word, daemon)));
    else if (name_in(*named.type, daemon).empty())
        report.warn("digest-too-long", why_not_type(*named.type, daemon));
    return named.type;
}

std::optional<SecretBytes> read_hex(std::string_view word, Dialect daemon, LineReport& report) {
    const bool is_ntpd = daemon == Dialect::ntpd;
    const auto& rules = rules_of(daemon);
    const auto digits = word.substr(0, 2 * rules.value_max);  // what is beyond is not looked at
    if (!is_hex(digits)) {
        if (has_chrony_prefix(word))
            report.reject("chrony-prefix",
                          fmt::format("HEX: and ASCII: are chrony's; {} takes them for a part of "
                                      "a hexadecimal key",
                                      rules.daemon));
        else if (word.ends_with('\r') && is_hex(word.substr(0, word.size() - 1)))
            report.reject("carriage-return",
                          "the carriage return at the end of the line becomes a part of the key, "
                          "which is not hexadecimal then");
        else
            report.reject("bad-hex",
                          fmt::format("a key of more than {} characters is read as hexadecimal, which "
                                      "this one is not",
                                      MAX_LITERAL_LENGTH));
        return std::nullopt;
    }
    if (word.size() > digits.size())
        report.misread("key-truncated",
                       fmt::format("the key has more than {} bytes: {}", rules.value_max,
                                   is_ntpd ? "ntpd up to 4.2.8p15 drops the rest, later ones take 64"
                                           : "NTPsec drops the rest"));
    else if (digits.size() % 2 != 0)
        report.misread("odd-hex",
                       fmt::format("an odd number of hexadecimal digits: {}",
                                   is_ntpd ? "ntpd up to 4.2.8p15 drops the last one, later ones pad it"
                                           : "NTPsec drops the last one"));
    SecretBytes value(digits.size() / 2);
    for (std::size_t i = 0; i < value.size(); ++i)
        value.bytes()[i] =
            static_cast<std::uint8_t>(read_hex_digit(digits[2 * i]) * 16 + read_hex_digit(digits[2 * i + 1]));
    return value;
}

SecretBytes read_literal(std::string_view word, Dialect daemon, LineReport& report) {
    if (word.ends_with('\r'))
        report.misread("carriage-return",
                       "the carriage return at the end of the line becomes a part of the key");
    if (has_chrony_prefix(word))
        report.warn("chrony-prefix",
                    fmt::format("HEX: and ASCII: are chrony's; {} takes them for a part of the key",
                                rules_of(daemon).daemon));
    return SecretBytes(word);
}

void read_access_list(std::string_view word, Dialect daemon, SymmetricKey& key, LineReport& report) {
    if (daemon == Dialect::ntpsec) {
        report.misread("trailing-text", "NTPsec ignores what follows the key, an access list too");
        return;
    }
    auto list = parse_access_list(word);
    if (!list) {
        report.reject("bad-access-list",
                      "the fourth word is not one of ntpd's access lists; a key has no spaces, "
                      "and a comment begins with #");
        return;
    }
    if (list->has_odd_mask)
        report.misread("bad-access-list",
                       "a mask in the access list does not fit its address, but ntpd takes it");
    key.access = std::move(list->addresses);
}

SecretBytes fit_cmac_key(SecretBytes value, SymmetricType type, Dialect daemon, LineReport& report) {
    const auto& facts = properties_of(type);
    const auto wanted = facts.cmac_key_bytes;
    if (wanted == 0 || value.size() == wanted)
        return value;
    const bool is_short = value.size() < wanted;
    std::string_view consequence = "drops the rest of this longer key";
    if (is_short)
        consequence = daemon == Dialect::ntpd ? "fills this shorter key with zeros"
                                              : "fills this shorter key with whatever its buffer holds";
    report.misread("cmac-length", fmt::format("{} takes {} bytes: {} {}", facts.name, wanted,
                                              rules_of(daemon).daemon, consequence));
    if (is_short && daemon == Dialect::ntpsec)
        return value;  // nobody can tell what it will hold
    SecretBytes fitted(wanted);
    std::copy_n(value.bytes().begin(), std::min(wanted, value.size()), fitted.bytes().begin());
    return fitted;
}

}  // namespace

std::optional<SymmetricKey> read_ntp_line(const InputLine& piece, Dialect daemon, LineReport& report) {
    Words words(piece.text);
    const auto id_word = words.next();
    if (!id_word)
        return std::nullopt;
    const auto id = read_id(*id_word, rules_of(daemon), report);
    if (!id)
        return std::nullopt;

    const auto type_word = words.next();
    if (!type_word) {
        report.reject("missing-type", "the line has neither a key type nor a key");
        return std::nullopt;
    }
    const auto key_word = words.next();
    if (!key_word) {
        report.reject("missing-key", "the line has no key, or no key type");
        return std::nullopt;
    }
    const bool is_cut = words.ended_at_hash();
    const auto type = read_key_type(*type_word, daemon, report);
    if (!type && daemon == Dialect::ntpsec)
        return std::nullopt;

    SymmetricKey key;
    key.id = *id;
    key.encoding = key_word->size() > MAX_LITERAL_LENGTH ? KeyEncoding::hex : KeyEncoding::literal;
    auto value = key.encoding == KeyEncoding::hex ? read_hex(*key_word, daemon, report)
                                                  : read_literal(*key_word, daemon, report);
    if (!value)
        return std::nullopt;
    if (is_cut)
        report.misread("hash-in-key",
                       "the key ends at its #, where a comment begins; put a space before a comment");
    if (const auto access_word = words.next())
        read_access_list(*access_word, daemon, key, report);
    if (report.is_rejected())
        return std::nullopt;
    if (daemon == Dialect::ntpd && words.next())
        report.misread("trailing-text", "ntpd ignores what follows the access list");
    if (!type)  // ntpd leaves the key out only now: it wants even such a line to be well formed
        return std::nullopt;
    key.type = *type;
    key.value = fit_cmac_key(std::move(*value), key.type, daemon, report);
    report_weakness(key, report);
    return key;
}

}  // namespace keygen::symmetric

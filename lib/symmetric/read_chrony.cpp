#include "symmetric/read_chrony.hpp"

#include <fmt/format.h>

#include "symmetric/dialect.hpp"
#include "symmetric/hex.hpp"
#include "symmetric/reading.hpp"
#include "symmetric/type.hpp"

namespace keygen::symmetric {

namespace {

// chronyd gives each pair to strtol, which takes a sign for half a byte.
int read_hex_pair(char high, char low) {
    const int low_digit = read_hex_digit(low);
    if (high == '+' || high == '-')
        return low_digit < 0 ? -1 : (high == '-' ? 256 - low_digit : low_digit) % 256;
    return read_hex_digit(high) < 0 || low_digit < 0 ? -1 : read_hex_digit(high) * 16 + low_digit;
}

std::optional<SecretBytes> read_hex(std::string_view digits, LineReport& report) {
    if (digits.size() % 2 != 0) {
        report.reject("odd-hex", "an odd number of hexadecimal digits after HEX:");
        return std::nullopt;
    }
    SecretBytes value(digits.size() / 2);
    for (std::size_t i = 0; i < value.size(); ++i) {
        const int byte = read_hex_pair(digits[2 * i], digits[2 * i + 1]);
        if (byte < 0) {
            report.reject("bad-hex", "what follows HEX: is not hexadecimal");
            return std::nullopt;
        }
        value.bytes()[i] = static_cast<std::uint8_t>(byte);
    }
    if (!is_hex(digits))
        report.misread("bad-hex", "a sign among the hexadecimal digits after HEX:");
    return value;
}

std::optional<SecretBytes> read_value(std::string_view word, KeyEncoding& encoding, LineReport& report) {
    constexpr std::string_view HEX = "HEX:";
    constexpr std::string_view ASCII = "ASCII:";
    encoding = word.starts_with(HEX) ? KeyEncoding::hex : KeyEncoding::literal;
    if (word == HEX || word == ASCII) {
        report.reject("missing-key", fmt::format("there is no key after {}", word));
        return std::nullopt;
    }
    if (encoding == KeyEncoding::hex)
        return read_hex(word.substr(HEX.size()), report);
    if (word.starts_with(ASCII))
        return SecretBytes(word.substr(ASCII.size()));
    if (word.size() > MAX_LITERAL_LENGTH && is_hex(word))
        report.warn("hex-without-prefix",
                    "hexadecimal digits without HEX: before them; chrony takes the digits "
                    "themselves for the key");
    return SecretBytes(word);
}

bool is_type_of_any(std::string_view word) {
    const auto named = read_type(word, Dialect::ntpsec);
    return (named.type && !named.is_fallback) || read_type(word, Dialect::chrony).type;
}

}  // namespace

std::optional<SymmetricKey> read_chrony_line(const InputLine& piece, LineReport& report) {
    const auto words = split_chrony_words(piece.text);
    if (words.empty())
        return std::nullopt;
    if (words.size() == 1) {
        report.reject("missing-key", "the line has no key");
        return std::nullopt;
    }
    if (words.size() > 3) {
        report.reject("trailing-text",
                      "chrony rejects a line of more than three words, and has no comments behind "
                      "a key");
        return std::nullopt;
    }
    const auto id = read_id_by_sscanf(words[0]);
    if (!id) {
        report.reject("bad-id", "the line does not begin with a key id");
        return std::nullopt;
    }
    if (!id->is_plain)
        report.misread("bad-id", "the key id is not a plain number, but chrony makes one of it");

    SymmetricKey key;
    key.id = id->value;
    auto value = read_value(words.back(), key.encoding, report);
    if (!value)
        return std::nullopt;
    key.value = std::move(*value);
    if (words.size() == 3) {
        const auto named = read_type(words[1], Dialect::chrony);
        if (!named.type) {
            report.reject("unknown-type", fmt::format("chrony does not know this key type{}",
                                                      suggest_type(words[1], Dialect::chrony)));
            return std::nullopt;
        }
        key.type = *named.type;
    } else if (is_type_of_any(words[1])) {
        report.misread("missing-key",
                       "a key type stands where the key should be; chrony takes it for an MD5 key");
    } else {
        report.note("default-type", "chrony takes a line of two words for an MD5 key");
    }
    const auto& facts = properties_of(key.type);
    if (facts.cmac_key_bytes != 0 && facts.cmac_key_bytes != key.value.size()) {
        report.reject("cmac-length", fmt::format("{} takes exactly {} bytes",
                                                 name_in(key.type, Dialect::chrony), facts.cmac_key_bytes));
        return std::nullopt;
    }
    if (key.id == 0) {
        report.reject("id-out-of-range", "chrony takes key ids from 1 to 4294967295");
        return std::nullopt;
    }
    report_weakness(key, report);
    return key;
}

}  // namespace keygen::symmetric

#include "symmetric/format.hpp"

#include <keygen/error.hpp>
#include <keygen/symmetric.hpp>

#include <fmt/format.h>

#include "symmetric/access.hpp"
#include "symmetric/dialect.hpp"
#include "symmetric/parse.hpp"
#include "symmetric/secret_text.hpp"
#include "symmetric/type.hpp"

namespace keygen {

namespace symmetric {

namespace {

struct Form {
    std::string_view prefix;
    bool is_hex = false;
};
constexpr Form LITERAL{"", false};
constexpr Form BARE_HEX{"", true};
constexpr Form CHRONY_ASCII{"ASCII:", false};
constexpr Form CHRONY_HEX{"HEX:", true};

bool is_ntp_literal(const SecretBytes& value) {
    return value.size() <= MAX_LITERAL_LENGTH && is_printable(value.text()) &&
           value.text().find('#') == std::string_view::npos;
}

Form choose_chrony_form(const SymmetricKey& key) {
    const auto text = key.value.text();
    if (key.encoding == KeyEncoding::hex || !is_printable(text))
        return CHRONY_HEX;
    // A long literal would be taken for hexadecimal by a reader used to ntpd's rule.
    return text.size() > MAX_LITERAL_LENGTH || has_chrony_prefix(text) ? CHRONY_ASCII : LITERAL;
}

/// Nothing where the key has no form in the dialect.
std::optional<Form> choose_form(const SymmetricKey& key, Dialect dialect) {
    if (dialect == Dialect::chrony)
        return choose_chrony_form(key);
    const bool can_be_literal = is_ntp_literal(key.value);
    const bool has_prefix = has_chrony_prefix(key.value.text());
    if (dialect == Dialect::common)
        return can_be_literal && !has_prefix ? std::optional(LITERAL) : std::nullopt;
    const bool can_be_hex = 2 * key.value.size() > MAX_LITERAL_LENGTH;
    if (can_be_literal && !(can_be_hex && (has_prefix || key.encoding == KeyEncoding::hex)))
        return LITERAL;
    return can_be_hex ? std::optional(BARE_HEX) : std::nullopt;
}

std::string why_not_value(const SymmetricKey& key, Dialect dialect) {
    const auto& facts = properties_of(key.type);
    const auto& rules = rules_of(dialect);
    const auto size = key.value.size();
    if (size == 0)
        return "the key is empty";
    if (facts.cmac_key_bytes != 0 && size != facts.cmac_key_bytes)
        return fmt::format("{} takes {} bytes, and this key has {}", facts.name, facts.cmac_key_bytes, size);
    if (size > rules.value_max)
        return fmt::format("{} takes keys of up to {} bytes, and this one has {}", rules.daemon,
                           rules.value_max, size);
    if (choose_form(key, dialect))
        return {};
    if (dialect == Dialect::common)
        return fmt::format(
            "{} takes keys of up to {} printable characters without # or space, not beginning with "
            "HEX: or ASCII:; this one is not",
            rules.daemon, MAX_LITERAL_LENGTH);
    return fmt::format(
        "{} takes hexadecimal only from {} bytes on, and this shorter key is not all printable "
        "characters without # or space",
        rules.daemon, MAX_LITERAL_LENGTH / 2 + 1);
}

}  // namespace

std::size_t measure_line(const SymmetricKey& key, Dialect dialect, std::string_view comment) {
    const auto form = choose_form(key, dialect).value();
    std::size_t size = fmt::formatted_size("{:2} {} ", key.id, name_in(key.type, dialect)) +
                       form.prefix.size() + key.value.size() * (form.is_hex ? 2 : 1);
    for (const auto& address : key.access)
        size += 1 + address.size();
    return size + (comment.empty() ? 0 : 2 + comment.size());
}

std::string why_not_key(const SymmetricKey& key, Dialect dialect, std::string_view comment) {
    const auto& rules = rules_of(dialect);
    if (key.id < 1 || key.id > rules.id_max)
        return fmt::format("{} takes key ids from 1 to {}", rules.daemon, rules.id_max);
    if (name_in(key.type, dialect).empty())
        return why_not_type(key.type, dialect);
    if (!key.access.empty() && dialect != Dialect::ntpd)
        return "only ntpd has access lists";
    for (const std::string& address : key.access) {
        const auto list = parse_access_list(address);
        if (!list || list->has_odd_mask)
            return "a mask in the access list does not fit its address";
    }
    auto reason = why_not_value(key, dialect);
    if (reason.empty() && measure_line(key, dialect, comment) > rules.line_max)
        reason = fmt::format("the line would be too long; {} takes lines of {} bytes", rules.daemon,
                             rules.line_max);
    return reason;
}

void append_key_line(SecretText& text, const SymmetricKey& key, Dialect dialect, std::string_view comment) {
    text.append(fmt::format("{:2} {} ", key.id, name_in(key.type, dialect)));
    const auto form = choose_form(key, dialect).value();
    text.append(form.prefix);
    if (form.is_hex)
        text.append_hex(key.value.bytes(), dialect == Dialect::chrony);
    else
        text.append(key.value.text());
    for (std::size_t i = 0; i < key.access.size(); ++i) {
        text.append(i == 0 ? " " : ",");
        text.append(key.access[i]);
    }
    if (!comment.empty()) {
        text.append("  ");
        text.append(comment);
    }
    text.append("\n");
}

void prove_keys_file(std::string_view text, Dialect dialect, std::span<const SymmetricKey> keys) {
    const auto file = parse_keys_file(text, dialect);
    bool is_proven = are_same(file.keys, keys);
    for (const auto& finding : file.findings)
        is_proven = is_proven && !finding.is_misread;
    if (!is_proven)
        throw Error(ErrorCode::not_proven, fmt::format("the keys do not read back from their {} keys file",
                                                       format_dialect(dialect)));
}

}  // namespace symmetric

using namespace symmetric;

SecretBytes format_keys_file(std::span<const SymmetricKey> keys, Dialect dialect) {
    SecretText text(keys.size() * EXPECTED_LINE_BYTES);
    for (const auto& key : keys) {
        const auto reason = why_not_key(key, dialect, {});
        if (!reason.empty())
            throw Error(ErrorCode::unsupported, fmt::format("key {}: {}", key.id, reason));
        append_key_line(text, key, dialect, {});
    }
    auto result = text.take();
    prove_keys_file(result.text(), dialect, keys);
    return result;
}

}  // namespace keygen

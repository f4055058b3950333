#include "daemon/ntp_statement.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

#include "command/shell_word.hpp"

namespace keygen::daemon {

namespace {

constexpr std::string_view SOURCES = "server peer pool broadcast manycastclient";
constexpr std::string_view KEY_STATEMENTS =
    "crypto trustedkey keysdir controlkey requestkey includefile server";
// OpenSSL's short names, in this case (OBJ_sn2nid).
constexpr std::string_view DIGESTS = "MD4 MD5 MDC2 RIPEMD160 SHA SHA1 SHA224 SHA256 SHA384 SHA512";

}  // namespace

void NtpStatement::read(const Place& place, std::string_view statement, NtpWords& words) {
    if (is_among(statement, SOURCES)) {
        read_association(place, statement, words);
    } else if (statement == "crypto") {
        read_crypto(place, words);
    } else if (statement == "trustedkey") {
        read_trusted(place, words);
    } else if (statement == "keys") {
        if (read_path(place, statement, words, settings_.keys_path))
            settings_.keys_at = place;
    } else if (statement == "keysdir") {
        std::string value;
        if (read_path(place, statement, words, value))
            settings_.keysdir = std::move(value);
    } else if (statement == "controlkey" || statement == "requestkey") {
        read_control_key(place, statement, words);
    } else if (statement == "enable" || statement == "disable") {
        read_switches(place, statement, words);
    } else if (statement == "nts" && is_ntpsec()) {
        read_nts(place, words);
    } else if (statement == "keyfile") {
        report_syntax(place, "keyfile is chronyd's word; here it is keys");
    } else {
        check_spelling(place, statement, KEY_STATEMENTS);
    }
}

bool NtpStatement::read_path(const Place& place, std::string_view statement, NtpWords& words,
                             std::string& value) {
    const std::string_view word = words.next_string();
    if (word.empty()) {
        report_syntax(place, fmt::format("{} without a word behind it", statement));
        return false;
    }
    check_equals_sign(place, statement, word);
    value = word;
    return true;
}

// `pw=secret` makes the sign a part of the password.
void NtpStatement::check_equals_sign(const Place& place, std::string_view option, std::string_view value) {
    if (value.starts_with('='))
        report_syntax(
            place,
            fmt::format("behind {} the sign = is taken for a part of the value: a blank belongs there",
                        option),
            fmt::format("sed -i --follow-symlinks '{}s/=/ /g' {}", place.line,
                        command::shell_word(place.path)));
}

void NtpStatement::read_association(const Place& place, std::string_view kind, NtpWords& words) {
    Association association;
    association.path = place.path;
    association.line = place.line;
    association.kind = kind;
    std::string_view address = words.next_string();
    if (address == "-4" || address == "-6")
        address = words.next_string();
    if (address.empty()) {
        report_syntax(place, fmt::format("{} without an address", kind));
        return;
    }
    association.address = address;
    for (auto option = words.next(); !option.empty(); option = words.next())
        read_option(place, association, option, words);
    using enum Association::Authentication;
    // Autokey and NTS win over a key, wherever they stand. Key 0 is none.
    if (association.authentication == none && association.key && *association.key != 0)
        association.authentication = symmetric;
    if (association.authentication != symmetric)
        association.key.reset();
    settings_.associations.push_back(std::move(association));
}

void NtpStatement::read_option(const Place& place, Association& association, std::string_view option,
                               NtpWords& words) {
    using enum Association::Authentication;
    if (option == "key") {
        read_key(place, association, words);
    } else if (option == "nts" && is_ntpsec()) {
        association.authentication = nts;
    } else if (option == "nts") {
        report_syntax(place, "ntpd has no NTS");
    } else if (option == "ca" && is_ntpsec()) {
        settings_.nts_files.push_back({NtsFile::Role::authorities, std::string(words.next_string()), place,
                                       settings_.associations.size()});
    } else if (is_ntpsec() && (option == "autokey" || option == "ident")) {
        report_syntax(place, "NTPsec has no Autokey");
    } else if (option == "autokey") {
        association.authentication = autokey;
    } else if (option == "ident") {
        const std::string_view value = words.next_string();
        if (value.empty())
            report_syntax(place, "ident without a group behind it");
        check_equals_sign(place, option, value);
        association.ident = value;
    } else {
        check_spelling(place, option, is_ntpsec() ? "" : "autokey ident");
    }
}

void NtpStatement::read_key(const Place& place, Association& association, NtpWords& words) {
    const auto number = to_number(words.peek());
    if (number)
        words.next();
    if (!number || *number < 0 || *number > UINT32_MAX) {
        report_syntax(place, "key without the number of a key behind it");
        if (association.authentication == Association::Authentication::none)
            association.authentication = Association::Authentication::symmetric;
        return;
    }
    association.key = static_cast<std::uint32_t>(*number);
}

// A word that is missing inside of an option costs the whole statement; at one that no option begins with,
// what stands before it counts.
void NtpStatement::read_crypto(const Place& place, NtpWords& words) {
    if (is_ntpsec()) {
        report_syntax(place, "NTPsec has no Autokey: it drops the crypto statement");
        return;
    }
    std::optional<std::string> host, ident, digest;
    std::optional<SecretBytes> password;
    bool is_password_over = false;
    for (std::string_view option = words.next(); !option.empty(); option = words.next()) {
        if (!is_among(option, "host ident pw randfile digest revoke")) {
            // What follows a password is often a part of it.
            report_syntax(place, password
                                     ? "a word behind the password that no option begins with: ntpd drops "
                                       "the rest of the crypto statement"
                                     : fmt::format("no option of crypto begins with \"{}\": ntpd drops the "
                                                   "rest of the statement",
                                                   escaped(option)));
            break;
        }
        is_password_over = is_password_over || password.has_value();
        const std::string_view value = words.next_string();
        if (value.empty() || value.starts_with("-4") || value.starts_with("-6")) {
            report_syntax(
                place,
                fmt::format("crypto {} without a value that ntpd takes: it drops the statement", option));
            return;
        }
        check_equals_sign(place, option, value);
        if (option == "host")
            host = value;
        else if (option == "ident")
            ident = value;
        else if (option == "pw")
            password = SecretBytes(value);
        else if (option == "digest")
            digest = value;
    }
    settings_.crypto_at = place;
    if (host)
        settings_.host = std::move(host);
    if (ident)
        settings_.ident = std::move(ident);
    if (password)
        settings_.password = std::move(password);
    if (digest && is_among(*digest, DIGESTS))
        settings_.digest = std::move(*digest);
    else if (digest)
        report_syntax(
            place, is_password_over
                       ? fmt::format("ntpd does not know this digest, and stays with {}", settings_.digest)
                       : fmt::format("ntpd does not know the digest {}, and stays with {}", escaped(*digest),
                                     settings_.digest));
}

// ntpd forgets earlier trustedkey statements, NTPsec adds to them.
void NtpStatement::read_trusted(const Place& place, NtpWords& words) {
    if (!is_ntpsec())
        settings_.trusted_keys.reset();
    settings_.trusted_at = place;
    for (std::string_view word = words.next(); !word.empty(); word = words.next()) {
        if (word == "(") {
            if (!read_range(place, words))
                return;
        } else if (const auto id = to_number(word)) {
            trust(place, *id, *id);
        } else {
            report_syntax(place, word == "..." ? "a range of key ids without brackets: ntpd reads (1 ... 9)"
                                               : "a word that is no key id: the rest of the line is dropped");
            return;
        }
    }
}

bool NtpStatement::read_range(const Place& place, NtpWords& words) {
    const auto first = to_number(words.next());
    const bool has_dots = words.next() == "...";
    const auto last = to_number(words.next());
    const bool is_closed = words.next() == ")";
    if (!first || !has_dots || !last || !is_closed) {
        report_syntax(place,
                      "a range of key ids that breaks off: it is (1 ... 9), with blanks round the dots");
        return false;
    }
    trust(place, *first, *last);
    return true;
}

void NtpStatement::trust(const Place& place, std::int64_t first, std::int64_t last) {
    if (first < 1 || first > last || last > MAX_NTP_KEY_ID) {
        add("conf-syntax", Severity::warning, place,
            fmt::format("no key can have an id out of {} to {}: trusted are 1 to {}", first, last,
                        MAX_NTP_KEY_ID));
        return;
    }
    for (auto id = static_cast<std::size_t>(first); id <= static_cast<std::size_t>(last); ++id)
        settings_.trusted_keys.set(id);
}

// NTPsec has no ntpdc any more, and with it no use for requestkey.
void NtpStatement::read_control_key(const Place& place, std::string_view statement, NtpWords& words) {
    const auto id = to_number(words.next());
    if (!id)
        report_syntax(place, fmt::format("{} without the number of a key behind it", statement));
    else if (*id > 0 && *id <= UINT32_MAX && !(is_ntpsec() && statement == "requestkey"))
        settings_.control_keys.push_back({std::string(statement), static_cast<std::uint32_t>(*id), place});
}

void NtpStatement::read_switches(const Place& place, std::string_view statement, NtpWords& words) {
    bool has_auth = false;
    std::size_t count = 0;
    for (std::string_view word = words.next(); !word.empty(); word = words.next(), ++count)
        has_auth = has_auth || word == "auth";
    if (has_auth && statement == "disable" && !is_ntpsec())
        add("conf-auth-disabled", Severity::warning, place,
            "ntpd takes up associations with peers and broadcasters that are not authenticated",
            fmt::format("sed -i --follow-symlinks '{}s/{}/' {}", place.line,
                        count == 1 ? "^/#" : "\\bauth\\b/", command::shell_word(place.path)));
}

void NtpStatement::read_nts(const Place& place, NtpWords& words) {
    using enum NtsFile::Role;
    for (std::string_view option = words.next(); !option.empty(); option = words.next()) {
        if (option == "cert" || option == "key" || option == "ca")
            settings_.nts_files.push_back({option == "cert"  ? certificate
                                           : option == "key" ? key
                                                             : authorities,
                                           std::string(words.next_string()), place});
    }
}

}  // namespace keygen::daemon

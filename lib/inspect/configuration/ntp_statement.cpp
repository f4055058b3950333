#include "inspect/configuration/ntp_statement.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace keygen::inspection {

namespace {

using Kind = NtpToken::Kind;

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

// Statements of one string that the parser treats alike.
constexpr std::array<std::string_view, 6> TEXT_STATEMENTS = {"ident",   "logfile",       "ntpsigndsocket",
                                                             "pidfile", "saveconfigdir", "statsdir"};

// And of one integer.
constexpr std::array<std::string_view, 4> NUMBER_STATEMENTS = {"automax", "dscp", "mdnstries", "revoke"};

}  // namespace

std::size_t NtpStatement::read(std::span<const NtpToken> tokens, bool is_first_of_all) {
    tokens_ = tokens;
    read_command(is_first_of_all);
    return next_;
}

void NtpStatement::read_command(bool is_first_of_all) {
    if (is(Kind::end))
        return;
    if (!is(Kind::keyword) || !is_ntp_statement(peek().text, settings_.daemon)) {
        fail(is_first_of_all ? "" : "$end");
        return;
    }
    const std::string_view statement = shift().text;
    static constexpr std::array<std::string_view, 5> ASSOCIATIONS = {"server", "pool", "peer", "broadcast",
                                                                     "manycastclient"};
    if (is_one_of(statement, ASSOCIATIONS)) {
        read_association(statement);
    } else if (statement == "crypto") {
        read_crypto();
    } else if (statement == "trustedkey") {
        read_trusted();
    } else if (statement == "keys") {
        read_text(settings_.keys_path);
    } else if (statement == "keysdir") {
        std::string value;
        read_text(value);
        if (!value.empty())
            settings_.keysdir = std::move(value);
    } else if (statement == "includefile") {
        read_include();
    } else if (statement == "controlkey" || statement == "requestkey") {
        read_control_key(statement);
    } else if (statement == "enable" || statement == "disable") {
        read_flags();
    } else if (is_one_of(statement, TEXT_STATEMENTS)) {
        std::string ignored;
        read_text(ignored);
    } else if (is_one_of(statement, NUMBER_STATEMENTS)) {
        if (!is(Kind::integer)) {
            fail("T_Integer");
            return;
        }
        shift();
        require_end();
    } else if (statement == "end") {
        ends_reading_ = true;
    } else {
        while (!is(Kind::end))
            shift();
    }
}

void NtpStatement::read_text(std::string& value) {
    if (!is(Kind::string)) {
        fail("T_String");
        return;
    }
    value = shift().text;
    check_equals_sign("value", value);
    require_end();
}

void NtpStatement::read_include() {
    if (!is(Kind::string)) {
        fail("T_String");
        return;
    }
    std::string path(shift().text);
    // The grammar has room for another statement on the same line, which comes first.
    if (is(Kind::keyword) && is_ntp_statement(peek().text, settings_.daemon))
        read_command(false);
    else
        require_end();
    if (!has_failed_ || is_applied_)
        includes_.push_back(std::move(path));
}

void NtpStatement::read_control_key(std::string_view statement) {
    if (!is(Kind::integer)) {
        fail("T_Integer");
        return;
    }
    const std::int64_t id = shift().number();
    if (is_ntpsec() && statement == "requestkey")
        log("CONFIG: requestkey is a no-op because ntpdc has been removed.");
    else if (id > 0)
        settings_.control_keys.push_back({std::string(statement), static_cast<std::uint32_t>(id), place_});
    require_end();
}

void NtpStatement::read_flags() {
    static constexpr std::array<std::string_view, 11> NTPD_FLAGS = {"auth",
                                                                    "bclient",
                                                                    "calibrate",
                                                                    "kernel",
                                                                    "mode7",
                                                                    "monitor",
                                                                    "ntp",
                                                                    "peer_clear_digest_early",
                                                                    "stats",
                                                                    "unpeer_crypto_early",
                                                                    "unpeer_digest_early"};
    static constexpr std::array<std::string_view, 5> NTPSEC_FLAGS = {"calibrate", "kernel", "monitor", "ntp",
                                                                     "stats"};
    const std::string_view statement = tokens_[next_ - 1].text;
    std::size_t flags = 0;
    bool has_auth = false;
    for (; is(Kind::keyword); ++flags) {
        const std::string_view flag = peek().text;
        const bool is_known = is_ntpsec() ? is_one_of(flag, NTPSEC_FLAGS)
                                          : is_one_of(flag, NTPD_FLAGS) || flag == "unpeer_crypto_nak_early";
        if (!is_known)
            break;
        shift();
        has_auth = has_auth || flag == "auth";
    }
    if (has_auth && statement == "disable")
        findings_.add("conf-auth-disabled", Severity::warning, place_.path, place_.line,
                      "ntpd takes up associations with peers and broadcasters that are not authenticated",
                      fmt::format("sed -i --follow-symlinks '{}s/{}/' {}", place_.line,
                                  flags == 1 ? "^/#" : "\\bauth\\b/", shell_word(place_.path)));
    if (flags == 0)
        fail("");
    else
        require_end();
}

void NtpStatement::read_crypto() {
    static constexpr std::array<std::string_view, 5> OPTIONS = {"host", "ident", "pw", "randfile", "digest"};
    struct Option {
        std::string_view name;
        std::string_view value;
        bool may_be_secret;
    };
    std::vector<Option> options;
    bool has_password = false;
    while (is(Kind::keyword)) {
        if (peek().text == "revoke") {
            shift();
            if (!is(Kind::integer)) {
                fail("T_Integer");
                return;
            }
            const std::int64_t value = shift().number();
            log(fmt::format("'crypto revoke {0}' is deprecated, please use 'revoke {0}' instead.", value));
            continue;
        }
        if (!is_one_of(peek().text, OPTIONS))
            break;
        const std::string_view name = shift().text;
        if (!is(Kind::string)) {
            fail("T_String");
            return;
        }
        options.push_back({name, shift().text, has_password});
        has_password = has_password || name == "pw";
    }
    settings_.has_crypto = true;
    for (const Option& option : options) {
        check_equals_sign(option.name, option.value);
        if (option.name == "host")
            settings_.host = option.value;
        else if (option.name == "ident")
            settings_.ident = option.value;
        else if (option.name == "pw")
            settings_.password.emplace(option.value);
        else if (option.name == "digest")
            check_digest(option.value, option.may_be_secret);
    }
    require_end();
}

void NtpStatement::check_digest(std::string_view name, bool may_be_secret) {
    static constexpr std::array<std::string_view, 12> KNOWN = {"MD2",    "MD4",       "MD5",    "SHA",
                                                               "SHA1",   "SHA224",    "SHA256", "SHA384",
                                                               "SHA512", "RIPEMD160", "MDC2",   "DSA-SHA"};
    if (is_one_of(name, KNOWN))
        return;
    settings_.bad_digests.push_back(may_be_secret ? "..." : std::string(name));
    findings_.add("conf-syntax", Severity::warning, place_.path, place_.line,
                  may_be_secret ? "ntpd does not know the digest"
                                : fmt::format("ntpd knows no digest {}", escaped(name)),
                  "");
}

void NtpStatement::check_equals_sign(std::string_view what, std::string_view value) {
    if (value.starts_with('='))
        findings_.add(
            "conf-syntax", Severity::warning, place_.path, place_.line,
            fmt::format("the = is a part of the {} for {}, which wants a blank there", what,
                        is_ntpsec() ? "NTPsec" : "ntpd"),
            fmt::format("sed -i --follow-symlinks '{}s/=/ /g' {}", place_.line, shell_word(place_.path)));
}

bool NtpStatement::fail(std::string expected) {
    has_failed_ = true;
    expected_ = std::move(expected);
    return false;
}

void NtpStatement::require_end() {
    if (is(Kind::end))
        return;
    is_applied_ = true;
    fail("T_EOC");
}

}  // namespace keygen::inspection

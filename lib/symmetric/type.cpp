#include "symmetric/type.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "symmetric/dialect.hpp"

namespace keygen {

namespace symmetric {

namespace {

// The MAC of an NTPv4 packet: ntpd 4.2.8 neither cuts a longer one nor takes it (MAX_MAC_LEN in ntp.h, less
// the key id); the other daemons cut it to this.
constexpr std::size_t MAX_MAC_BYTES = 20;

using enum SymmetricType;

// New keys have the length of the digest, 20 bytes at the least and what every daemon holds, 32, at the most.
// ntpd looks a name up among OpenSSL's short names; NTPsec among its ciphers, with "-CBC" added, and then its
// digests; chronyd in a table of its own. Tried with Debian's NTPsec 1.2.2 and chrony 4.3.
// clang-format off
constexpr std::array FACTS{
    TypeFacts{md5,         "MD5",        16,  0, 20, {"MD5",        "MD5",       "MD5",      "MD5"}},
    TypeFacts{sha1,        "SHA1",       20,  0, 20, {"SHA1",       "SHA1",      "SHA1",     "SHA1"}},
    TypeFacts{ripemd160,   "RIPEMD160",  20,  0, 20, {"RIPEMD160",  "RIPEMD160", "",         ""}},
    TypeFacts{sha224,      "SHA224",     28,  0, 28, {"SHA224",     "SHA224",    "",         ""}},
    TypeFacts{sha256,      "SHA256",     32,  0, 32, {"SHA256",     "SHA256",    "SHA256",   ""}},
    TypeFacts{sha384,      "SHA384",     48,  0, 32, {"SHA384",     "SHA384",    "SHA384",   ""}},
    TypeFacts{sha512,      "SHA512",     64,  0, 32, {"SHA512",     "SHA512",    "SHA512",   ""}},
    TypeFacts{sha3_224,    "SHA3-224",   28,  0, 28, {"SHA3-224",   "SHA3-224",  "SHA3-224", ""}},
    TypeFacts{sha3_256,    "SHA3-256",   32,  0, 32, {"SHA3-256",   "SHA3-256",  "SHA3-256", ""}},
    TypeFacts{sha3_384,    "SHA3-384",   48,  0, 32, {"SHA3-384",   "SHA3-384",  "SHA3-384", ""}},
    TypeFacts{sha3_512,    "SHA3-512",   64,  0, 32, {"SHA3-512",   "SHA3-512",  "SHA3-512", ""}},
    TypeFacts{aes128_cmac, "AES128CMAC", 16, 16, 16, {"AES128CMAC", "AES-128",   "AES128",   ""}},
    TypeFacts{aes192_cmac, "AES192CMAC", 16, 24, 24, {"",           "AES-192",   "",         ""}},
    TypeFacts{aes256_cmac, "AES256CMAC", 16, 32, 32, {"",           "AES-256",   "AES256",   ""}},
};
// clang-format on

// What NTPsec, or OpenSSL 3 on its behalf, takes besides.
struct Alias {
    std::string_view name;
    SymmetricType type;
};
constexpr std::array NTPSEC_ALIASES{
    Alias{"AES", aes128_cmac},  Alias{"AES128CMAC", aes128_cmac}, Alias{"SHA-1", sha1},
    Alias{"RIPEMD", ripemd160}, Alias{"SHA-224", sha224},         Alias{"SHA-256", sha256},
    Alias{"SHA-384", sha384},   Alias{"SHA-512", sha512},         Alias{"SHA2-224", sha224},
    Alias{"SHA2-256", sha256},  Alias{"SHA2-384", sha384},        Alias{"SHA2-512", sha512},
};

// OpenSSL knows these, so they do not count as unknown names with an m in front.
constexpr std::array<std::string_view, 3> NOT_MD5{"MD4", "MDC2", "MD5-SHA1"};

char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

std::string_view spelled_in(SymmetricType type, Dialect dialect) {
    return properties_of(type).names[static_cast<std::size_t>(dialect)];
}

/// All that the dialect takes, and what it means.
std::vector<Alias> names_of(Dialect dialect) {
    std::vector<Alias> names;
    for (const auto& facts : FACTS)
        if (!spelled_in(facts.type, dialect).empty())
            names.push_back({spelled_in(facts.type, dialect), facts.type});
    if (dialect == Dialect::ntpsec)
        names.insert(names.end(), NTPSEC_ALIASES.begin(), NTPSEC_ALIASES.end());
    return names;
}

}  // namespace

bool equals_in_any_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return upper(x) == upper(y); });
}

const TypeFacts& properties_of(SymmetricType type) {
    return FACTS[static_cast<std::size_t>(type)];
}

std::string_view name_in(SymmetricType type, Dialect dialect) {
    if (dialect == Dialect::ntpd && properties_of(type).mac_bytes > MAX_MAC_BYTES)
        return {};
    return spelled_in(type, dialect);
}

NamedType read_type(std::string_view word, Dialect daemon) {
    const bool is_exact = daemon == Dialect::chrony;
    for (const auto& facts : FACTS) {
        const auto name = spelled_in(facts.type, daemon);
        if (!name.empty() && (is_exact ? word == name : equals_in_any_case(word, name)))
            return {facts.type, false};
    }
    if (daemon == Dialect::ntpsec)
        for (const auto& alias : NTPSEC_ALIASES)
            if (equals_in_any_case(word, alias.name))
                return {alias.type, false};
    if (is_exact || upper(word.front()) != 'M')
        return {};
    for (const auto known : NOT_MD5)
        if (equals_in_any_case(word, known))
            return {};
    return {SymmetricType::md5, true};
}

std::string suggest_type(std::string_view word, Dialect daemon) {
    std::vector<std::string_view> names;
    for (const auto& name : names_of(daemon))
        names.push_back(name.name);
    return did_you_mean(word, names);
}

std::string why_not_type(SymmetricType type, Dialect dialect) {
    const auto name = properties_of(type).name;
    if (dialect == Dialect::common)
        return fmt::format("{} keys do not mean the same to ntpd, NTPsec and chrony", name);
    if (!spelled_in(type, dialect).empty())
        return fmt::format("{} 4.2.8 does not interoperate with {} keys", rules_of(dialect).daemon, name);
    return fmt::format("{} has no key type {}", rules_of(dialect).daemon, name);
}

std::string list_of_types(Dialect dialect) {
    std::vector<std::string_view> names;
    for (const auto type : list_symmetric_types(dialect))
        names.push_back(properties_of(type).name);
    return fmt::format("{} takes {}", rules_of(dialect).daemon, fmt::join(names, ", "));
}

}  // namespace symmetric

using namespace symmetric;

SymmetricType parse_symmetric_type(std::string_view name) {
    std::vector<std::string_view> known;
    for (const auto& facts : FACTS) {
        if (equals_in_any_case(name, facts.name))
            return facts.type;
        known.push_back(facts.name);
    }
    for (const auto dialect : {Dialect::ntpsec, Dialect::chrony})
        for (const auto& alias : names_of(dialect)) {
            if (equals_in_any_case(name, alias.name))
                return alias.type;
        }
    throw Error(ErrorCode::bad_request,
                fmt::format("unknown key type \"{}\"{}", escaped(name), did_you_mean(name, known)))
        .hint(fmt::format("the key types are {}", fmt::join(known, ", ")));
}

std::vector<SymmetricType> parse_symmetric_types(std::string_view names) {
    std::vector<SymmetricType> types;
    for (bool is_last = false; !is_last;) {
        const auto comma = names.find(',');
        const auto type = parse_symmetric_type(names.substr(0, comma));
        if (std::find(types.begin(), types.end(), type) != types.end())
            throw Error(ErrorCode::bad_request,
                        fmt::format("key type {} is given twice", properties_of(type).name));
        types.push_back(type);
        is_last = comma == std::string_view::npos;
        names.remove_prefix(is_last ? names.size() : comma + 1);
    }
    return types;
}

std::string_view format_symmetric_type(SymmetricType type) {
    return properties_of(type).name;
}

std::vector<SymmetricType> list_symmetric_types(Dialect dialect) {
    std::vector<SymmetricType> types;
    for (const auto& facts : FACTS)
        if (!name_in(facts.type, dialect).empty())
            types.push_back(facts.type);
    return types;
}

}  // namespace keygen

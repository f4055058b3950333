#include "catch.hpp"
#include "describe.hpp"

#include <keygen/error.hpp>

#include "base/suggestion.hpp"

using namespace keygen;
using namespace keygen::test;

TEST_CASE("dialects have names") {
    for (const auto dialect : {Dialect::ntpd, Dialect::ntpsec, Dialect::chrony, Dialect::common})
        CHECK(parse_dialect(format_dialect(dialect)) == dialect);
    CHECK(parse_dialect("NTPsec") == Dialect::ntpsec);
    const std::string hint = " (the dialects are ntpd, ntpsec, chrony and common)";
    CHECK(describe_error([] { parse_dialect("chorny"); }) ==
          "bad_request: unknown dialect \"chorny\"; did you mean \"chrony\"?" + hint);
    CHECK(describe_error([] { parse_dialect("\033[31mopenntpd"); }) ==
          "bad_request: unknown dialect \"\\x1b[31mopenntpd\"" + hint);
    CHECK(describe_error([] { parse_dialect(""); }) == "bad_request: unknown dialect \"\"" + hint);
}

TEST_CASE("key types have names") {
    for (const auto dialect : {Dialect::ntpd, Dialect::ntpsec, Dialect::chrony, Dialect::common})
        for (const auto type : list_symmetric_types(dialect))
            CHECK(parse_symmetric_type(format_symmetric_type(type)) == type);
    const std::pair<std::string_view, std::string_view> names[] = {
        {"md5", "MD5"},           {"Sha1", "SHA1"},          {"SHA-256", "SHA256"},
        {"SHA2-512", "SHA512"},   {"sha3-256", "SHA3-256"},  {"AES", "AES128CMAC"},
        {"AES128", "AES128CMAC"}, {"aes-128", "AES128CMAC"}, {"AES256", "AES256CMAC"},
        {"AES-192", "AES192CMAC"}};
    for (const auto& [name, canonical] : names)
        CHECK(format_symmetric_type(parse_symmetric_type(name)) == canonical);

    const std::string hint =
        " (the key types are MD5, SHA1, RIPEMD160, SHA224, SHA256, SHA384, SHA512, SHA3-224, SHA3-256, "
        "SHA3-384, "
        "SHA3-512, AES128CMAC, AES192CMAC, AES256CMAC)";
    CHECK(describe_error([] { parse_symmetric_types("MD5,SHA265"); }) ==
          "bad_request: unknown key type \"SHA265\"; did you mean \"SHA256\"?" + hint);
    CHECK(describe_error([] { parse_symmetric_types("MD5,"); }) ==
          "bad_request: unknown key type \"\"" + hint);
    CHECK(describe_error([] { parse_symmetric_types("rot13"); }) ==
          "bad_request: unknown key type \"rot13\"" + hint);
    CHECK(describe_error([] { parse_symmetric_types("AES128,MD5,aes-128"); }) ==
          "bad_request: key type AES128CMAC is given twice");
    CHECK(parse_symmetric_types("sha1,MD5") == std::vector{SymmetricType::sha1, SymmetricType::md5});
}

TEST_CASE("a slip finds its word") {
    constexpr std::string_view words[] = {"modulus", "password", "help", "ident", "T"};
    const std::pair<std::string_view, std::string_view> slips[] = {
        {"modulus", "modulus"},   {"moduls", "modulus"},    {"modluus", "modulus"}, {"MODULUX", "modulus"},
        {"passwrod", "password"}, {"pasword", "password"},  {"hlep", "help"},       {"helpp", "help"},
        {"idnet", "ident"},       {"modulation", "modulus"}};
    for (const auto& [slip, word] : slips) {
        INFO(slip);
        CHECK(closest_match(slip, words).value_or("nothing") == (slip == "modulation" ? "nothing" : word));
    }
    CHECK_FALSE(closest_match("", words));
    CHECK_FALSE(closest_match("x", words));
    CHECK_FALSE(closest_match("elephant", words));
    CHECK(did_you_mean("hepl", words) == "; did you mean \"help\"?");
    CHECK(did_you_mean("elephant", words).empty());
    CHECK_FALSE(closest_match(std::string(1'000'000, 'x'), words));
}

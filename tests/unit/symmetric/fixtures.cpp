// Files made by ntp.org's ntp-keygen 4.2.8p15, NTPsec's ntpkeygen 1.2.2 and chronyc 4.3.
#include "catch.hpp"
#include "describe.hpp"

#include <fstream>
#include <iterator>

#include "symmetric/convert.hpp"

using namespace keygen;
using namespace keygen::symmetric;
using namespace keygen::test;

namespace {

std::string load(const std::string& name) {
    std::ifstream file(std::string(KEYGEN_TEST_DATA "/fixtures/") + name, std::ios::binary);
    REQUIRE(file);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string first_lines(std::string_view text, int count) {
    std::size_t end = 0;
    while (count-- > 0)
        end = text.find('\n', end) + 1;
    return std::string(text.substr(0, end));
}

}  // namespace

TEST_CASE("ntp-keygen's keys") {
    const auto text = load("ntp-4.2.8p15/symmetric/ntpkey_MD5key_server1.4004390719");
    CHECK(guess_dialect(text, "k") == Dialect::ntpd);
    const auto file = check_keys_file(text, "k", Dialect::ntpd);
    CHECK(file.findings.empty());
    CHECK(describe_keys(file).starts_with(
        "1 MD5 literal a\\E12*}(Y)jIgmAD[+8h\n2 MD5 literal Z5C(|7oKug/fVqjh-3[]\n"));
    CHECK(describe_keys(file).ends_with(
        "20 SHA1 hex \\79\\3e\\f4\\76\\38\\22\\bd\\df\\14\\a0\\94\\51\\cd\\21\\c3\\79\\87\\c7"
        "\\69\\ea\n"));
    CHECK(describe_keys(parse_keys_file(text, Dialect::ntpsec)) == describe_keys(file));
    CHECK(parse_keys_file(text, Dialect::chrony).keys.empty());

    const auto converted = convert_keys_file(text, "k", Dialect::ntpd, Dialect::chrony);
    CHECK(describe_keys(check_keys_file(converted.text(), "k", Dialect::chrony)) == describe_keys(file));
    CHECK(first_lines(converted.text(), 4) ==
          "# ntpkey_MD5key_server1.4004390719\n# Mon Nov 23 02:45:19 2026\n\n"
          " 1 MD5 a\\E12*}(Y)jIgmAD[+8h\n");

    // Where ours differ from ntp-keygen's is in the keys alone.
    SeededRandom random(5);
    const auto ours = generate_keys({.header = first_lines(text, 3)}, random);
    CHECK(ours.text.size() == text.size());
    CHECK(ours.text.text().substr(0, 120).find(" 1 MD5 ") == text.find(" 1 MD5 "));
}

TEST_CASE("NTPsec's keys") {
    const auto text = load("symmetric/ntpsec-ntpkeygen.keys");
    CHECK(guess_dialect(text, "k") == Dialect::ntpsec);
    const auto file = check_keys_file(text, "k", Dialect::ntpsec);
    CHECK(file.findings.empty());
    CHECK(file.keys.size() == 20);
    CHECK(describe(file.keys.front()) == "1 AES128CMAC literal nYH(LT71:je`R,AE\n");
    const auto converted = convert_keys_file(text, "k", Dialect::ntpsec, Dialect::ntpd);
    CHECK(describe_keys(check_keys_file(converted.text(), "k", Dialect::ntpd)) == describe_keys(file));
}

TEST_CASE("chronyc's keys") {
    const auto text = load("symmetric/chronyc-keygen.keys");
    CHECK(guess_dialect(text, "k") == Dialect::chrony);
    const auto file = check_keys_file(text, "k", Dialect::chrony);
    CHECK(file.findings.empty());
    CHECK(file.keys.size() == 6);
    const auto converted = convert_keys_file(text, "k", Dialect::chrony, Dialect::ntpsec);
    CHECK(describe_keys(check_keys_file(converted.text(), "k", Dialect::ntpsec)) == describe_keys(file));
    CHECK(describe_error([&] { convert_keys_file(text, "k", Dialect::chrony, Dialect::ntpd); }) ==
          "bad_file: k:3: ntpd 4.2.8 does not interoperate with SHA256 keys");
}

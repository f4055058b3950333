#include "catch.hpp"
#include "describe.hpp"

using namespace keygen;
using namespace keygen::test;

TEST_CASE("a common file holds what all three daemons read alike") {
    const auto good =
        parse_keys_file("# keys\n\n1 MD5 secretsecret\n 2 SHA1 ~!@$%^&*()_+{}|:<>?~\n", Dialect::common);
    CHECK(describe_keys(good) == "1 MD5 literal secretsecret\n2 SHA1 literal ~!@$%^&*()_+{}|:<>?~\n");
    CHECK(describe_findings(good).empty());

    const auto bad = parse_keys_file(
        "1 MD5 secretsecret # MD5 key\n2 MD5 HEX:0011223344556677\n3 MD5 secret#secret\n4 MD5 secretsecret\n"
        "5 SHA1 000102030405060708090a0b0c0d0e0f10111213\n6 md5 secretsecret\n7 MD5 secretsecret\r\n",
        Dialect::common);
    CHECK(describe_keys(bad) == "4 MD5 literal secretsecret\n");
    CHECK(
        describe_findings(bad) ==
        "1 error! trailing-text: chrony rejects a line of more than three words, and has no comments behind "
        "a key\n"
        "2 warning chrony-prefix: HEX: and ASCII: are chrony's; NTPsec takes them for a part of the key\n"
        "2 warning chrony-prefix: HEX: and ASCII: are chrony's; ntpd takes them for a part of the key\n"
        "2 warning! not-common: the daemons do not read the same key on this line\n"
        "2 note short-key: the key has fewer than 10 bytes (80 bits)\n"
        "3 warning! hash-in-key: the key ends at its #, where a comment begins; put a space before a "
        "comment\n"
        "3 note short-key: the key has fewer than 10 bytes (80 bits)\n"
        "5 warning hex-without-prefix: hexadecimal digits without HEX: before them; chrony takes the digits "
        "themselves for the key\n"
        "5 warning! not-common: the daemons do not read the same key on this line\n"
        "6 error! unknown-type: chrony does not know this key type; did you mean \"MD5\"?\n"
        "7 warning! carriage-return: the carriage return at the end of the line becomes a part of the key\n");

    const auto refused = parse_keys_file("1 MD5 secretsecret\n! comment\n", Dialect::common);
    CHECK(refused.is_refused);
    CHECK(describe_keys(refused).empty());
    CHECK(refused.findings.back().id == "file-refused");
}

TEST_CASE("a misread line is an error with file and line") {
    const auto check = [](std::string_view text, Dialect dialect) {
        return describe_error([&] { check_keys_file(text, "dir/ntp.keys", dialect); });
    };
    CHECK(check("1 MD5 secret\n", Dialect::ntpd) == "no error");
    CHECK(check("1 SHA256 secretsecret\n", Dialect::ntpd) == "no error");
    CHECK(check("# x\n1 MD5 secretsecret\n1 MD5 secretsecret\n", Dialect::ntpd) ==
          "bad_file: dir/ntp.keys:3: key id 1 is on line 2 already; ntpd keeps that one");
    CHECK(check("# x\n\n1 SHA1\n", Dialect::ntpd) ==
          "bad_file: dir/ntp.keys:3: the line has no key, or no key type");
    CHECK(check("1 SHA1 HEX:0\n", Dialect::chrony) ==
          "bad_file: dir/ntp.keys:1: an odd number of hexadecimal digits after HEX:");
}

TEST_CASE("no finding shows a word of a file") {
    const std::string_view secret = "Pa5$w0rd+longer-than-20";
    for (const std::string_view shape :
         {"{}", "{} MD5 1", "1 {}", "1 {} MD5", "1 MD5 {}", "1 MD5 a {}", "1 MD5 a ::1 {}", "1 SHA1 HEX:{}",
          "1{} MD5 a", "1 m{} a", "{}#", "1 AES {}", "1 AES128 {}"})
        for (const auto dialect : {Dialect::ntpd, Dialect::ntpsec, Dialect::chrony, Dialect::common}) {
            const auto findings =
                describe_findings(parse_keys_file(fmt::format(fmt::runtime(shape), secret), dialect));
            INFO(findings);
            CHECK(findings.find("Pa5") == std::string::npos);
        }
}

TEST_CASE("whose file it is") {
    const auto guess = [](std::string_view text) { return format_dialect(guess_dialect(text, "k")); };
    CHECK(guess("1 MD5 secretsecret\n") == "common");
    CHECK(guess("1 MD5 secretsecret  # MD5 key\n") == "ntpd");
    CHECK(guess("1 SHA1 000102030405060708090a0b0c0d0e0f10111213\n") == "ntpd");
    CHECK(guess("1 MD5 secretsecret 10.0.0.1\n") == "ntpd");
    CHECK(guess("1 AES secretsecretsecr\n") == "ntpsec");
    CHECK(guess("1 SHA256 secretsecret # x\n") == "ntpsec");
    CHECK(guess("1 SHA1 HEX:00112233445566778899\n") == "chrony");
    CHECK(guess("! x\n70000 secretsecret\n") == "chrony");

    CHECK(describe_error([&] { guess("1 MD5 a\n2 MD5 a#b # c\n"); }) ==
          "bad_file: k: no daemon reads this keys file as it stands (ntpd at line 2, NTPsec at line 2, "
          "chrony at line 2) "
          "(say whose file it is (--from, with --merge --dialect): ntpd, ntpsec or chrony)");
    CHECK(describe_error([&] { guess("1 MD5 secretsecret\v\n"); }) ==
          "bad_file: k: ntpd and chrony read different keys in this file (say whose file it is (--from, with "
          "--merge --dialect): ntpd, ntpsec "
          "or "
          "chrony)");
    CHECK(describe_error([&] { guess("1 MD5 4142434445464748494a4b4c\n2 AES-128 x\n"); }) ==
          "bad_file: k: no daemon reads this keys file as it stands (ntpd at line 2, NTPsec at line 2, "
          "chrony at line 1) "
          "(say whose file it is (--from, with --merge --dialect): ntpd, ntpsec or chrony)");
}

TEST_CASE("100,000 lines") {
    std::string text;
    for (int i = 1; i <= 100000; ++i)
        text += fmt::format("{} SHA1 HEX:{:040X}\n", i, static_cast<unsigned>(i) * 2654435761u);
    const auto file = check_keys_file(text, "k", Dialect::chrony);
    CHECK(file.keys.size() == 100000);
    CHECK(file.keys.back().line == 100000);
    CHECK(parse_keys_file(text, Dialect::ntpd).findings.size() == 100001);
    CHECK(parse_keys_file(text, Dialect::common).keys.empty());
}

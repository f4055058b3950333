#include "catch.hpp"
#include "describe.hpp"

#include <algorithm>

#include "symmetric/convert.hpp"

using namespace keygen;
using namespace keygen::symmetric;
using namespace keygen::test;

namespace {

std::string convert(std::string_view text, Dialect from, Dialect to) {
    return std::string(convert_keys_file(text, "k", from, to).text());
}

std::string failure(std::string_view text, Dialect from, Dialect to) {
    return describe_error([&] { convert(text, from, to); });
}

const std::string HEX_20 = "000102030405060708090a0b0c0d0e0f10111213";

}  // namespace

TEST_CASE("the same keys in other words") {
    struct Row {
        std::string_view name;
        Dialect from;
        std::string text;
        Dialect to;
        std::string converted;
    };
    const std::vector<Row> rows{
        {"literals stay", Dialect::ntpd, "1 MD5 secretsecret\n", Dialect::chrony, " 1 MD5 secretsecret\n"},
        {"hexadecimal gets its prefix", Dialect::ntpd, "1 sha1 " + HEX_20 + "\n", Dialect::chrony,
         " 1 SHA1 HEX:000102030405060708090A0B0C0D0E0F10111213\n"},
        {"and loses it", Dialect::chrony, "1 SHA1 HEX:000102030405060708090A0B0C0D0E0F10111213\n",
         Dialect::ntpd, " 1 SHA1 " + HEX_20 + "\n"},
        {"short hexadecimal becomes a literal", Dialect::chrony, "1 MD5 HEX:61626364\n", Dialect::ntpd,
         " 1 MD5 abcd\n"},
        {"a literal that looks like a prefix", Dialect::ntpd, "1 MD5 HEX:61\n", Dialect::chrony,
         " 1 MD5 ASCII:HEX:61\n"},
        {"a long literal", Dialect::chrony, "1 MD5 a-word-of-21-letters-\n", Dialect::ntpsec,
         " 1 MD5 612d776f72642d6f662d32312d6c6574746572732d\n"},
        {"a long literal stays one", Dialect::chrony, "1 MD5 a-word-of-21-letters-\n", Dialect::chrony,
         " 1 MD5 ASCII:a-word-of-21-letters-\n"},
        {"a literal with a #", Dialect::chrony, "1 MD5 eleven#byte\n", Dialect::ntpd,
         " 1 MD5 656c6576656e2362797465\n"},
        {"AES", Dialect::chrony, "1 AES128 secretsecretsecr\n2 AES256 HEX:" + std::string(64, '0') + "\n",
         Dialect::ntpsec, " 1 AES-128 secretsecretsecr\n 2 AES-256 " + std::string(64, '0') + "\n"},
        {"AES for ntpd", Dialect::ntpsec, "1 AES secretsecretsecr\n", Dialect::ntpd,
         " 1 AES128CMAC secretsecretsecr\n"},
        {"comments", Dialect::ntpd,
         "# top\n\n  # in\n1 MD5 secretsecret  # MD5 key\n2 MD5 secretsecret # server a\n", Dialect::chrony,
         "# top\n\n# in\n 1 MD5 secretsecret\n# server a\n 2 MD5 secretsecret\n"},
        {"chrony's comments and line ends", Dialect::chrony, "! a\r\n% b\r\n1 secretsecret\r\n",
         Dialect::ntpd, "#! a\n#% b\n 1 MD5 secretsecret\n"},
        {"an access list", Dialect::ntpd, "1 MD5 secretsecret ::1,10.0.0.0/8 # x\n", Dialect::ntpd,
         " 1 MD5 secretsecret ::1,10.0.0.0/8  # x\n"},
        {"for all three", Dialect::ntpd, "1 MD5 secretsecret # x\n2 sha1 secretsecret\n", Dialect::common,
         "# x\n 1 MD5 secretsecret\n 2 SHA1 secretsecret\n"},
        {"a SHA256 key that ntpd cannot use", Dialect::ntpd, "1 SHA256 secretsecret\n", Dialect::chrony,
         " 1 SHA256 secretsecret\n"},
    };
    for (const auto& row : rows) {
        INFO(row.name);
        CHECK(convert(row.text, row.from, row.to) == row.converted);
    }
}

TEST_CASE("what cannot be said is refused with its line") {
    struct Row {
        Dialect from;
        std::string text;
        Dialect to;
        std::string error;
    };
    const std::string printable =
        "a file for all three daemons takes keys of up to 20 printable characters without # or space, not "
        "beginning "
        "with HEX: or ASCII:; this one is not";
    const std::vector<Row> rows{
        {Dialect::ntpd, "1 SHA1 " + HEX_20 + "\n", Dialect::common, "1: " + printable},
        {Dialect::chrony, "1 MD5 ASCII:ASCII:abc\n", Dialect::common, "1: " + printable},
        {Dialect::chrony, "# x\n1 SHA256 secretsecret\n", Dialect::ntpd,
         "2: ntpd 4.2.8 does not interoperate with SHA256 keys"},
        {Dialect::ntpsec, "1 AES-256 " + std::string(64, 'a') + "\n", Dialect::ntpd,
         "1: ntpd has no key type AES256CMAC"},
        {Dialect::ntpd, "1 RIPEMD160 secretsecret\n", Dialect::chrony, "1: chrony has no key type RIPEMD160"},
        {Dialect::ntpd, "1 AES128CMAC secretsecretsecr\n", Dialect::common,
         "1: AES128CMAC keys do not mean the same to ntpd, NTPsec and chrony"},
        {Dialect::ntpd, "1 MD5 secretsecret ::1\n", Dialect::chrony, "1: only ntpd has access lists"},
        {Dialect::chrony, "65536 MD5 secretsecret\n", Dialect::ntpsec,
         "1: NTPsec takes key ids from 1 to 65535"},
        {Dialect::chrony, "1 MD5 HEX:" + std::string(66, '0') + "\n", Dialect::ntpd,
         "1: ntpd takes keys of up to 32 bytes, and this one has 33"},
        {Dialect::chrony, "1 MD5 secr#et\n", Dialect::ntpd,
         "1: ntpd takes hexadecimal only from 11 bytes on, and this shorter key is not all printable "
         "characters without "
         "# or space"},
        {Dialect::chrony, "1 MD5 " + std::string(2000, '\x80') + "\n", Dialect::chrony,
         "1: the line would be too long; chrony takes lines of 2047 bytes"},
        {Dialect::chrony, "# " + std::string(600, 'x') + "\n", Dialect::ntpd,
         "1: the comment is too long; ntpd takes lines of 511 bytes"},
        {Dialect::ntpd, "1 MD5 secretsecret # " + std::string(490, 'x') + "\n", Dialect::ntpsec,
         "1: the line would be too long; NTPsec takes lines of 511 bytes"},
        {Dialect::ntpd, "1 MD5 secretsecret\n2 MD5 se cret\n", Dialect::chrony,
         "2: the fourth word is not one of ntpd's access lists; a key has no spaces, and a comment begins "
         "with #"},
        {Dialect::ntpd, "1 MD5 secret#secret\n", Dialect::chrony,
         "1: the key ends at its #, where a comment begins; put a space before a comment"},
        {Dialect::ntpd, "1 AES128CMAC short\n", Dialect::chrony,
         "1: AES128CMAC takes 16 bytes: ntpd fills this shorter key with zeros"},
    };
    for (const auto& row : rows)
        CHECK(failure(row.text, row.from, row.to) == "bad_file: k:" + row.error);
}

TEST_CASE("there and back again") {
    for (const auto from : {Dialect::ntpd, Dialect::ntpsec, Dialect::chrony, Dialect::common})
        for (const auto to : {Dialect::ntpd, Dialect::ntpsec, Dialect::chrony, Dialect::common}) {
            SymmetricRequest request{from, {}, 200, 1, ""};
            const auto fitting = list_symmetric_types(to);
            for (const auto type : list_symmetric_types(from))
                if (std::find(fitting.begin(), fitting.end(), type) != fitting.end())
                    request.types.push_back(type);
            SeededRandom random(11);
            const auto made = generate_keys(request, random);
            const bool is_binary = to == Dialect::common && from != Dialect::common;
            INFO(format_dialect(from) << " to " << format_dialect(to));
            if (is_binary) {
                CHECK(failure(made.text.text(), from, to).find(": a file for all three daemons takes keys") !=
                      std::string::npos);
                continue;
            }
            const auto there = convert(made.text.text(), from, to);
            const auto before = check_keys_file(made.text.text(), "k", from);
            CHECK(describe_keys(check_keys_file(there, "k", to)) == describe_keys(before));
            if (from != Dialect::common)
                CHECK(describe_keys(check_keys_file(convert(there, to, from), "k", from)) ==
                      describe_keys(before));
            CHECK(describe_keys(check_keys_file(format_keys_file(before.keys, to).text(), "k", to)) ==
                  describe_keys(before));
        }
}

TEST_CASE("keys are formatted or refused by their id") {
    const auto file = parse_keys_file("7 SHA1 " + HEX_20 + "\n", Dialect::ntpd);
    CHECK(format_keys_file(file.keys, Dialect::ntpd).text() == " 7 SHA1 " + HEX_20 + "\n");
    CHECK(format_keys_file({}, Dialect::ntpd).text().empty());
    CHECK(describe_error([&] { format_keys_file(file.keys, Dialect::common); }) ==
          "unsupported: key 7: a file for all three daemons takes keys of up to 20 printable characters "
          "without # or "
          "space, not beginning with HEX: or ASCII:; this one is not");
    std::vector<SymmetricKey> empty(1);
    empty.front().id = 3;
    CHECK(describe_error([&] { format_keys_file(empty, Dialect::ntpd); }) ==
          "unsupported: key 3: the key is empty");
    std::vector<SymmetricKey> spaced(1);
    spaced.front().id = 3;
    spaced.front().value = SecretBytes(std::string_view("two words"));
    CHECK(describe_error([&] { format_keys_file(spaced, Dialect::ntpsec); }) ==
          "unsupported: key 3: NTPsec takes hexadecimal only from 11 bytes on, and this shorter key is not "
          "all printable "
          "characters without # or space");
    CHECK(format_keys_file(spaced, Dialect::chrony).text() == " 3 MD5 HEX:74776F20776F726473\n");
    std::vector<SymmetricKey> twice;
    for (int i = 0; i < 2; ++i) {
        twice.emplace_back().id = 1;
        twice.back().value = SecretBytes(std::string_view("secretsecret"));
    }
    CHECK(describe_error([&] { format_keys_file(twice, Dialect::ntpd); }) ==
          "not_proven: the keys do not read back from their ntpd keys file");
}

TEST_CASE("a fingerprint tells keys apart") {
    const auto of = [](std::string_view line, Dialect dialect) {
        return fingerprint(parse_keys_file(line, dialect).keys.at(0));
    };
    const auto sha1 = of("1 SHA1 " + HEX_20, Dialect::ntpd);
    // printf 'keygen symmetric key fingerprint 1\\0SHA1\\0\\x00\\x01...\\x13' | sha256sum
    CHECK(sha1 == "SHA256:0ad8ae1b8e62ca8a");
    CHECK(of("900 SHA1 HEX:" + HEX_20, Dialect::chrony) == sha1);
    CHECK(of("1 MD5 " + HEX_20, Dialect::ntpd) != sha1);
    CHECK(of("1 SHA1 " + HEX_20, Dialect::chrony) != sha1);
    CHECK(of("1 MD5 ninebytes", Dialect::ntpd) == std::nullopt);
}

// What chronyd 4 makes of a keys file (keys.c, cmdparse.c); most rows were also tried on Debian's 4.3.
#include "catch.hpp"
#include "describe.hpp"

using namespace keygen;
using namespace keygen::test;

TEST_CASE("chrony's lines") {
    struct Row {
        std::string_view name;
        std::string text;
        std::string keys;
        std::string findings;
    };
    const std::string length = "1 error! cmac-length: AES128 takes exactly 16 bytes\n";
    const std::string bad_hex = "1 error! bad-hex: what follows HEX: is not hexadecimal\n";
    const std::string words =
        "1 error! trailing-text: chrony rejects a line of more than three words, and has no "
        "comments behind a key\n";
    const std::vector<Row> rows{
        {"nothing", "", "", ""},
        {"comments", "# a\n! b\n; c\n  % d\n\r\n", "", ""},
        {"a literal", "1 SHA1 secretsecret\n", "1 SHA1 literal secretsecret\n", ""},
        {"a literal of any length", "1 SHA1 secret-secret-secret-secret-secret\n",
         "1 SHA1 literal secret-secret-secret-secret-secret\n", ""},
        {"a # in a literal", "1 SHA1 secret#secret\n", "1 SHA1 literal secret#secret\n", ""},
        {"ASCII:", "1 SHA1 ASCII:HEX:secretsecret\n", "1 SHA1 literal HEX:secretsecret\n", ""},
        {"HEX:", "1 SHA1 HEX:4142434445464748494a\n", "1 SHA1 hex ABCDEFGHIJ\n", ""},
        {"hex: in lower case is a literal", "1 SHA1 hex:4142434445\n", "1 SHA1 literal hex:4142434445\n", ""},
        {"CR LF is harmless", "1 SHA1 secretsecret\r\n", "1 SHA1 literal secretsecret\n", ""},
        {"every type",
         "1 MD5 secretsecret\n2 SHA256 secretsecret\n3 SHA384 secretsecret\n4 SHA512 secretsecret\n"
         "5 SHA3-256 secretsecret\n6 AES128 secretsecretsecr\n7 AES256 secretsecretsecretsecretsecretse\n",
         "1 MD5 literal secretsecret\n2 SHA256 literal secretsecret\n3 SHA384 literal secretsecret\n4 SHA512 "
         "literal "
         "secretsecret\n5 SHA3-256 literal secretsecret\n6 AES128CMAC literal secretsecretsecr\n7 AES256CMAC "
         "literal "
         "secretsecretsecretsecretsecretse\n",
         ""},
        {"the last id", "4294967295 SHA1 secretsecret\n", "4294967295 SHA1 literal secretsecret\n", ""},
        {"an id of 0", "0 SHA1 secretsecret\n", "",
         "1 error! id-out-of-range: chrony takes key ids from 1 to 4294967295\n"},
        {"an id that wraps", "4294967298 SHA1 secretsecret\n", "2 SHA1 literal secretsecret\n",
         "1 warning! bad-id: the key id is not a plain number, but chrony makes one of it\n"},
        {"a negative id", "-2 SHA1 secretsecret\n", "4294967294 SHA1 literal secretsecret\n",
         "1 warning! bad-id: the key id is not a plain number, but chrony makes one of it\n"},
        {"no id", "SHA1 secretsecret\n", "", "1 error! bad-id: the line does not begin with a key id\n"},
        {"an id alone", "1\n", "", "1 error! missing-key: the line has no key\n"},
        {"two words", "1 secretsecret\n", "1 MD5 literal secretsecret\n",
         "1 note default-type: chrony takes a line of two words for an MD5 key\n"},
        {"two words without a key", "1 AES128\n", "1 MD5 literal AES128\n",
         "1 warning! missing-key: a key type stands where the key should be; chrony takes it for an MD5 key\n"
         "1 note short-key: the key has fewer than 10 bytes (80 bits)\n"},
        {"ntp-keygen's comment", "1 MD5 secretsecret  # MD5 key\n", "", words},
        {"a space in a key", "1 MD5 secret secret\n", "", words},
        {"types in lower case", "1 sha1 secretsecret\n", "",
         "1 error! unknown-type: chrony does not know this key type; did you mean \"SHA1\"?\n"},
        {"other daemons' types", "1 RIPEMD160 secretsecret\n2 AES-256 secretsecret\n3 SHA224 secretsecret\n",
         "",
         "1 error! unknown-type: chrony does not know this key type\n"
         "2 error! unknown-type: chrony does not know this key type; did you mean \"AES256\"?\n"
         "3 error! unknown-type: chrony does not know this key type; did you mean \"SHA256\"?\n"},
        {"ntp-keygen's hexadecimal", "11 SHA1 000102030405060708090a0b0c0d0e0f10111213\n",
         "11 SHA1 literal 000102030405060708090a0b0c0d0e0f10111213\n",
         "1 warning hex-without-prefix: hexadecimal digits without HEX: before them; chrony takes the digits "
         "themselves for the key\n"},
        {"odd hexadecimal", "1 SHA1 HEX:414\n", "",
         "1 error! odd-hex: an odd number of hexadecimal digits after HEX:\n"},
        {"not hexadecimal", "1 SHA1 HEX:41424g\n", "", bad_hex},
        {"0x is not hexadecimal", "1 SHA1 HEX:0x0x\n", "", bad_hex},
        {"strtol takes a sign", "1 SHA1 HEX:+1-2" + std::string(20, '0') + "\n",
         "1 SHA1 hex \\01\\fe\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\n",
         "1 warning! bad-hex: a sign among the hexadecimal digits after HEX:\n"},
        {"nothing after HEX:", "1 SHA1 HEX:\n", "", "1 error! missing-key: there is no key after HEX:\n"},
        {"nothing after ASCII:", "1 SHA1 ASCII:\n", "",
         "1 error! missing-key: there is no key after ASCII:\n"},
        {"a short AES key", "1 AES128 secretsecret\n", "", length},
        {"a long AES key", "1 AES128 secretsecretsecretse\n", "", length},
        {"two keys with one id", "5 MD5 firstfirst\n5 SHA1 secondsecond\n", "5 MD5 literal firstfirst\n",
         "2 warning! duplicate-id: key id 5 is on line 1 already; chrony takes either of them\n"},
        {"a byte order mark",
         "\xef\xbb\xbf"
         "1 MD5 secretsecret\n2 MD5 secretsecret\n",
         "2 MD5 literal secretsecret\n",
         "1 error! byte-order-mark: chrony takes the byte order mark for a key id\n"},
        {"a line over 2047 bytes", "# " + std::string(2045, 'x') + "7 MD5 secretsecret\n",
         "7 MD5 literal secretsecret\n",
         "1 warning! line-too-long: the line has more than 2047 bytes; chrony takes the rest for another "
         "line\n"},
        {"a line of 600 bytes", "# " + std::string(600, 'x') + "\n", "", ""},
    };
    for (const auto& row : rows) {
        INFO(row.name);
        const auto file = parse_keys_file(row.text, Dialect::chrony);
        CHECK(describe_keys(file) == row.keys);
        CHECK(describe_findings(file) == row.findings);
        CHECK_FALSE(file.is_refused);
    }
}

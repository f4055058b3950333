// What ntp.org's ntpd 4.2.8p15 and NTPsec's ntpd 1.2 make of a keys file; the rows are theirs
// (libntp/authreadkeys.c), most of NTPsec's were also tried on Debian's 1.2.2.
#include "catch.hpp"
#include "describe.hpp"

#include <array>

using namespace keygen;
using namespace keygen::test;

namespace {

struct Row {
    std::string_view name;
    std::string text;
    std::string keys;
    std::string findings;
};

const std::string REFUSED =
    "1 error! file-refused: ntpd refuses the whole file for one bad line, without naming the line\n";
const std::string HEX_32 = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const std::string BYTES_32 =
    "\\00\\01\\02\\03\\04\\05\\06\\07\\08\\09\\0a\\0b\\0c\\0d\\0e\\0f\\10\\11\\12\\13\\14\\15\\16\\17\\18\\19"
    "\\1a\\1b\\1c"
    "\\1d\\1e\\1f";
const std::string BYTES_16 = BYTES_32.substr(0, 48);

void check_rows(const std::vector<Row>& rows, Dialect dialect) {
    for (const auto& row : rows) {
        INFO(row.name);
        const auto file = parse_keys_file(row.text, dialect);
        CHECK(describe_keys(file) == row.keys);
        CHECK(describe_findings(file) == row.findings);
    }
}

}  // namespace

TEST_CASE("ntpd and NTPsec read these lines alike") {
    const std::vector<Row> rows{
        {"nothing", "", "", ""},
        {"empty lines and comments", "\n  \t\n# 1 MD5 secretsecret\n   #\n", "", ""},
        {"a key without a newline", "1 MD5 secretsecret", "1 MD5 literal secretsecret\n", ""},
        {"spaces and tabs", "\t 1  \tMD5\tsecretsecret \t\n", "1 MD5 literal secretsecret\n", ""},
        {"a comment behind a key", "1 MD5 secretsecret # MD5 key\n", "1 MD5 literal secretsecret\n", ""},
        {"types in any case", "1 md5 secretsecret\n2 sHa1 secretsecret\n3 ripemd160 secretsecret\n",
         "1 MD5 literal secretsecret\n2 SHA1 literal secretsecret\n3 RIPEMD160 literal secretsecret\n", ""},
        {"20 characters are a literal", "1 SHA1 00010203040506070809\n",
         "1 SHA1 literal 00010203040506070809\n", ""},
        {"22 characters are hexadecimal", "1 SHA1 4142434445464748494a4B\n", "1 SHA1 hex ABCDEFGHIJK\n", ""},
        {"32 bytes", "1 SHA1 " + HEX_32 + "\n", "1 SHA1 hex " + BYTES_32 + "\n", ""},
        {"the first and the last id", "1 MD5 secretsecret\n65535 MD5 secretsecret\n",
         "1 MD5 literal secretsecret\n65535 MD5 literal secretsecret\n", ""},
        {"leading zeros", "007 MD5 secretsecret\n", "7 MD5 literal secretsecret\n", ""},
        {"a short key", "1 MD5 secret\n", "1 MD5 literal secret\n",
         "1 note short-key: the key has fewer than 10 bytes (80 bits)\n"},
        {"AES128CMAC", "1 aes128cmac " + HEX_32.substr(0, 32) + "\n", "1 AES128CMAC hex " + BYTES_16 + "\n",
         ""},
        {"# inside a key", "1 MD5 secretsecret#more\n", "1 MD5 literal secretsecret\n",
         "1 warning! hash-in-key: the key ends at its #, where a comment begins; put a space before a "
         "comment\n"},
        {"CR LF behind a literal", "1 MD5 secretsecret\r\n",
         "1 MD5 literal \\73\\65\\63\\72\\65\\74\\73\\65\\63\\72\\65\\74\\0d\n",
         "1 warning! carriage-return: the carriage return at the end of the line becomes a part of the "
         "key\n"},
        {"CR LF behind comments", "# a\r\n1 MD5 secretsecret # b\r\n", "1 MD5 literal secretsecret\n", ""},
    };
    check_rows(rows, Dialect::ntpd);
    check_rows(rows, Dialect::ntpsec);
}

TEST_CASE("what only ntpd does") {
    check_rows(
        {
            {"the first of two keys with one id wins",
             "5 MD5 firstfirst\n6 MD5 secretsecret\n5 SHA1 secondsecond\n",
             "5 MD5 literal firstfirst\n6 MD5 literal secretsecret\n",
             "3 warning! duplicate-id: key id 5 is on line 1 already; ntpd keeps that one\n"},
            {"an access list", "1 MD5 secretsecret 10.1.2.3,10.0.0.0/8,::1,fe80::/10 # x\n",
             "1 MD5 literal secretsecret 10.1.2.3 10.0.0.0/8 ::1 fe80::/10\n", ""},
            {"words behind the access list", "1 MD5 secretsecret ::1 ::2\n",
             "1 MD5 literal secretsecret ::1\n",
             "1 warning! trailing-text: ntpd ignores what follows the access list\n"},
            {"an impossible mask", "1 MD5 secretsecret 10.0.0.0/33\n",
             "1 MD5 literal secretsecret 10.0.0.0/33\n",
             "1 warning! bad-access-list: a mask in the access list does not fit its address, but ntpd takes "
             "it\n"},
            {"an empty mask", "1 MD5 secretsecret 10.0.0.0/\n", "1 MD5 literal secretsecret 10.0.0.0/\n",
             "1 warning! bad-access-list: a mask in the access list does not fit its address, but ntpd takes "
             "it\n"},
            {"an unknown type leaves the key out", "1 SHA265 secretsecret\n2 MD5 secretsecret\n",
             "2 MD5 literal secretsecret\n",
             "1 error! unknown-type: ntpd does not know this key type; did you mean \"SHA256\"?\n"},
            {"chrony's and NTPsec's names", "1 AES128 secretsecretsecr\n2 AES-128 secretsecretsecr\n", "",
             "1 error! unknown-type: ntpd does not know this key type\n"
             "2 error! unknown-type: ntpd does not know this key type\n"},
            {"an unknown type with an m", "1 mD6 secretsecret\n", "1 MD5 literal secretsecret\n",
             "1 warning! type-fallback: ntpd does not know this key type and takes it for MD5, as it does "
             "with every "
             "m; did you mean \"MD5\"?\n"},
            {"m alone", "1 M secretsecret\n", "1 MD5 literal secretsecret\n",
             "1 warning! type-fallback: ntpd does not know this key type and takes it for MD5, as it does "
             "with every "
             "m\n"},
            {"an m that OpenSSL knows", "1 MDC2 secretsecret\n", "",
             "1 error! unknown-type: ntpd does not know this key type\n"},
            {"a digest longer than a MAC", "1 SHA256 secretsecret\n", "1 SHA256 literal secretsecret\n",
             "1 warning digest-too-long: ntpd 4.2.8 does not interoperate with SHA256 keys\n"},
            {"33 bytes", "1 SHA1 " + HEX_32 + "20\n", "1 SHA1 hex " + BYTES_32 + "\n",
             "1 warning! key-truncated: the key has more than 32 bytes: ntpd up to 4.2.8p15 drops the rest, "
             "later "
             "ones take 64\n"},
            {"odd hexadecimal", "1 SHA1 4142434445464748494a4b4\n", "1 SHA1 hex ABCDEFGHIJK\n",
             "1 warning! odd-hex: an odd number of hexadecimal digits: ntpd up to 4.2.8p15 drops the last "
             "one, later "
             "ones pad it\n"},
            {"a short AES key", "1 AES128CMAC short\n",
             "1 AES128CMAC literal \\73\\68\\6f\\72\\74\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\n",
             "1 warning! cmac-length: AES128CMAC takes 16 bytes: ntpd fills this shorter key with zeros\n"},
            {"a long AES key", "1 AES128CMAC " + HEX_32 + "\n", "1 AES128CMAC hex " + BYTES_16 + "\n",
             "1 warning! cmac-length: AES128CMAC takes 16 bytes: ntpd drops the rest of this longer key\n"},
            {"HEX: with a short key", "1 MD5 HEX:0011223344556677\n", "1 MD5 literal HEX:0011223344556677\n",
             "1 warning chrony-prefix: HEX: and ASCII: are chrony's; ntpd takes them for a part of the "
             "key\n"},
            {"an id that is more than a number", "5x MD5 secretsecret\n", "5 MD5 literal secretsecret\n",
             "1 warning! bad-id: the key id is not a plain number, but ntpd makes one of it\n"},
            {"an id that wraps", "4294967301 MD5 secretsecret\n", "5 MD5 literal secretsecret\n",
             "1 warning! bad-id: the key id is not a plain number, but ntpd makes one of it\n"},
            {"a line over 511 bytes", "# " + std::string(509, 'x') + "7 MD5 secretsecret\n",
             "7 MD5 literal secretsecret\n",
             "1 warning! line-too-long: the line has more than 511 bytes; ntpd takes the rest for another "
             "line\n"},
            {"a line of 511 bytes", "# " + std::string(509, 'x') + "\n", "", ""},
            {"a zero byte", std::string("1 MD5 secretsecret\0more\n", 24), "1 MD5 literal secretsecret\n",
             "1 warning! zero-byte: ntpd reads the line only up to its zero byte\n"},
        },
        Dialect::ntpd);
}

TEST_CASE("one bad line, and ntpd refuses the file") {
    const std::string no_list =
        "1 error! bad-access-list: the fourth word is not one of ntpd's access lists; a key has "
        "no spaces, and a comment begins with #\n";
    const std::string range = "1 error! id-out-of-range: ntpd takes key ids from 1 to 65535\n";
    const std::string no_hex =
        "1 error! bad-hex: a key of more than 20 characters is read as hexadecimal, which this "
        "one is not\n";
    const std::string no_id = "1 error! bad-id: the line does not begin with a key id\n";
    const std::vector<std::array<std::string, 3>> rows{
        {"an id of 0", "0 MD5 secretsecret", range},
        {"an id beyond Autokey's", "65536 MD5 secretsecret", range},
        {"a negative id", "-1 MD5 secretsecret", range},
        {"no id", "MD5 secretsecret", no_id},
        {"chrony's comment", "! comment", no_id},
        {"an id alone", "1", "1 error! missing-type: the line has neither a key type nor a key\n"},
        {"chrony's two words", "1 secretsecret",
         "1 error! missing-key: the line has no key, or no key type\n"},
        {"nothing before the comment", "1 MD5 # secretsecret",
         "1 error! missing-key: the line has no key, or no key type\n"},
        {"a literal of 21 characters", "1 MD5 secretsecretsecretsec", no_hex},
        {"chrony's hexadecimal", "1 MD5 HEX:000102030405060708",
         "1 error! chrony-prefix: HEX: and ASCII: are chrony's; ntpd takes them for a part of a hexadecimal "
         "key\n"},
        {"a space in a key", "1 MD5 secret secret", no_list},
        {"a name in an access list", "1 MD5 secretsecret localhost", no_list},
        {"a broken access list", "1 MD5 secretsecret 10.0.0.1,", no_list},
        {"a broken mask", "1 MD5 secretsecret 10.0.0.1/8x", no_list},
        {"CR LF after 20 characters", "1 MD5 secretsecretsecretse\r", no_hex},
        {"CR LF after hexadecimal", "1 SHA1 " + HEX_32.substr(0, 40) + "\r",
         "1 error! carriage-return: the carriage return at the end of the line becomes a part of the key, "
         "which is not "
         "hexadecimal then\n"},
        {"CR LF on an empty line", "\r",
         "1 error! carriage-return: ntpd takes the carriage return on this empty line for a key id\n"},
        {"a byte order mark", "\xef\xbb\xbf# comment",
         "1 error! byte-order-mark: ntpd takes the byte order mark for a key id\n"},
    };
    for (const auto& [name, line, finding] : rows) {
        INFO(name);
        const auto file = parse_keys_file(line + "\n2 MD5 secretsecret\n", Dialect::ntpd);
        CHECK(file.is_refused);
        CHECK(describe_keys(file).empty());
        CHECK(describe_findings(file) == finding + REFUSED);
    }
    const auto file = parse_keys_file("1 MD5 secretsecret\n2\n3 MD5 a b\n", Dialect::ntpd);
    CHECK(file.findings.back().text ==
          "ntpd refuses the whole file for 2 bad lines; it reports five of them, without line numbers");
    CHECK(file.findings.back().line == 2);
}

TEST_CASE("what only NTPsec does") {
    check_rows(
        {
            {"a bad line is skipped", "1\n2 MD5 secretsecret\n3 MD5 " + HEX_32 + "xx\n",
             "2 MD5 literal secretsecret\n3 MD5 hex " + BYTES_32 + "\n",
             "1 error! missing-type: the line has neither a key type nor a key\n"
             "3 warning! key-truncated: the key has more than 32 bytes: NTPsec drops the rest\n"},
            {"the last of two keys with one id wins",
             "5 MD5 firstfirst\n6 MD5 secretsecret\n5 SHA1 secondsecond\n",
             "6 MD5 literal secretsecret\n5 SHA1 literal secondsecond\n",
             "3 warning! duplicate-id: key id 5 is on line 1 already; NTPsec keeps this one\n"},
            {"AES under its names",
             "1 AES secretsecretsecr\n2 AES-128 secretsecretsecr\n3 AES-192 " + HEX_32.substr(0, 48) +
                 "\n4 aes-256 " + HEX_32 + "\n",
             "1 AES128CMAC literal secretsecretsecr\n2 AES128CMAC literal secretsecretsecr\n3 AES192CMAC "
             "hex " +
                 BYTES_32.substr(0, 72) + "\n4 AES256CMAC hex " + BYTES_32 + "\n",
             ""},
            {"OpenSSL's other names",
             "1 SHA-1 secretsecret\n2 sha2-256 secretsecret\n3 SHA-512 secretsecret\n",
             "1 SHA1 literal secretsecret\n2 SHA256 literal secretsecret\n3 SHA512 literal secretsecret\n",
             ""},
            {"ntpd's and chrony's other names", "1 AES256CMAC secretsecret\n2 AES128 secretsecret\n", "",
             "1 error! unknown-type: NTPsec does not know this key type; did you mean \"AES128CMAC\"?\n"
             "2 error! unknown-type: NTPsec does not know this key type; did you mean \"AES-128\"?\n"},
            {"an unknown type with an m", "1 mumble secretsecret\n", "1 MD5 literal secretsecret\n",
             "1 warning! type-fallback: NTPsec does not know this key type and takes it for MD5, as it does "
             "with every "
             "m\n"},
            {"a short AES key", "1 AES short\n", "1 AES128CMAC literal short\n",
             "1 warning! cmac-length: AES128CMAC takes 16 bytes: NTPsec fills this shorter key with whatever "
             "its "
             "buffer holds\n"},
            {"a long AES key", "1 AES secretsecretsecretse\n", "1 AES128CMAC literal secretsecretsecr\n",
             "1 warning! cmac-length: AES128CMAC takes 16 bytes: NTPsec drops the rest of this longer key\n"},
            {"odd hexadecimal", "1 SHA1 4142434445464748494a4b4\n", "1 SHA1 hex ABCDEFGHIJK\n",
             "1 warning! odd-hex: an odd number of hexadecimal digits: NTPsec drops the last one\n"},
            {"an access list", "1 MD5 secretsecret 10.0.0.1\n", "1 MD5 literal secretsecret\n",
             "1 warning! trailing-text: NTPsec ignores what follows the key, an access list too\n"},
            {"ids out of range", "0 MD5 secretsecret\n65536 MD5 secretsecret\n", "",
             "1 error! id-out-of-range: NTPsec takes key ids from 1 to 65535\n"
             "2 error! id-out-of-range: NTPsec takes key ids from 1 to 65535\n"},
            {"a byte order mark",
             "\xef\xbb\xbf"
             "1 MD5 secretsecret\n2 MD5 secretsecret\n",
             "2 MD5 literal secretsecret\n",
             "1 error! byte-order-mark: NTPsec takes the byte order mark for a key id\n"},
        },
        Dialect::ntpsec);
}

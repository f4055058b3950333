#include "catch.hpp"
#include "describe.hpp"

#include <algorithm>

#include "symmetric/generate.hpp"

using namespace keygen;
using namespace keygen::symmetric;
using namespace keygen::test;

TEST_CASE("new keys take unused ids behind what is there, byte for byte") {
    struct Row {
        std::string text;
        std::uint32_t first_id;
        std::vector<std::uint32_t> ids;
    };
    const std::vector<Row> rows{
        {"", 1, {1, 2, 3}},
        {"# nothing yet\n\n", 1, {1, 2, 3}},
        {"2 MD5 secretsecret\n", 1, {1, 3, 4}},
        {"\t 2   MD5 secretsecret", 2, {3, 4, 5}},
        {"1 MD5 secretsecret\n4 SHA1 secretsecret # x\n \t \n3 MD5 secretsecret  #last", 1, {2, 5, 6}},
        {"65535 MD5 secretsecret\n65531 MD5 secretsecret\n", 65531, {65532, 65533, 65534}},
    };
    for (const auto& row : rows) {
        SeededRandom random(3);
        const auto merged = merge_keys(
            row.text, "k", {Dialect::ntpd, {SymmetricType::md5}, 3, row.first_id, "# ignored"}, random);
        INFO(row.text);
        CHECK(merged.text.text().starts_with(row.text));
        const bool is_open = !row.text.empty() && row.text.back() != '\n';
        const auto added = merged.text.text().substr(row.text.size());
        CHECK(added.starts_with(is_open ? "\n" : fmt::format("{:2} MD5 ", row.ids.front())));
        CHECK(std::count(added.begin(), added.end(), '\n') == (is_open ? 4 : 3));
        std::vector<std::uint32_t> ids;
        for (const auto& key : merged.keys)
            ids.push_back(key.id);
        CHECK(ids == row.ids);
        const auto before = describe_keys(parse_keys_file(row.text, Dialect::ntpd));
        const auto after = describe_keys(check_keys_file(merged.text.text(), "k", Dialect::ntpd));
        CHECK(after.starts_with(before));
        CHECK(std::count(after.begin(), after.end(), '\n') ==
              3 + std::count(before.begin(), before.end(), '\n'));
    }
}

TEST_CASE("a file in doubt is not merged into") {
    const auto failure = [](std::string_view text, Dialect dialect = Dialect::ntpd,
                            std::uint32_t first_id = 1) {
        SeededRandom random(3);
        return describe_error([&] {
            merge_keys(text, "ntp.keys", {dialect, {SymmetricType::md5}, 3, first_id, ""}, random);
        });
    };
    for (const auto dialect : {Dialect::ntpd, Dialect::ntpsec, Dialect::chrony, Dialect::common})
        CHECK(failure("# x\n# y\r\n1 MD5 secretsecret\n", dialect) ==
              "bad_file: ntp.keys:2: the line ends in CR LF (convert the file to LF line ends first, with "
              "sed -i "
              "'s/\\r$//')");
    CHECK(failure("\xef\xbb\xbf# x\n") ==
          "bad_file: ntp.keys:1: ntpd takes the byte order mark for a key id");
    CHECK(failure("1 MD5 a\n1 MD5 b\n") ==
          "bad_file: ntp.keys:2: key id 1 is on line 1 already; ntpd keeps that one");
    CHECK(
        failure("1 MD5 a\n\n2 MD5 ab#c\n") ==
        "bad_file: ntp.keys:3: the key ends at its #, where a comment begins; put a space before a comment");
    CHECK(failure("1 MD5 a # x\n", Dialect::chrony) ==
          "bad_file: ntp.keys:1: chrony rejects a line of more than three words, and has no comments behind "
          "a key");
    CHECK(failure("1 SHA1 000102030405060708090a0b0c0d0e0f10111213\n", Dialect::common) ==
          "bad_file: ntp.keys:1: the daemons do not read the same key on this line");
    CHECK(failure("65534 MD5 a\n", Dialect::ntpd, 65533) ==
          "bad_request: new keys: 3, but free ids from 65533 to 65535: 2 (ntpd takes ids from 1 to 65535)");
    // NTPsec reads a key 65535, and has no use for it on a server line.
    CHECK(failure("65535 MD5 a\n65534 MD5 b\n", Dialect::ntpsec, 65532) ==
          "bad_request: new keys: 3, but free ids from 65532 to 65534: 2 (NTPsec takes ids from 1 to 65534)");
}

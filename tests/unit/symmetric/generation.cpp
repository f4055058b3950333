#include "catch.hpp"
#include "describe.hpp"

#include <algorithm>
#include <cctype>
#include <set>

using namespace keygen;
using namespace keygen::test;

namespace {

constexpr auto ALL_DIALECTS = {Dialect::ntpd, Dialect::ntpsec, Dialect::chrony, Dialect::common};

/// Random letters and digits made the same everywhere, so that the shape of lines shows.
std::string shape_of(std::string_view text) {
    std::string shape;
    std::size_t words = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n')
            words = 0;
        else if (text[i] != ' ' && (i == 0 || text[i - 1] == ' ' || text[i - 1] == '\n'))
            ++words;
        const bool is_key = words == 3 && text[i] != ' ' && text[i] != '\n';
        const bool is_prefix = text.substr(i > 3 ? i - 3 : 0, 7).find("HEX:") != std::string_view::npos;
        shape += is_key && !is_prefix ? 'k' : text[i];
    }
    return shape;
}

std::string generate(const SymmetricRequest& request) {
    SeededRandom random(1);
    return std::string(generate_keys(request, random).text.text());
}

}  // namespace

TEST_CASE("by default the file is ntp-keygen's") {
    const std::string header = "# ntpkey_MD5key_server1.4004390719\n# Mon Nov 23 02:45:19 2026\n\n";
    SymmetricRequest request;
    request.header = header;
    std::string expected = header;
    for (int id = 1; id <= 10; ++id)
        expected += fmt::format("{:2} MD5 {}  # MD5 key\n", id, std::string(20, 'k'));
    for (int id = 11; id <= 20; ++id)
        expected += fmt::format("{:2} SHA1 {}  # SHA1 key\n", id, std::string(40, 'k'));
    const auto text = generate(request);
    CHECK(header + shape_of(text.substr(header.size())) == expected);
}

TEST_CASE("each dialect has its own lines") {
    SymmetricRequest request;
    request.count = 1;
    const auto shape = [&](Dialect dialect) {
        request.dialect = dialect;
        request.types = list_symmetric_types(dialect);
        return shape_of(generate(request));
    };
    const auto k = [](std::size_t count) { return std::string(count, 'k'); };
    CHECK(shape(Dialect::common) == " 1 MD5 " + k(20) + "\n 2 SHA1 " + k(20) + "\n");
    CHECK(shape(Dialect::ntpd) == " 1 MD5 " + k(20) + "  # MD5 key\n 2 SHA1 " + k(40) +
                                      "  # SHA1 key\n 3 RIPEMD160 " + k(40) +
                                      "  # RIPEMD160 key\n 4 AES128CMAC " + k(32) + "  # AES128CMAC key\n");
    CHECK(shape(Dialect::ntpsec) ==
          " 1 MD5 " + k(20) + "\n 2 SHA1 " + k(40) + "\n 3 RIPEMD160 " + k(40) + "\n 4 SHA224 " + k(56) +
              "\n 5 SHA256 " + k(64) + "\n 6 SHA384 " + k(64) + "\n 7 SHA512 " + k(64) + "\n 8 SHA3-224 " +
              k(56) + "\n 9 SHA3-256 " + k(64) + "\n10 SHA3-384 " + k(64) + "\n11 SHA3-512 " + k(64) +
              "\n12 AES-128 " + k(32) + "\n13 AES-192 " + k(48) + "\n14 AES-256 " + k(64) + "\n");
    CHECK(shape(Dialect::chrony) ==
          " 1 MD5 HEX:" + k(40) + "\n 2 SHA1 HEX:" + k(40) + "\n 3 SHA256 HEX:" + k(64) +
              "\n 4 SHA384 HEX:" + k(64) + "\n 5 SHA512 HEX:" + k(64) + "\n 6 SHA3-224 HEX:" + k(56) +
              "\n 7 SHA3-256 HEX:" + k(64) + "\n 8 SHA3-384 HEX:" + k(64) + "\n 9 SHA3-512 HEX:" + k(64) +
              "\n10 AES128 HEX:" + k(32) + "\n11 AES256 HEX:" + k(64) + "\n");
}

TEST_CASE("10,000 files read back, and no literal has a # in it", "[slow]") {
    std::set<char> seen;
    for (std::uint32_t seed = 0; seed < 10000; ++seed) {
        SeededRandom random(seed);
        const auto made = generate_keys({}, random);  // which reads its own text back, too
        const auto file = parse_keys_file(made.text.text(), Dialect::ntpd);
        REQUIRE(file.findings.empty());
        REQUIRE(file.keys.size() == 20);
        for (std::size_t i = 0; i < 20; ++i) {
            const auto& key = file.keys[i];
            REQUIRE(key.id == i + 1);
            REQUIRE(key.type == (i < 10 ? SymmetricType::md5 : SymmetricType::sha1));
            REQUIRE(key.value.size() == 20);
            REQUIRE(key.encoding == (i < 10 ? KeyEncoding::literal : KeyEncoding::hex));
            const auto line = fmt::format("{:2} MD5 {}  # MD5 key\n", key.id, key.value.text());
            if (i < 10) {
                REQUIRE(made.text.text().find(line) != std::string_view::npos);
                seen.insert(key.value.text().begin(), key.value.text().end());
            }
        }
    }
    CHECK(seen.size() == 62);
    CHECK(std::all_of(seen.begin(), seen.end(), [](unsigned char c) { return std::isalnum(c) != 0; }));
}

TEST_CASE("a literal is drawn evenly") {
    // 0 to 247 are taken modulo 62, the rest is thrown away.
    struct Scripted final : Random {
        std::size_t next = 0;
        void fill(std::span<std::uint8_t> bytes) override {
            constexpr std::uint8_t SCRIPT[] = {248, 255, 0, 61, 62, 247};
            for (auto& byte : bytes) {
                byte = next < std::size(SCRIPT) ? SCRIPT[next] : 10;
                ++next;
            }
        }
    } random;
    SymmetricRequest request{Dialect::common, {SymmetricType::md5}, 1, 1, ""};
    CHECK(generate_keys(request, random).text.text() == " 1 MD5 0z0zAAAAAAAAAAAAAAAA\n");
}

TEST_CASE("whatever is generated is read as meant") {
    for (const auto dialect : ALL_DIALECTS) {
        SeededRandom random(7);
        SymmetricRequest request{dialect, list_symmetric_types(dialect), 300, 17, "# one\n\n# two"};
        const auto made = generate_keys(request, random);
        const auto file = parse_keys_file(made.text.text(), dialect);
        CHECK(describe_findings(file).empty());
        REQUIRE(file.keys.size() == made.keys.size());
        for (std::size_t i = 0; i < made.keys.size(); ++i) {
            CHECK(file.keys[i].id == made.keys[i].id);
            CHECK(file.keys[i].id == 17 + i);
            CHECK(file.keys[i].type == made.keys[i].type);
            CHECK(file.keys[i].type == request.types[i / 300]);
        }
        if (dialect == Dialect::common)
            for (const auto daemon : {Dialect::ntpd, Dialect::ntpsec, Dialect::chrony})
                CHECK(describe_keys(parse_keys_file(made.text.text(), daemon)) == describe_keys(file));
    }
}

TEST_CASE("100,000 keys in one go") {
    SymmetricRequest request{
        Dialect::chrony, {SymmetricType::sha1, SymmetricType::aes128_cmac}, 50000, 1, ""};
    CHECK(generate_keys(request, private_random()).keys.back().id == 100000);
}

TEST_CASE("what cannot be generated") {
    const auto failure = [](const SymmetricRequest& request) {
        return describe_error([&] { generate(request); });
    };
    using enum SymmetricType;
    const auto of_type = [&](Dialect dialect, SymmetricType type) {
        return failure({dialect, {type}, 1, 1, ""});
    };
    CHECK(of_type(Dialect::ntpd, sha256) ==
          "unsupported: ntpd 4.2.8 does not interoperate with SHA256 keys (ntpd takes "
          "MD5, SHA1, RIPEMD160, AES128CMAC)");
    CHECK(of_type(Dialect::ntpd, aes256_cmac) ==
          "unsupported: ntpd has no key type AES256CMAC (ntpd takes MD5, SHA1, RIPEMD160, AES128CMAC)");
    CHECK(of_type(Dialect::chrony, ripemd160) ==
          "unsupported: chrony has no key type RIPEMD160 (chrony takes MD5, SHA1, SHA256, SHA384, SHA512, "
          "SHA3-224, "
          "SHA3-256, SHA3-384, SHA3-512, AES128CMAC, AES256CMAC)");
    CHECK(of_type(Dialect::common, aes128_cmac) ==
          "unsupported: AES128CMAC keys do not mean the same to ntpd, NTPsec and chrony (a file for all "
          "three daemons "
          "takes MD5, SHA1)");
    CHECK(failure({Dialect::common, {}, 1, 1, ""}) ==
          "bad_request: no key type is given (a file for all three daemons takes MD5, SHA1)");
    CHECK(failure({Dialect::ntpd, {md5, sha1, md5}, 1, 1, ""}) == "bad_request: key type MD5 is given twice");
    CHECK(failure({Dialect::ntpd, {md5}, 0, 1, ""}) == "bad_request: 0 new keys: must be from 1 to 1000000");
    CHECK(failure({Dialect::chrony, {md5, sha1}, 4294967295, 1, ""}) ==
          "bad_request: 8589934590 new keys: must be from 1 to 1000000");
    CHECK(failure({Dialect::ntpd, {md5}, 1, 0, ""}) ==
          "bad_request: first key id 0: ntpd takes ids from 1 to 65535");
    CHECK(failure({Dialect::ntpsec, {md5}, 1, 65535, ""}) ==
          "bad_request: first key id 65535: NTPsec takes ids from 1 to 65534");
    CHECK(failure({Dialect::common, {md5}, 1, 65535, ""}) ==
          "bad_request: first key id 65535: a file for all three daemons takes ids from 1 to 65534");
    CHECK(failure({Dialect::ntpd, {md5}, 1, 65536, ""}) ==
          "bad_request: first key id 65536: ntpd takes ids from 1 to 65535");
    CHECK(failure({Dialect::ntpd, {md5, sha1}, 10, 65520, ""}) ==
          "bad_request: new keys: 20, but free ids from 65520 to 65535: 16 (ntpd takes ids from 1 to 65535)");
    CHECK(failure({Dialect::chrony, {md5}, 2, 4294967295, ""}) ==
          "bad_request: new keys: 2, but free ids from 4294967295 to 4294967295: 1 (chrony takes ids from 1 "
          "to 4294967295)");
    CHECK(failure({Dialect::ntpd, {md5}, 1, 1, "# fine\n1 MD5 secretsecret\n"}) ==
          "bad_request: the header of a keys file has a line that is not a comment");
    struct Broken final : Random {
        void fill(std::span<std::uint8_t>) override { throw Error(ErrorCode::crypto, "no randomness"); }
    } broken;
    CHECK(describe_error([&] { generate_keys({}, broken); }) == "crypto: no randomness");
}

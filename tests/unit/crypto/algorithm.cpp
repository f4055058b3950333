#include <keygen/certificate.hpp>

#include "catch.hpp"
#include "crypto/algorithm.hpp"
#include "thrown.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

using namespace keygen;
using namespace keygen::test;

namespace {

std::string scheme_names() {
    std::vector<std::string> names;
    for (const auto& scheme : digest_schemes())
        names.push_back(scheme.name);
    return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

TEST_CASE("digest schemes are found in any case and by their other names") {
    for (const auto& scheme : digest_schemes())
        CHECK(find_digest_scheme(scheme.name).name == scheme.name);
    CHECK(find_digest_scheme("rsa-sha256").name == "RSA-SHA256");
    CHECK(find_digest_scheme("RSA-SHA").name == "RSA-SHA1");
    CHECK(find_digest_scheme("dsa-sha").name == "DSA-SHA1");
    CHECK(find_digest_scheme("sha256WithRSAEncryption").name == "RSA-SHA256");
    CHECK(find_digest_scheme("dsa_with_SHA256").name == "DSA-SHA256");
    CHECK(find_digest_scheme("1.2.840.113549.1.1.5").name == "RSA-SHA1");
    CHECK(find_digest_scheme("RSA-SHA512").min_modulus_bits == 752);
    CHECK(find_digest_scheme("DSA-SHA256").min_modulus_bits == 0);
    CHECK(find_digest_scheme("RSA-MD5").sign_key_type == SignKeyType::rsa);
    CHECK(name_of(SignKeyType::rsa) == "RSA");
    CHECK(name_of(SignKeyType::dsa) == "DSA");
}

TEST_CASE("an unknown digest scheme is refused with the nearest and all others") {
    const std::string hint = fmt::format(" (this build signs with {})", scheme_names());
    CHECK(describe_error([] { find_digest_scheme("RSA-SHA265"); }) ==
          "bad_request: unknown digest scheme \"RSA-SHA265\"; did you mean \"RSA-SHA256\"?" + hint);
    CHECK(describe_error([] { find_digest_scheme("blue\n"); }) ==
          "bad_request: unknown digest scheme \"blue\\x0a\"" + hint);
    CHECK(describe_error([] { find_digest_scheme(""); }) == "bad_request: unknown digest scheme \"\"" + hint);
    CHECK(describe_error([] { find_digest_scheme(std::string_view("RSA-MD5\0x", 9)); }) ==
          "bad_request: unknown digest scheme \"RSA-MD5\\x00x\"; did you mean \"RSA-MD5\"?" + hint);
    CHECK(describe_error([] { find_digest_scheme("AES-128-CBC"); }) ==
          "bad_request: unknown digest scheme \"AES-128-CBC\"" + hint);
}

TEST_CASE("ciphers are found in any case and by their other names") {
    for (const auto& name : cipher_names())
        CHECK(find_cipher(name) == name);
    CHECK(find_cipher("aes-256-cbc") == "AES-256-CBC");
    CHECK(find_cipher("des-ede3-cbc") == "DES-EDE3-CBC");
    CHECK(std::count(cipher_names().begin(), cipher_names().end(), std::string(DEFAULT_CIPHER)) == 1);
    CHECK(std::count(cipher_names().begin(), cipher_names().end(), std::string(COMPAT_CIPHER)) == 1);
}

TEST_CASE("an unknown cipher is refused with the nearest and all others") {
    const std::string hint =
        fmt::format(" (this build encrypts PEM with {})", fmt::join(cipher_names(), ", "));
    CHECK(describe_error([] { find_cipher("AES-256-CCB"); }) ==
          "bad_request: unknown cipher \"AES-256-CCB\"; did you mean \"AES-256-CBC\"?" + hint);
    CHECK(describe_error([] { find_cipher("rot13"); }) == "bad_request: unknown cipher \"rot13\"" + hint);
    CHECK(describe_error([] { find_cipher(std::string_view("AES-256-CBC\0", 12)); }).substr(0, 46) ==
          "bad_request: unknown cipher \"AES-256-CBC\\x00\";");
}

TEST_CASE("the version is OpenSSL's own sentence") {
    CHECK(openssl_version().substr(0, 8) == "OpenSSL ");
}

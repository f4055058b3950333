#include "crypto/certificate.hpp"

#include <openssl/x509v3.h>

#include "catch.hpp"
#include "crypto/algorithm.hpp"
#include "crypto/failure.hpp"
#include "crypto/number.hpp"
#include "fake_progress.hpp"
#include "thrown.hpp"
#include "workplace.hpp"

using namespace keygen;
using namespace keygen::crypto;
using namespace keygen::test;

namespace {

constexpr UnixTime CLOCK = 1795399160;

const KeyPair& rsa_key() {
    static const KeyPair key = KeyPair::generate(SignKeyType::rsa, 1024, silent_progress());
    return key;
}
const KeyPair& dsa_key() {
    static const KeyPair key = KeyPair::generate(SignKeyType::dsa, 1024, silent_progress());
    return key;
}

CertificateRequest request_for(std::string name) {
    return {std::move(name), 4004387960U, CLOCK, CLOCK + 365 * SECONDS_PER_DAY, CertificateKind::plain, {}};
}

ParsedCertificate round_trip(const CertificateRequest& request) {
    const auto pem = format_certificate(request, rsa_key(), find_digest_scheme("RSA-SHA256"));
    return parse_certificate(pem.text());
}

}  // namespace

TEST_CASE("certificates of every digest scheme are read as they were made") {
    for (const DigestScheme& scheme : digest_schemes()) {
        INFO(scheme.name);
        const KeyPair& key = scheme.sign_key_type == SignKeyType::rsa ? rsa_key() : dsa_key();
        key.prove(scheme);
        const auto pem = format_certificate(request_for("server1@grp"), key, scheme);
        const auto certificate = parse_certificate(pem.text());
        const CertificateFields& fields = certificate.fields;
        CHECK(is_self_signed(certificate));
        CHECK(carries_public_part_of(certificate, key));
        CHECK_FALSE(carries_public_part_of(certificate, &key == &rsa_key() ? dsa_key() : rsa_key()));
        CHECK(fields.subject == "server1@grp");
        CHECK(fields.issuer == "server1@grp");
        CHECK(fields.serial == "4004387960");
        CHECK(fields.not_before == CLOCK);
        CHECK(fields.not_after == CLOCK + 365 * SECONDS_PER_DAY);
        CHECK(fields.digest_scheme == scheme.name);
        CHECK(fields.key_type == name_of(scheme.sign_key_type));
        CHECK(fields.modulus_bits == 1024);
        CHECK(fields.kind == CertificateKind::plain);
        CHECK(fields.is_authority);
        CHECK(fields.subject_key_identifier.empty());
        CHECK(fields.gq_value_as_ntpd_reads.empty());
        CHECK(fields.fingerprint.size() == 64);
    }
}

TEST_CASE("a certificate's kind is in its extended key usage") {
    for (const auto kind : {CertificateKind::plain, CertificateKind::trusted, CertificateKind::private_}) {
        auto request = request_for("server1");
        request.kind = kind;
        const auto certificate = round_trip(request);
        CHECK(certificate.fields.kind == kind);
        const int index = X509_get_ext_by_NID(certificate.x509.get(), NID_ext_key_usage, -1);
        CHECK((index < 0) == (kind == CertificateKind::plain));
    }
    CHECK(name_of(CertificateKind::plain) == "plain");
    CHECK(name_of(CertificateKind::trusted) == "trusted");
    CHECK(name_of(CertificateKind::private_) == "private");
}

TEST_CASE("names of any length go into a certificate and come out") {
    for (const std::string& name :
         {std::string("h"), std::string(64, 'h'), std::string(65, 'h'),
          std::string(215, 'h') + "@" + std::string(215, 'g'), std::string("büro@東京")})
        CHECK(round_trip(request_for(name)).fields.subject == name);
    const auto both = split_common_name("host@group@more");
    CHECK(both.host == "host");
    CHECK(both.group == "group@more");
    CHECK(split_common_name("host").group.empty());
    CHECK(split_common_name("@g").host.empty());
}

TEST_CASE("dates are those asked for, to the end of the year 9999") {
    auto request = request_for("server1");
    request.not_after = CLOCK + 100000 * SECONDS_PER_DAY;
    CHECK(round_trip(request).fields.not_after == CLOCK + 8640000000);
    request.not_after = LAST_CERTIFICATE_TIME;
    CHECK(round_trip(request).fields.not_after == LAST_CERTIFICATE_TIME);
    request.not_before = 2524607999;  // 2049-12-31 23:59:59, the last second of UTCTime
    request.not_after = 2524608000;
    CHECK(round_trip(request).fields.not_before == 2524607999);
    CHECK(round_trip(request).fields.not_after == 2524608000);
    request.not_after = LAST_CERTIFICATE_TIME + 1;
    CHECK(describe_error([&] { round_trip(request); }) ==
          "bad_request: a certificate that ends after the year 9999");
}

TEST_CASE("ntpd's reading of the GQ extension is told from its octets") {
    auto request = request_for("server1");
    const auto octets = [](std::size_t count) { return std::vector<std::uint8_t>(count, 0x77); };
    const auto sevens = [](std::size_t count) {
        std::string text;
        for (std::size_t i = 0; i < count; ++i)
            text += "77";
        return text;
    };
    for (const std::size_t length : {std::size_t{1}, std::size_t{64}, std::size_t{127}}) {
        request.subject_key_identifier = octets(length);
        const auto fields = round_trip(request).fields;
        CHECK(fields.subject_key_identifier == octets(length));
        CHECK(fields.gq_value_as_ntpd_reads == sevens(length));
    }
    // From 128 octets on the DER length has two or three bytes, of which ntpd skips one.
    request.subject_key_identifier = octets(128);
    CHECK(round_trip(request).fields.gq_value_as_ntpd_reads == "80" + sevens(128));
    request.subject_key_identifier = octets(256);
    CHECK(round_trip(request).fields.gq_value_as_ntpd_reads == "0100" + sevens(256));
}

TEST_CASE("what is no certificate is refused") {
    const std::string refused = "bad_file: the content is not a certificate (PEM \"CERTIFICATE\")";
    const auto pem = format_certificate(request_for("server1"), rsa_key(), find_digest_scheme("RSA-SHA1"));
    const std::string text(pem.text());
    CHECK(describe_error([] { parse_certificate(""); }) == refused);
    CHECK(describe_error([] { parse_certificate({}); }) == refused);
    CHECK(describe_error([] { parse_certificate("hello"); }) == refused);
    for (std::size_t length = 0; length + 30 < text.size(); length += 13)
        CHECK(describe_error([&] { parse_certificate(std::string_view(text).substr(0, length)); }) ==
              refused);
    CHECK(describe_error([] {
              parse_certificate(fixture("ntp-4.2.8p15/iff/ntpkey_RSAhost_server1.4004390717"));
          }) == refused);
    // OpenSSL would ask the terminal for the password of an encrypted certificate.
    std::string encrypted = text;
    encrypted.insert(encrypted.find('\n') + 1,
                     "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n");
    CHECK(describe_error([&] { parse_certificate(encrypted); }) == refused);
}

TEST_CASE("no change of a byte makes a certificate crash or verify") {
    auto request = request_for("server1@grp");
    request.subject_key_identifier = std::vector<std::uint8_t>(64, 0x77);
    const auto pem = format_certificate(request, rsa_key(), find_digest_scheme("RSA-SHA1"));
    std::string text(pem.text());
    const std::size_t first = text.find('\n') + 1;
    const std::string original = parse_certificate(text).fields.fingerprint;
    for (std::size_t i = first; i < text.size(); ++i) {
        const char kept = text[i];
        text[i] = kept == 'A' ? 'B' : 'A';
        try {
            const auto certificate = parse_certificate(text);
            CHECK((certificate.fields.fingerprint == original || !is_self_signed(certificate)));
        } catch (const Error& error) {
            CHECK(error.code() == ErrorCode::bad_file);
        }
        text[i] = kept;
    }
}

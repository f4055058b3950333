#include <keygen/identity.hpp>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "catch.hpp"
#include "crypto/algorithm.hpp"
#include "crypto/certificate.hpp"
#include "fake_progress.hpp"
#include "identity/fixture_keys.hpp"
#include "identity/gq.hpp"
#include "identity/identity.hpp"
#include "thrown.hpp"

using namespace keygen;
using namespace keygen::test;
using crypto::Number;
using crypto::RsaNumbers;

namespace {

std::string prove_error(const IdentityKey& server, const IdentityKey& client, GqLayout reading) {
    return describe_error([&] { prove_gq(server, client, reading, private_random()); });
}

std::string certificate_with(const std::vector<std::uint8_t>& value) {
    static const auto sign_key = crypto::KeyPair::generate(SignKeyType::rsa, 1024, silent_progress());
    const crypto::CertificateRequest request{
        "server1@grp", 4004387960U, 1795399160, 1795399160 + SECONDS_PER_DAY, CertificateKind::trusted,
        value};
    return std::string(
        crypto::format_certificate(request, sign_key, find_digest_scheme("RSA-SHA256")).text());
}

// cert_parse of ntpd/ntp_crypto.c, with its own way through the certificate: finds the extension, skips two
// bytes of its DER and takes the rest as a number.
Number value_as_ntpd_reads(const std::string& pem) {
    const crypto::BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    const crypto::X509Ptr certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    REQUIRE(certificate != nullptr);
    for (int i = 0; i < X509_get_ext_count(certificate.get()); ++i) {
        const auto extension = X509_get_ext(certificate.get(), i);
        if (OBJ_obj2nid(X509_EXTENSION_get_object(extension)) != NID_subject_key_identifier)
            continue;
        const ASN1_STRING* data = X509_EXTENSION_get_data(extension);
        return Number(
            crypto::BnPtr(BN_bin2bn(ASN1_STRING_get0_data(data) + 2, ASN1_STRING_length(data) - 2, nullptr)));
    }
    FAIL("no subjectKeyIdentifier");
    return {};
}

// v as the scheme has it, from the numbers alone.
Number value_of(const IdentityKey& server) {
    const RsaNumbers& key = identity::rsa(server);
    return power_modulo(inverse_modulo(key.e, key.n), key.d, key.n);
}

}  // namespace

TEST_CASE("ntpd reads v modulo n from the certificate, whatever its length") {
    for (const unsigned bits : {256U, 512U, 1016U, 1024U, 2048U, 2056U, 4096U}) {
        INFO(bits);
        const auto server = generate_gq(bits, {.jobs = 2});
        CHECK(server.modulus_bits() == bits);
        const auto octets = encode_gq_value(server);
        CHECK(octets.size() == (bits + 7) / 8);
        const Number read = value_as_ntpd_reads(certificate_with(octets));
        CHECK(modulo(read, identity::rsa(server).n) == value_of(server));
        CHECK(gq_value_matches(server, read.hex()));
        CHECK_FALSE(gq_value_matches(server, add(read, Number(1)).hex()));
        CHECK_FALSE(gq_value_matches(server, ""));

        // The key is right in both readings, and so are the clients' files, each in its own.
        const auto from_file = written_and_read(server);
        for (const auto reading : {GqLayout::stock, GqLayout::published}) {
            const auto client = written_and_read(make_gq_client(from_file, reading));
            CHECK(prove_error(from_file, client, reading) == "no error");
            CHECK(gq_client_matches(client, reading));
            CHECK(client.fingerprint() == server.fingerprint());
        }
    }
}

TEST_CASE("a value with leading zeros keeps its place in the certificate") {
    // 10 keys at 256 bits seldom have one; the smallest modulus with a tiny v shows it.
    const Number n(std::uint64_t{1000003} * 1000033);
    RsaNumbers key{n.clone(), Number(2), Number(1000), {}, {}, Number(1), Number(1), Number(1)};
    key.p = Number(5);
    key.q = power_modulo(inverse_modulo(key.e, n), key.d, n);
    const IdentityKey server(IdentityScheme::gq, IdentityRole::server, {std::move(key)});
    CHECK(encode_gq_value(server).size() == n.bytes());
    CHECK(modulo(value_as_ntpd_reads(certificate_with(encode_gq_value(server))), n) == value_of(server));
}

TEST_CASE("GQ files of one reading are refused in the other, with the remedy") {
    const auto server = generate_gq(512, {});
    const auto stock = make_gq_client(server, GqLayout::stock);
    const auto published = make_gq_client(server, GqLayout::published);
    CHECK(
        prove_error(server, stock, GqLayout::published) ==
        "not_proven: GQ: identity not verified: the client file has no group key where the published reading "
        "looks (make one on the server: keygen -e --gq-reading published > gqpar)");
    CHECK(prove_error(server, published, GqLayout::stock) ==
          "not_proven: GQ: identity not verified: the client file has no group key where the stock reading "
          "looks (make one on the server: keygen -e --gq-reading stock > gqpar)");
    const auto other = generate_gq(512, {});
    CHECK(server.fingerprint() != other.fingerprint());
    CHECK(prove_error(other, stock, GqLayout::stock) ==
          "not_proven: GQ: identity not verified: server and client files are of different generations (give "
          "the clients the file that belongs to this key)");
    auto numbers = clone(identity::rsa(stock));
    numbers.d = add(numbers.d, Number(1));
    CHECK(prove_error(server, {IdentityScheme::gq, IdentityRole::client, {std::move(numbers)}},
                      GqLayout::stock) ==
          "not_proven: GQ: identity not verified: the client's group key does not belong to the server's key "
          "(make a good client file on the server: keygen -e --gq-reading stock > gqpar)");
}

TEST_CASE("a GQ key that holds in no reading cannot be repaired") {
    auto numbers = clone(identity::rsa(generate_gq(256, {})));
    numbers.q = add(numbers.q, Number(1));
    const IdentityKey broken(IdentityScheme::gq, IdentityRole::server, {std::move(numbers)});
    CHECK_FALSE(gq_is_valid(broken, GqLayout::stock));
    CHECK_FALSE(gq_is_valid(broken, GqLayout::published));
    CHECK(describe_error([&] { (void)repair_gq(broken); }) ==
          "unsupported: this GQ key holds in no reading: there is nothing to repair it with (make a new one: "
          "keygen -T -G --new-identity)");
    CHECK(describe_error([&] { (void)make_gq_client(broken, GqLayout::stock); }) ==
          "unsupported: this GQ key does not hold in the stock reading (make a new one: keygen -T -G "
          "--new-identity)");
}

TEST_CASE("hostile GQ numbers give errors") {
    for (const std::uint64_t n : {3U, 15U, 65537U}) {
        for (const std::uint64_t field : {0U, 1U, 2U, 3U, 65536U}) {
            const IdentityKey key(IdentityScheme::gq, IdentityRole::server,
                                  {RsaNumbers{Number(n), Number(field), Number(field), Number(field),
                                              Number(field), Number(), Number(), Number()}});
            const IdentityKey client(IdentityScheme::gq, IdentityRole::client,
                                     {RsaNumbers{Number(n), Number(field), Number(field), Number(1),
                                                 Number(1), Number(), Number(), Number()}});
            for (const auto reading : {GqLayout::stock, GqLayout::published}) {
                CHECK_NOTHROW(gq_is_valid(key, reading));
                CHECK_NOTHROW(prove_error(key, client, reading));
            }
        }
    }
}

TEST_CASE("GQ readings have names, GQ sizes a range, GQ searches an end") {
    CHECK(parse_gq_reading("stock") == GqLayout::stock);
    CHECK(parse_gq_reading("published") == GqLayout::published);
    CHECK(name_of(GqLayout::published) == "published");
    CHECK(describe_error([] { (void)parse_gq_reading("Stock"); }) ==
          "bad_request: unknown GQ reading \"Stock\": stock or published");
    CHECK(describe_error([] { generate_gq(255, {}); }) ==
          "bad_request: an identity modulus of 255 bits; it takes 256 to 4096");
    FakeProgress cancelled(5);
    CHECK(describe_error([&] { generate_gq(4096, {.progress = cancelled, .jobs = 2}); }) ==
          "cancelled: cancelled");
}

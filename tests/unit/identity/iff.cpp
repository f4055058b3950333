#include <keygen/identity.hpp>

#include "catch.hpp"
#include "crypto/pem.hpp"
#include "fake_progress.hpp"
#include "fake_random.hpp"
#include "identity/fixture_keys.hpp"
#include "identity/identity.hpp"
#include "thrown.hpp"

using namespace keygen;
using namespace keygen::test;
using crypto::DsaNumbers;
using crypto::Number;

namespace {

IdentityKey key_of(IdentityRole role, DsaNumbers numbers) {
    return {IdentityScheme::iff, role, {std::move(numbers)}};
}

std::string prove_error(const IdentityKey& server, const IdentityKey& client) {
    return describe_error([&] { prove_iff(server, client, private_random()); });
}

}  // namespace

TEST_CASE("IFF keys of all sizes prove after a round through their files") {
    for (const unsigned bits : {256U, 257U, 512U, 1016U, 1024U, 2048U}) {
        INFO(bits);
        const auto server = generate_iff(bits, {.jobs = 2});
        const auto client = make_iff_client(server);
        CHECK(server.modulus_bits() == bits);
        CHECK(identity::dsa(server).q.bits() == (bits < 2048 ? 160 : 256));
        const auto server_read = written_and_read(server), client_read = written_and_read(client);
        CHECK(prove_error(server_read, client_read) == "no error");
        // ntpd's server takes only the private value, so what PKCS#8 does to the public one does not matter.
        CHECK(identity::dsa(server_read).priv == identity::dsa(server).priv);
        CHECK(identity::dsa(client_read).pub == identity::dsa(server).pub);
        CHECK(identity::dsa(client_read).priv.is_one());
        CHECK(server_read.fingerprint() == client_read.fingerprint());
        CHECK(server.clone().fingerprint() == server.fingerprint());
    }
}

TEST_CASE("IFF generations differ and do not prove against each other") {
    const auto one = generate_iff(256, {}), other = generate_iff(256, {});
    CHECK(one.fingerprint() != other.fingerprint());
    CHECK(
        prove_error(one, make_iff_client(other)) ==
        "not_proven: IFF: identity not verified: server and client files are of different generations (give "
        "the clients the file that belongs to this key)");
    auto numbers = clone(identity::dsa(one));
    numbers.priv = add_modulo(numbers.priv, Number(1), numbers.q);
    CHECK(prove_error(key_of(IdentityRole::server, std::move(numbers)), make_iff_client(one)) ==
          "not_proven: IFF: identity not verified: the client's public value does not belong to the server's "
          "key (make a good client file on the server: keygen -e > iffpar)");
}

TEST_CASE("IFF sizes out of range are refused with the range") {
    for (const unsigned bits : {0U, 255U, 4097U, UINT_MAX})
        CHECK(describe_error([&] { generate_iff(bits, {}); }) ==
              fmt::format("bad_request: an identity modulus of {} bits; it takes 256 to 4096", bits));
}

TEST_CASE("an IFF search is cancelled at once") {
    FakeProgress cancelled(3);
    CHECK(describe_error([&] { generate_iff(4096, {.progress = cancelled, .jobs = 2}); }) ==
          "cancelled: cancelled");
}

TEST_CASE("odd IFF numbers give errors") {
    const auto good = generate_iff(256, {});
    const auto& numbers = identity::dsa(good);
    auto large = clone(numbers);
    large.priv = large.q.clone();
    CHECK(describe_error([&] { make_iff_client(key_of(IdentityRole::server, std::move(large))); }) ==
          "bad_file: the IFF key's secret is not below q");
    for (const std::uint64_t q : {0U, 1U}) {
        auto server = clone(numbers), client = clone(numbers);
        server.q = Number(q);
        client.q = Number(q);
        CHECK(prove_error(key_of(IdentityRole::server, std::move(server)),
                          key_of(IdentityRole::client, std::move(client))) ==
              "not_proven: IFF: identity not verified: q is no prime");
    }
    CHECK_THROWS_AS(prove_iff(good, good, private_random()), std::logic_error);
    CHECK_THROWS_AS(good.to_pem(nullptr), std::logic_error);
    // No password is needed where nothing is secret.
    CHECK(make_iff_client(good).to_pem(nullptr).text().substr(0, 31) == "-----BEGIN DSA PRIVATE KEY-----");
    const std::string even(
        crypto::format_traditional({Number(16), Number(2), Number(3), Number(4), Number(1)}, nullptr, "")
            .text());
    CHECK(describe_error([&] {
              (void)IdentityKey::from_pem(even, IdentityScheme::iff, IdentityRole::client, nullptr);
          }) == "bad_file: the modulus is even: this is no identity key");
}

#include <keygen/identity.hpp>

#include "catch.hpp"
#include "crypto/pem.hpp"
#include "crypto/primality.hpp"
#include "fake_progress.hpp"
#include "identity/fixture_keys.hpp"
#include "identity/identity.hpp"
#include "identity/mv.hpp"
#include "thrown.hpp"

#include <set>

using namespace keygen;
using namespace keygen::test;
using crypto::MvAuthorityNumbers;
using crypto::Number;

namespace {

// The clients that fail against this server's key; every error but "not proven" counts as a failed test.
std::vector<std::uint32_t> locked_out(const IdentityKey& authority) {
    const auto server = written_and_read(make_mv_server(authority));
    std::vector<std::uint32_t> clients;
    for (std::uint32_t client = 1; client <= mv_client_count(authority); ++client) {
        try {
            prove_mv(server, written_and_read(make_mv_client(authority, client)), private_random());
        } catch (const Error& error) {
            CHECK(error.code() == ErrorCode::not_proven);
            clients.push_back(client);
        }
    }
    return clients;
}

std::string read_error(MvAuthorityNumbers numbers) {
    const auto pem = crypto::format_pkcs8(crypto::KeyNumbers(std::move(numbers)), nullptr, "", 0);
    return describe_error([&] {
        const auto key =
            IdentityKey::from_pem(pem.text(), IdentityScheme::mv, IdentityRole::authority, nullptr);
        (void)make_mv_server(key);
    });
}

}  // namespace

TEST_CASE("every MV client proves, and after a revocation exactly the revoked ones do not", "[slow]") {
    for (const auto& [bits, clients] :
         {std::pair{256U, 1U}, {512U, 5U}, {512U, 30U}, {1016U, 1U}, {1024U, 100U}, {2048U, 30U}}) {
        INFO(bits << " bits, " << clients << " clients");
        const auto authority = generate_mv(bits, clients, {.jobs = 2});
        CHECK(authority.modulus_bits() == bits);
        CHECK(mv_client_count(authority) == clients);
        CHECK(mv_revoked(authority).empty());
        CHECK(locked_out(authority).empty());
        if (clients == 1)
            continue;
        const std::vector<std::uint32_t> some{3, 2, 3};
        const auto revoked = written_and_read(revoke_mv(authority, some));
        CHECK(mv_revoked(revoked) == std::vector<std::uint32_t>{2, 3});
        CHECK(locked_out(revoked) == std::vector<std::uint32_t>{2, 3});
        CHECK(locked_out(revoke_mv(revoked, std::vector<std::uint32_t>{1})) == std::vector<std::uint32_t>{1});
        CHECK(locked_out(revoke_mv(revoked, {})).empty());
        CHECK(revoked.fingerprint() == authority.fingerprint());
        CHECK(make_mv_server(revoked).fingerprint() == make_mv_client(authority, 1).fingerprint());
    }
}

TEST_CASE("an MV group has the numbers that RFC 5906 asks for") {
    const auto authority = generate_mv(512, 20, {.jobs = 2});
    const MvAuthorityNumbers& ta = identity::authority(authority);
    CHECK(ta.clients.size() == 21);
    CHECK(crypto::is_prime(ta.p, private_random()));
    Number product(1);
    std::set<std::string> factors;
    for (const auto& client : ta.clients) {
        CHECK(crypto::is_prime(client.factor, private_random()));
        CHECK_FALSE(client.factor < Number(128));
        factors.insert(client.factor.hex());
        product = multiply(product, client.factor);
        CHECK_FALSE(power_modulo(ta.g, divide(ta.q, client.factor), ta.p).is_one());
    }
    CHECK(factors.size() == 21);
    CHECK(product == ta.q);
    CHECK(ta.p == add(multiply(ta.q, Number(2)), Number(1)));
    CHECK(power_modulo(ta.g, ta.q, ta.p).is_one());
    CHECK(gcd(ta.b, ta.q).is_one());
}

TEST_CASE("the largest number of MV clients works, and one more is refused with it") {
    for (const unsigned bits : {256U, 257U, 512U, 768U, 1024U}) {
        const unsigned largest = max_mv_clients(bits);
        INFO(bits << " bits, " << largest << " clients");
        CHECK(largest > 10);
        const auto authority = generate_mv(bits, largest, {.jobs = 2});
        CHECK(authority.modulus_bits() == bits);
        CHECK(locked_out(authority).empty());
        CHECK(describe_error([&] { generate_mv(bits, largest + 1, {}); }) ==
              fmt::format("bad_request: {} MV clients; a modulus of {} bits has room for 1 to {}",
                          largest + 1, bits, largest));
        CHECK(describe_error([&] { generate_mv(bits, 0, {}); }) ==
              fmt::format("bad_request: 0 MV clients; a modulus of {} bits has room for 1 to {}", bits,
                          largest));
    }
    CHECK(max_mv_clients(4096) > max_mv_clients(2048));
}

TEST_CASE("clients that do not exist are named") {
    const auto authority = generate_mv(256, 3, {});
    CHECK(describe_error([&] {
              revoke_mv(authority, std::vector<std::uint32_t>{1, 4});
          }) == "bad_request: there is no MV client 4; this group has 1 to 3");
    CHECK(describe_error([&] { revoke_mv(authority, std::vector<std::uint32_t>{0}); }) ==
          "bad_request: there is no MV client 0; this group has 1 to 3");
    CHECK(describe_error([&] {
              revoke_mv(authority, std::vector<std::uint32_t>{1, 2, 3});
          }) ==
          "bad_request: revoking all 3 MV clients leaves nobody (to end the group, remove its links and make "
          "new keys)");
    CHECK(describe_error([&] { make_mv_client(authority, 4); }) ==
          "bad_request: there is no MV client 4; this group has 1 to 3");
}

TEST_CASE("MV errors say who fails and what helps") {
    const auto authority = generate_mv(256, 3, {}), other = generate_mv(256, 3, {});
    const auto server = make_mv_server(revoke_mv(authority, std::vector<std::uint32_t>{2}));
    CHECK(
        describe_error([&] { prove_mv(server, make_mv_client(authority, 2), private_random()); }) ==
        "not_proven: MV: identity not verified: this client is revoked, or its file does not belong to the "
        "server's key (let it in again on the server: keygen --mv-revoke with the list of clients that stay "
        "out)");
    CHECK(describe_error([&] { prove_mv(server, make_mv_client(other, 1), private_random()); }) ==
          "not_proven: MV: identity not verified: server and client files are of different generations (give "
          "the client the file that belongs to this key)");
    // PKCS#8 would have lost ghat.
    auto numbers = clone(identity::dsa(server));
    numbers.pub = Number(1);
    const IdentityKey lost(IdentityScheme::mv, IdentityRole::server, {std::move(numbers)});
    CHECK(describe_error([&] { prove_mv(lost, make_mv_client(authority, 1), private_random()); }) ==
          "not_proven: MV: identity not verified: the server file carries no usable public value (PKCS#8, as "
          "ntp-keygen writes it, loses it) (it cannot be saved; make new keys: keygen -T -V <clients> -p "
          "<password>)");
}

TEST_CASE("an MV search is cancelled at once, also within its first large factor", "[slow]") {
    struct Size {
        unsigned bits;
        unsigned clients;
    };
    for (const Size size : {Size{4096, 1}, {4096, 3}, {2048, 30}, {1024, 80}}) {
        FakeProgress cancelled(50);
        CHECK(describe_error([&] {
                  generate_mv(size.bits, size.clients, {.progress = cancelled, .jobs = 2});
              }) == "cancelled: cancelled");
        CHECK(cancelled.asked_in_vain() < 100);  // a search asks between any two candidates
    }
}

TEST_CASE("a trusted authority that does not hold together is refused") {
    const auto authority = generate_mv(256, 3, {});
    const auto numbers = [&] { return clone(identity::authority(authority)); };
    const std::string refused =
        "bad_file: an MV trusted authority whose clients' factors do not make up its modulus";
    CHECK(read_error(numbers()) == "no error");
    auto none = numbers();
    none.clients.clear();
    CHECK(read_error(std::move(none)) == refused);
    auto one = numbers();
    one.clients.resize(1);
    CHECK(read_error(std::move(one)) == refused);
    for (const std::uint64_t factor : {0U, 1U, 131U}) {
        auto changed = numbers();
        changed.clients[1].factor = Number(factor);
        CHECK(read_error(std::move(changed)) == refused);
    }
    auto other_q = numbers();
    other_q.q = Number();
    CHECK(read_error(std::move(other_q)) == refused);
    auto many = numbers();
    for (int i = 0; i < 100000; ++i)
        many.clients.push_back({Number(131), Number(1)});
    CHECK(read_error(std::move(many)) == refused);
}

#include <openssl/evp.h>

#include "catch.hpp"
#include "crypto/policy.hpp"
#include "fake_random.hpp"
#include "generate/server_room.hpp"

using namespace keygen;
using namespace keygen::test;

namespace {

class FipsMode {
  public:
    FipsMode() { REQUIRE(EVP_default_properties_enable_fips(nullptr, 1) == 1); }
    FipsMode(const FipsMode&) = delete;
    FipsMode& operator=(const FipsMode&) = delete;
    ~FipsMode() { EVP_default_properties_enable_fips(nullptr, 0); }
};

}  // namespace

TEST_CASE("OpenSSL generates RSA keys when it is asked to, else the prime search does") {
    for (const bool by_openssl : {false, true}) {
        INFO(by_openssl);
        const ServerRoom room;
        CountingRandom random;
        GenerateRequest request = room.request();
        request.openssl_keygen = by_openssl;
        request.new_sign_key = SignKeyType::rsa;
        (void)generate(request, {.random = random, .jobs = 2});
        CHECK((random.drawn() == 0) == by_openssl);
        CHECK(room.place.mode_of("ntpkey_RSAhost_server1.4004387960") == "0600");
        CHECK(room.place.mode_of("ntpkey_RSAsign_server1.4004387960") == "0600");
    }
}

TEST_CASE("in FIPS mode the prime search does not run") {
    const ServerRoom room;
    CountingRandom random;
    CHECK_FALSE(crypto::is_fips_active());
    {
        // Without a FIPS module OpenSSL then has no RSA, and there is no way around it.
        const FipsMode fips;
        CHECK(crypto::is_fips_active());
        CHECK_THROWS_AS(generate(room.request(), {.random = random, .jobs = 2}), Error);
    }
    CHECK(random.drawn() == 0);
    CHECK(room.place.listing().empty());
}

TEST_CASE("a generator that always gives the same leaves the directory empty") {
    for (const unsigned jobs : {1U, 2U}) {
        const ServerRoom room;
        ConstantRandom random(0x5b);
        CHECK(describe_error([&] { generate(room.request(), {.random = random, .jobs = jobs}); }) ==
              "crypto: the random generator is broken: the primes of an RSA key are as good as equal");
        CHECK(room.place.listing().empty());
    }
}

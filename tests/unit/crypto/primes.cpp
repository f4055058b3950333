#include "crypto/primes.hpp"

#include <cmath>
#include <set>

#include "catch.hpp"
#include "crypto/primality.hpp"
#include "fake_progress.hpp"
#include "fake_random.hpp"
#include "thrown.hpp"

using namespace keygen;
using namespace keygen::crypto;
using namespace keygen::test;

namespace {

bool is_prime_by_trial(std::uint64_t n) {
    for (std::uint64_t d = 2; d * d <= n; ++d) {
        if (n % d == 0)
            return false;
    }
    return n >= 2;
}

Number decimal(const char* text) {
    BIGNUM* value = nullptr;
    BN_dec2bn(&value, text);
    return Number(BnPtr(value));
}

Number mersenne(int exponent) {
    Number power;
    BN_set_bit(power.get(), exponent);
    return subtract(power, Number(1));
}

}  // namespace

TEST_CASE("is_prime agrees with trial division on small numbers") {
    SeededRandom random(1);
    for (std::uint64_t n = 0; n < 5000; ++n) {
        INFO(n);
        REQUIRE(is_prime(Number(n), random) == is_prime_by_trial(n));
    }
}

TEST_CASE("is_prime sees through Carmichael numbers and strong pseudoprimes to base 2") {
    SeededRandom random(2);
    // OEIS A002997 and A001262, then psi_4 to psi_13 (A014233): least strong pseudoprimes to the first k
    // primes.
    for (const char* text : {"561",
                             "1105",
                             "1729",
                             "2465",
                             "2821",
                             "6601",
                             "8911",
                             "10585",
                             "15841",
                             "29341",
                             "825265",
                             "321197185",
                             "2047",
                             "3277",
                             "4033",
                             "4681",
                             "8321",
                             "15841",
                             "3215031751",
                             "2152302898747",
                             "3474749660383",
                             "341550071728321",
                             "3825123056546413051",
                             "318665857834031151167461",
                             "3317044064679887385961981"}) {
        INFO(text);
        CHECK_FALSE(is_prime(decimal(text), random));
    }
    // Carmichael numbers pass Fermat's test to base 2, which is only a sieve.
    CHECK(pass_fermat(Number(561), Number(2047)) == std::array{true, true});
    CHECK(pass_fermat(Number(2049), Number(2047)) == std::array{false, true});
}

TEST_CASE("is_prime knows large primes and composites") {
    SeededRandom random(3);
    for (const int exponent : {61, 89, 107, 127, 521, 607, 1279})
        CHECK(is_prime(mersenne(exponent), random));
    for (const int exponent : {67, 101, 137, 257, 523, 1277})
        CHECK_FALSE(is_prime(mersenne(exponent), random));
    // Primes on both sides of 2^81, where the deterministic bases end.
    CHECK(is_prime(decimal("2417851639229258349412301"), random));
    CHECK(is_prime(decimal("2417851639229258349412369"), random));
    CHECK(is_prime(decimal("170141183460469231731687303715884105727"), random));
    // A product of two large primes, and the square of one.
    CHECK_FALSE(is_prime(multiply(mersenne(521), mersenne(607)), random));
    CHECK_FALSE(is_prime(multiply(mersenne(127), mersenne(127)), random));
}

TEST_CASE("the sieve strikes exactly what has a small factor") {
    constexpr std::uint32_t LIMIT = 200;
    const auto has_small_factor = [](std::uint64_t n) {
        for (std::uint64_t d = 3; d < LIMIT; d += 2) {
            if (n % d == 0)
                return true;
        }
        return false;
    };
    for (const auto& [start, step] : {std::pair<std::uint64_t, std::uint64_t>{1000003, 2},
                                      {1000001, 2},
                                      {999999999989, 30},
                                      {1000001, 3 * 7 * 11 * 13},
                                      {21, 42}}) {
        Sieve sieve(500);
        sieve.strike({Number(start), Number(step)}, LIMIT);
        for (std::size_t i = 0; i < sieve.length(); ++i) {
            INFO(start << " + " << i << " * " << step);
            REQUIRE(sieve.stands(i) == !has_small_factor(start + i * step));
        }
    }
}

TEST_CASE("a sieve takes several progressions, single places and no places at all") {
    Sieve sieve(10);
    sieve.strike({Number(101), Number(2)}, 4);  // 105, 111, 117: places 2, 5, 8
    sieve.strike({Number(103), Number(2)}, 6);  // 3: 105, 111, 117; 5: 105, 115
    sieve.strike_place(0);
    std::string standing;
    for (std::size_t i = 0; i < sieve.length(); ++i)
        standing += sieve.stands(i) ? '1' : '0';
    CHECK(standing == "0001000001");
    Sieve empty(0);
    empty.strike({Number(3), Number(2)}, 1000);
    CHECK(empty.length() == 0);
}

TEST_CASE("the table of small primes is complete") {
    const auto& primes = small_primes();
    CHECK(primes.front() == 3);
    CHECK(primes.back() == 524287);
    CHECK(primes.size() == 43389);  // pi(2^19) = 43390, without 2
    for (const std::size_t i : {0U, 1U, 100U, 43388U})
        CHECK(is_prime_by_trial(primes[i]));
}

TEST_CASE("the sieve's limit and the expectation that follows from it stay in bounds") {
    CHECK(sieve_limit(16) == 1024);
    CHECK(sieve_limit(2048) == 131072);
    CHECK(sieve_limit(16384) == 524288);
    CHECK(survivor_is_prime_probability(16, 1024) == 1.0);
    const double probability = survivor_is_prime_probability(2048, 131072);
    CHECK(probability == Approx(std::exp(0.5772156649) * std::log(131072.0) / (2048 * std::log(2.0))));
}

TEST_CASE("a searched prime has its size and is admitted") {
    SeededRandom random(4);
    FakeProgress progress;
    const SearchContext context{random, progress, 1};
    for (const unsigned bits : {16U, 17U, 24U, 40U, 64U, 127U, 160U, 256U, 513U}) {
        for (const auto admits : {admit_all, admit_upper}) {
            const Number prime = search_prime("task", bits, admits, context);
            INFO(bits);
            CHECK(prime.bits() == bits);
            CHECK(is_prime(prime, random));
            CHECK(admits(prime));
        }
    }
    CHECK(progress.finished().at("task") == 18);
    CHECK(progress.tested().at("task") > 0);
    CHECK(progress.expected() >= 1);
}

TEST_CASE("primes that are searched again are others") {
    const SearchContext context{private_random(), silent_progress(), 2};
    std::set<std::string> found;
    for (int i = 0; i < 50; ++i)
        found.insert(search_prime("task", 64, admit_all, context).hex());
    CHECK(found.size() == 50);
}

TEST_CASE("what is admitted in the upper part begins at the square root of half") {
    // sqrt(2) 2^63 = 13043817825332782212.35
    CHECK_FALSE(admit_upper(Number(13043817825332782212U)));
    CHECK(admit_upper(Number(13043817825332782213U)));
    CHECK(admit_all(Number(9223372036854775809U)));
}

TEST_CASE("a generator that always gives the same has no primes, or the same again") {
    for (const int byte : {0x00, 0x01, 0xff}) {
        ConstantRandom stuck(static_cast<std::uint8_t>(byte));
        INFO(byte);
        for (const unsigned jobs : {1U, 2U}) {
            CHECK(describe_error([&] {
                      search_prime("task", 128, admit_upper, {stuck, silent_progress(), jobs});
                  }) == "crypto: no prime near any number that the random generator gave");
        }
    }
}

TEST_CASE("a Schnorr modulus is p = 1 modulo q with both prime") {
    SeededRandom random(5);
    FakeProgress progress;
    for (const auto& [modulus, subgroup] :
         {std::pair{256U, 160U}, {257U, 160U}, {512U, 160U}, {1016U, 160U}, {600U, 256U}}) {
        const auto [p, q] = search_schnorr_modulus("IFF", modulus, subgroup, {random, progress, 2});
        INFO(modulus);
        CHECK(p.bits() == modulus);
        CHECK(q.bits() == subgroup);
        CHECK(is_prime(p, random));
        CHECK(is_prime(q, random));
        CHECK(modulo(p, q).is_one());
        const Number g = find_generator(p, q, random);
        CHECK_FALSE(g.is_one());
        CHECK(power_modulo(g, q, p).is_one());
    }
    CHECK(subgroup_bits(2047) == 160);
    CHECK(subgroup_bits(2048) == 256);
}

TEST_CASE("a cancelled search ends at once") {
    FakeProgress at_once(0), later(1);  // two primes cannot be found with one candidate
    for (const unsigned jobs : {1U, 2U, 4U}) {
        CHECK(describe_error([&] {
                  search_prime("task", 4096, admit_all, {private_random(), at_once, jobs});
              }) == "cancelled: cancelled");
        CHECK(describe_error([&] {
                  search_schnorr_modulus("task", 4096, 256, {private_random(), later, jobs});
              }) == "cancelled: cancelled");
    }
    CHECK(at_once.finished().empty());
}

TEST_CASE("what goes wrong in a search comes out of it") {
    ScriptedRandom none({});
    CHECK_THROWS_AS(search_prime("task", 64, admit_all, {none, silent_progress(), 3}), std::out_of_range);
}

// (2r + 1)(4r + 1) with both factors prime: a quarter of all bases takes it for prime, as many as for any
// composite number (Rabin 1980).
TEST_CASE("a number that was chosen to pass gets past is_prime, and not past the test for such numbers",
          "[slow]") {
    const Number chosen = Number::from_hex(
        "34b92bfd15f063199f4eb31e3b94ac714a306ea051d06c6c2fca83fff72eb351508f1da8d0587743e14bf85c30472093"
        "f112682dfbc370d9909e75880035f69110c112a5d0979412718a47f787fc2ac74c42f47b7b43d363be1aed046fdf68ce"
        "88986fc38e23018b20e18f537ebcabd346dc6bf21da0fad766cdf6747c0e970546cbab16cdcea57a41f0c40f8e1130c6"
        "f74066a86dbbb855b3deea0bc78e2c105b8d0dbe7f30e748c98a89020f4d399361dabc316a93df52cedd988ea2310c97");
    SeededRandom random(2);
    bool got_past = false;
    for (int i = 0; i < 1000 && !got_past; ++i)
        got_past = is_prime(chosen, random);
    CHECK(got_past);
    for (int i = 0; i < 1000; ++i)
        REQUIRE_FALSE(is_prime_untrusted(chosen, random));
    CHECK(is_prime_untrusted(mersenne(1279), random));
    CHECK_FALSE(is_prime_untrusted(decimal("3825123056546413051"), random));
}

#include "crypto/number.hpp"

#include <openssl/err.h>

#include <limits>

#include "catch.hpp"
#include "fake_random.hpp"
#include "thrown.hpp"

using namespace keygen;
using namespace keygen::crypto;
using namespace keygen::test;

namespace {
// The secp256k1 field prime and friends: large enough for several words.
constexpr const char* P = "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFC2F";

Number hex(std::string_view text) {
    return Number::from_hex(text);
}
}  // namespace

TEST_CASE("numbers add, subtract, multiply and divide") {
    CHECK(add(Number(UINT64_MAX), Number(1)).hex() == "010000000000000000");
    CHECK(subtract(hex("010000000000000000"), Number(1)) == Number(UINT64_MAX));
    CHECK(multiply(Number(UINT64_MAX), Number(UINT64_MAX)).hex() == "FFFFFFFFFFFFFFFE0000000000000001");
    CHECK(divide(hex("FFFFFFFFFFFFFFFE0000000000000001"), Number(UINT64_MAX)) == Number(UINT64_MAX));
    CHECK(divide(Number(17), Number(5)) == Number(3));
    CHECK(modulo(Number(17), Number(5)) == Number(2));
    CHECK(gcd(Number(462), Number(1071)) == Number(21));
    CHECK(gcd(Number(), Number(7)) == Number(7));
    CHECK(hex(P).mod_word(1000003) ==
          modulo(hex(P), Number(1000003)).mod_word(std::numeric_limits<Word>::max()));
    CHECK(Number(1) < Number(2));
    CHECK_FALSE(Number(2) < Number(2));
}

TEST_CASE("modular arithmetic has the known values") {
    const Number p = hex(P);
    CHECK(add_modulo(Number(5), Number(6), Number(7)) == Number(4));
    CHECK(subtract_modulo(Number(2), Number(6), Number(7)) == Number(3));
    CHECK(multiply_modulo(Number(5), Number(6), Number(7)) == Number(2));
    CHECK(power_modulo(Number(3), Number(200), Number(1000003)) == Number(333986));
    CHECK(power_modulo(Number(10), Number(1), Number(7)) == Number(3));
    CHECK(power_modulo(Number(10), Number(), Number(7)).is_one());
    CHECK(power_modulo(Number(), Number(5), Number(7)).is_zero());
    CHECK(power_modulo(add(p, Number(2)), subtract(p, Number(1)), p).is_one());  // Fermat
    CHECK(inverse_modulo(Number(3), Number(7)) == Number(5));
    const Number inverse = inverse_modulo(hex("123456789ABCDEF0123456789ABCDEF"), p);
    CHECK(multiply_modulo(inverse, hex("123456789ABCDEF0123456789ABCDEF"), p).is_one());
}

TEST_CASE("arithmetic without a result is an error and leaves no old failures behind") {
    CHECK(describe_error([] { subtract(Number(1), Number(2)); }) ==
          "crypto: subtracting a larger number failed in OpenSSL");
    CHECK(describe_error([] { divide(Number(1), Number()); }) ==
          "crypto: dividing failed in OpenSSL: div by zero");
    CHECK(describe_error([] { modulo(Number(1), Number()); }) ==
          "crypto: reducing failed in OpenSSL: div by zero");
    CHECK(describe_error([] { inverse_modulo(Number(6), Number(9)); }) ==
          "crypto: inverting a number failed in OpenSSL: no inverse");
    CHECK(describe_error([] { power_modulo(Number(2), Number(3), Number(8)); }) ==
          "crypto: raising to a power modulo an even number failed in OpenSSL");
    CHECK(describe_error([] { power_modulo(Number(2), Number(3), Number(1)); }) ==
          "crypto: raising to a power modulo an even number failed in OpenSSL");
    CHECK(describe_error([] { (void)Number(256).to_bytes(1); }).substr(0, 7) == "crypto:");
    CHECK(ERR_peek_error() == 0);
}

TEST_CASE("numbers are written to bytes and hexadecimal and read again") {
    CHECK(Number(258).to_bytes(4) == std::vector<std::uint8_t>{0, 0, 1, 2});
    CHECK(Number().to_bytes(2) == std::vector<std::uint8_t>{0, 0});
    CHECK(Number().to_bytes(0).empty());
    CHECK(Number::from_bytes({}).is_zero());
    CHECK(Number::from_bytes(std::vector<std::uint8_t>{0, 0, 1, 2}) == Number(258));
    CHECK(hex(P).hex() == P);
    CHECK(hex("ff") == Number(255));
    CHECK(Number().bits() == 0);
    CHECK(Number(255).bits() == 8);
    CHECK(Number(256).bytes() == 2);
    CHECK(Number(3).clone() == Number(3));
    for (const char* text : {"", "-1", "0x1", "12g", " 1", "1 "})
        CHECK(describe_error([&] { (void)hex(text); }) == "bad_file: not a hexadecimal number");
}

TEST_CASE("random_between takes what lies in the range and rejects the rest") {
    // A range of 4 values (0 to 3) needs 2 bits: the first draw fits always.
    ScriptedRandom four({0xfe});
    CHECK(random_between(Number(10), Number(13), four) == Number(12));
    // 10 to 14 needs 3 bits, of which 5, 6 and 7 are rejected.
    ScriptedRandom five({0x0d, 0x0e, 0xff, 0x04});
    CHECK(random_between(Number(10), Number(14), five) == Number(14));
    CHECK(five.used() == 4);
    ScriptedRandom nothing({});
    CHECK(random_between(Number(7), Number(7), nothing) == Number(7));
    CHECK(describe_error([&] { random_between(Number(8), Number(7), nothing); }).substr(0, 7) == "crypto:");
}

TEST_CASE("random_between is uniform") {
    SeededRandom random(7);
    std::vector<int> counts(6);
    constexpr int DRAWS = 60000;
    for (int i = 0; i < DRAWS; ++i)
        ++counts.at(random_between(Number(1), Number(6), random).mod_word(100) - 1);
    for (const int count : counts)
        CHECK(std::abs(count - DRAWS / 6) < 500);  // over 5 standard deviations
}

TEST_CASE("random_between gives up on a generator that is stuck") {
    ConstantRandom stuck(0xff);
    CHECK(describe_error([&] { random_between(Number(0), Number(4), stuck); }) ==
          "crypto: drawing a random number failed in OpenSSL");
}

TEST_CASE("random_odd has exactly its size, its top bits and the lowest bit") {
    ConstantRandom zeros(0), ones(0xff);
    CHECK(random_odd(16, 1, zeros).hex() == "8001");
    CHECK(random_odd(16, 2, zeros).hex() == "C001");
    CHECK(random_odd(13, 2, ones).hex() == "1FFF");
    SeededRandom random(1);
    for (unsigned bits = 16; bits < 80; ++bits) {
        const Number number = random_odd(bits, 2, random);
        CHECK(number.bits() == bits);
        CHECK(number.is_odd());
    }
}

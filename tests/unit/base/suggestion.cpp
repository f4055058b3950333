#include <keygen/error.hpp>

#include "catch.hpp"

#include <array>

#include "base/suggestion.hpp"

using namespace keygen;

namespace {
constexpr std::array<std::string_view, 5> WORDS = {"RSA-SHA1", "RSA-SHA256", "RSA-MD5", "DSA-SHA1", "iff"};
}

TEST_CASE("the nearest word is found through slips of each kind") {
    CHECK(closest_match("RSA-SHA26", WORDS) == "RSA-SHA256");
    CHECK(closest_match("RSA-SHA2566", WORDS) == "RSA-SHA256");
    CHECK(closest_match("RSA-SHB256", WORDS) == "RSA-SHA256");
    CHECK(closest_match("RSA-SAH256", WORDS) == "RSA-SHA256");
    CHECK(closest_match("rsa-md5", WORDS) == "RSA-MD5");
    CHECK(closest_match("RSA_MD5", WORDS) == "RSA-MD5");
    CHECK(closest_match("ifF", WORDS) == "iff");
    CHECK(closest_match("fif", WORDS) == "iff");
}

TEST_CASE("what is far from every word, or of no length, has no nearest one") {
    CHECK_FALSE(closest_match("", WORDS).has_value());
    CHECK_FALSE(closest_match("blowfish", WORDS).has_value());
    CHECK_FALSE(closest_match("gg", WORDS).has_value());
    CHECK_FALSE(closest_match(std::string(1 << 20, 'R'), WORDS).has_value());
    CHECK_FALSE(closest_match("x", {}).has_value());
    // One letter is as far from nothing as from another one.
    const std::array<std::string_view, 2> letters = {"a", ""};
    CHECK_FALSE(closest_match("b", letters).has_value());
}

TEST_CASE("of equally near words the first is suggested") {
    const std::array<std::string_view, 2> words = {"MVkey", "MVker"};
    CHECK(closest_match("MVkex", words) == "MVkey");
    CHECK(did_you_mean("RSA-SHA257", WORDS) == "; did you mean \"RSA-SHA256\"?");
    CHECK(did_you_mean("nothing like it", WORDS).empty());
}

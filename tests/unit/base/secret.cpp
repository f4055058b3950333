#include <keygen/secret.hpp>

#include "catch.hpp"

#include <algorithm>
#include <type_traits>
#include <vector>

using namespace keygen;

static_assert(!std::is_copy_constructible_v<SecretBytes> && !std::is_copy_assignable_v<SecretBytes>);
static_assert(std::is_nothrow_move_constructible_v<SecretBytes> &&
              std::is_nothrow_move_assignable_v<SecretBytes>);

TEST_CASE("secret bytes begin as zeros, text or bytes") {
    const SecretBytes zeros(5);
    CHECK(std::all_of(zeros.bytes().begin(), zeros.bytes().end(), [](auto byte) { return byte == 0; }));
    CHECK(zeros.size() == 5);
    CHECK(SecretBytes("geheim").text() == "geheim");
    const std::vector<std::uint8_t> bytes{1, 0, 255};
    CHECK(std::equal(bytes.begin(), bytes.end(), SecretBytes(bytes).bytes().begin()));
    CHECK(SecretBytes().empty());
    CHECK(SecretBytes("").empty());
    CHECK(SecretBytes("").text().empty());
    CHECK(SecretBytes(std::string_view()).clone().empty());
}

TEST_CASE("moved secret bytes leave nothing behind") {
    SecretBytes first("geheim");
    SecretBytes second(std::move(first));
    CHECK(first.empty());
    CHECK(first.bytes().data() == nullptr);
    CHECK(second.text() == "geheim");
    SecretBytes third("older");
    third = std::move(second);
    CHECK(second.empty());
    CHECK(third.text() == "geheim");
    auto& same = third;
    third = std::move(same);
    CHECK(third.text() == "geheim");
    CHECK(third.clone().text() == "geheim");
}

TEST_CASE("truncated secret bytes are wiped where they end") {
    SecretBytes secret("geheim");
    const std::uint8_t* data = secret.bytes().data();
    secret.truncate(2);
    CHECK(secret.text() == "ge");
    // Still the same allocation: what was cut off can be looked at.
    CHECK(std::all_of(data + 2, data + 6, [](auto byte) { return byte == 0; }));
    secret.truncate(100);
    CHECK(secret.size() == 2);
    secret.truncate(0);
    CHECK(secret.empty());
    CHECK(std::all_of(data, data + 6, [](auto byte) { return byte == 0; }));
    secret.wipe();
    CHECK(secret.bytes().data() == nullptr);
    secret.wipe();
}

TEST_CASE("secret bytes compare by content and length") {
    const SecretBytes secret("geheim");
    CHECK(secret.equals("geheim"));
    CHECK(secret.equals(SecretBytes("geheim")));
    CHECK_FALSE(secret.equals("geheiM"));
    CHECK_FALSE(secret.equals("geheim "));
    CHECK_FALSE(secret.equals(""));
    CHECK(SecretBytes().equals(""));
    CHECK(SecretBytes().equals(SecretBytes()));
}

#include "daemon/words.hpp"

#include "catch.hpp"

using namespace keygen::daemon;

namespace {

std::vector<std::string> words_of(std::string_view line) {
    NtpWords words(line);
    std::vector<std::string> result;
    for (auto word = words.next(); !word.empty(); word = words.next())
        result.emplace_back(word);
    return result;
}

}  // namespace

TEST_CASE("the words of a line of ntp.conf") {
    using Words = std::vector<std::string>;
    CHECK(words_of("  server 10.0.0.1\tkey 1 # mine") == Words{"server", "10.0.0.1", "key", "1"});
    CHECK(words_of("trustedkey 1 (5 ... 9)") == Words{"trustedkey", "1", "(", "5", "...", "9", ")"});
    CHECK(words_of("crypto pw \"two words\" host x#y") == Words{"crypto", "pw", "two words", "host", "x"});
    CHECK(words_of("a=b") == Words{"a", "=", "b"});
    CHECK(words_of("s\xc3\xa9rver\r") == Words{"srver"});
    CHECK(words_of("").empty());
    NtpWords words("pw a=(b) rest");
    CHECK(words.next() == "pw");
    CHECK(words.peek() == "a");
    CHECK(words.next_string() == "a=(b)");
    CHECK(words.next() == "rest");
}

TEST_CASE("chronyd takes a comment at the start of a line only") {
    CHECK(split_chrony_line(" ! keyfile x").empty());
    CHECK(split_chrony_line("keyfile x # y") == std::vector<std::string_view>{"keyfile", "x", "#", "y"});
}

TEST_CASE("numbers and lists") {
    CHECK(to_number("+7") == 7);
    CHECK(to_number("-7") == -7);
    CHECK_FALSE(to_number("7x"));
    CHECK_FALSE(to_number(""));
    CHECK(is_among("b", "a b c"));
    CHECK_FALSE(is_among("", "a b"));
    CHECK_FALSE(is_among("a b", "a bc"));
}

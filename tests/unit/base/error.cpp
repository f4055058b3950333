#include <keygen/error.hpp>

#include "catch.hpp"

using namespace keygen;

TEST_CASE("an error names file and line as far as they are known") {
    Error error(ErrorCode::bad_file, "something is wrong");
    CHECK(std::string(error.what()) == "something is wrong");
    error.in("/etc/ntp.keys", 7);
    CHECK(std::string(error.what()) == "/etc/ntp.keys:7: something is wrong");
    CHECK(error.line() == 7);
    CHECK(std::string(Error(ErrorCode::bad_file, "x").in("a").what()) == "a: x");
}

TEST_CASE("the innermost file and the first hint of an error stay") {
    Error error(ErrorCode::bad_file, "wrong");
    error.in("inner", 3).in("outer", 9).hint("first").hint("second");
    CHECK(std::string(error.what()) == "inner:3: wrong");
    CHECK(error.hint() == "first");
    CHECK(error.path() == "inner");
    CHECK(error.message() == "wrong");
}

TEST_CASE("a path cannot break out of the line of an error") {
    Error error(ErrorCode::bad_file, "wrong");
    error.in("a\nb\x1b[31m");
    CHECK(std::string(error.what()) == "a\\x0ab\\x1b[31m: wrong");
    CHECK(error.path() == "a\nb\x1b[31m");
}

TEST_CASE("every error code has its enumerator's name") {
    CHECK(name_of(ErrorCode::bad_request) == "bad_request");
    CHECK(name_of(ErrorCode::bad_file) == "bad_file");
    CHECK(name_of(ErrorCode::wrong_password) == "wrong_password");
    CHECK(name_of(ErrorCode::not_found) == "not_found");
    CHECK(name_of(ErrorCode::already_exists) == "already_exists");
    CHECK(name_of(ErrorCode::unsupported) == "unsupported");
    CHECK(name_of(ErrorCode::not_proven) == "not_proven");
    CHECK(name_of(ErrorCode::input_output) == "input_output");
    CHECK(name_of(ErrorCode::locked) == "locked");
    CHECK(name_of(ErrorCode::cancelled) == "cancelled");
    CHECK(name_of(ErrorCode::crypto) == "crypto");
}

TEST_CASE("quoted text shows characters and escapes everything else") {
    using namespace std::string_literals;
    CHECK(escaped("plain text, \"quotes\" and \\") == "plain text, \"quotes\" and \\");
    CHECK(escaped("a\tb\r\n\x7f"s + '\0') == "a\\x09b\\x0d\\x0a\\x7f\\x00");
    CHECK(escaped("Zürich – 東京 🔑") == "Zürich – 東京 🔑");
    // A C1 control in UTF-8 moves a terminal as its 7-bit form does.
    CHECK(escaped("\xc2\x9b"
                  "31m") == "\\xc2\\x9b31m");
    CHECK(escaped("\xc2\xa0") == "\xc2\xa0");
    // Stray continuation, overlong, surrogate, beyond Unicode, cut short.
    CHECK(escaped("\x80|\xc0\xaf|\xe0\x80\xaf|\xed\xa0\x80|\xf4\x90\x80\x80|\xe2\x82") ==
          "\\x80|\\xc0\\xaf|\\xe0\\x80\\xaf|\\xed\\xa0\\x80|\\xf4\\x90\\x80\\x80|\\xe2\\x82");
    CHECK(escaped("\xff\xfe\xf0\x8f\xbf\xbf\xf5\x80\x80\x80") ==
          "\\xff\\xfe\\xf0\\x8f\\xbf\\xbf\\xf5\\x80\\x80\\x80");
    CHECK(escaped("").empty());
}

TEST_CASE("quoted text ends after 300 bytes, between characters") {
    CHECK(escaped(std::string(300, 'x')) == std::string(300, 'x'));
    CHECK(escaped(std::string(301, 'x')) == std::string(300, 'x') + "...");
    CHECK(escaped(std::string(299, 'x') + "ü" + "y") == std::string(299, 'x') + "...");
    CHECK(escaped(std::string(1 << 20, '\1')).size() == 4 * 300 + 3);
}

#include <keygen/filestamp.hpp>

#include "catch.hpp"

using namespace keygen;

namespace {
// 2036-02-07 06:28:16 UTC, when NTP seconds come to 2^32.
constexpr UnixTime WRAP = 2085978496;
}  // namespace

TEST_CASE("a filestamp is NTP seconds modulo 2^32") {
    CHECK(Filestamp::from_unix(0).value() == 2208988800U);
    CHECK(Filestamp::from_unix(1795401160).value() == 4004389960U);
    CHECK(Filestamp::from_unix(WRAP - 1).value() == 4294967295U);
    CHECK(Filestamp::from_unix(WRAP).value() == 0);
    CHECK(Filestamp::from_unix(WRAP + 5).value() == 5);
    CHECK(Filestamp::from_unix(-2208988800).value() == 0);
    CHECK(Filestamp(4004389960U).text() == "4004389960");
}

TEST_CASE("filestamps are ordered by the sign of their 32-bit difference") {
    const Filestamp before = Filestamp::from_unix(WRAP - 10), after = Filestamp::from_unix(WRAP + 10);
    CHECK(before.is_older_than(after));
    CHECK_FALSE(after.is_older_than(before));
    CHECK_FALSE(before.is_older_than(before));
    CHECK(before == Filestamp::from_unix(WRAP - 10));
    CHECK(Filestamp(0).is_older_than(Filestamp(0x7fffffff)));
    CHECK_FALSE(Filestamp(0x7fffffff).is_older_than(Filestamp(0)));
    CHECK(Filestamp(0x80000001).is_older_than(Filestamp(0)));
}

TEST_CASE("a filestamp means the moment nearest to the given one") {
    for (const UnixTime time : {WRAP - 100000, WRAP - 1, WRAP, WRAP + 1, WRAP + 100000}) {
        for (const UnixTime near : {time - 2000000000, time - 1, time, time + 1, time + 2000000000})
            CHECK(Filestamp::from_unix(time).to_unix(near) == time);
    }
    CHECK(Filestamp(4004389960U).to_unix(1795401160) == 1795401160);
    CHECK(Filestamp(0).to_unix(1795401160) == WRAP);
    CHECK(Filestamp(0).to_unix(-2208988800) == -2208988800);
}

TEST_CASE("a filestamp is parsed from 1 to 10 decimal digits below 2^32 and from nothing else") {
    CHECK(Filestamp::parse("0") == Filestamp(0));
    CHECK(Filestamp::parse("4294967295") == Filestamp(4294967295U));
    CHECK(Filestamp::parse("0000000012") == Filestamp(12));
    for (const char* text : {"", "4294967296", "9999999999", "00000000012", "-1", "+1", " 1", "1 ", "1\n",
                             "0x1", "12a", "1.5", "\xb2", "18446744073709551617"})
        CHECK_FALSE(Filestamp::parse(text).has_value());
    CHECK_FALSE(Filestamp::parse(std::string(100000, '0')).has_value());
    CHECK_FALSE(Filestamp::parse(std::string("1\0", 2)).has_value());
}

TEST_CASE("dates are those of ctime(3), in UTC") {
    CHECK(format_ctime(1795399160) == "Mon Nov 23 01:59:20 2026");
    CHECK(format_ctime(0) == "Thu Jan  1 00:00:00 1970");
    CHECK(format_ctime(WRAP) == "Thu Feb  7 06:28:16 2036");
    CHECK(format_ctime(253402300799) == "Fri Dec 31 23:59:59 9999");
    CHECK(format_utc(0) == "1970-01-01 00:00:00 UTC");
    CHECK(format_utc(-1) == "1969-12-31 23:59:59 UTC");
    CHECK(format_utc(1795399160) == "2026-11-23 01:59:20 UTC");
    CHECK(format_utc(INT64_MAX) == "9223372036854775807");
}

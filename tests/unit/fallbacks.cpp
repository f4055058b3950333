#include <keygen/process.hpp>

#include <algorithm>

#include "catch.hpp"
#include "keysdir/exchange.hpp"
#include "workplace.hpp"

using namespace keygen;
using namespace keygen::keysdir;
using namespace keygen::test;

TEST_CASE("a system without renameat2 says so, and gives new names all the same") {
    const Workplace place;
    place.write("one", "1");
    place.write("other", "2");
    const auto directory = place.open();
    CHECK(exchange_names(directory.descriptor(), "one", "other") == Exchange::not_offered);
    CHECK_FALSE(rename_to_new(directory.descriptor(), "one", "other"));
    CHECK(errno == EEXIST);
    CHECK(place.listing() == "one\nother\n");
    CHECK(rename_to_new(directory.descriptor(), "one", "new"));
    CHECK(place.listing() == "new\none\nother\n");
    CHECK(place.read("new") == "1");
    CHECK(place.read("other") == "2");
}

TEST_CASE("a system that cannot forbid tracing says what is not protected") {
    const auto missing = protect_process();
    CHECK(std::any_of(missing.begin(), missing.end(), [](const std::string& sentence) {
        return sentence.starts_with("the process stays traceable: ");
    }));
}

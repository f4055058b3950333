#include <keygen/secret.hpp>

#include <algorithm>

#include "catch.hpp"
#include "keysdir/rename_to_new.hpp"
#include "workplace.hpp"

using namespace keygen;
using namespace keygen::keysdir;
using namespace keygen::test;

TEST_CASE("a system without renameat2 gives new names all the same") {
    const Workplace place;
    place.write("one", "1");
    place.write("other", "2");
    const auto directory = place.open();
    CHECK(rename_to_new(directory.descriptor(), "one", "other") == EEXIST);
    CHECK(place.listing() == "one\nother\n");
    CHECK(rename_to_new(directory.descriptor(), "one", "new") == 0);
    CHECK(place.listing() == "new\nother\n");
    CHECK(place.read("new") == "1");
    CHECK(place.read("other") == "2");
}

TEST_CASE("a system that cannot forbid tracing says what is not protected") {
    const auto missing = protect_process();
    CHECK(std::any_of(missing.begin(), missing.end(), [](const std::string& sentence) {
        return sentence.starts_with("the process stays traceable: ");
    }));
}

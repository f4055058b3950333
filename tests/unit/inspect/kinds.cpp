#include "catch.hpp"
#include "inspect/fixture_directory.hpp"

using namespace keygen;
using namespace keygen::test;

TEST_CASE("every id is one kebab-case word, once, and in the manual") {
    const std::string manual =
        std::string(keysdir::read_file(std::string(KEYGEN_TEST_DATA) + "/../../man/keyinspect.1").text());
    std::set<std::string_view> seen;
    for (const FindingKind& kind : finding_kinds()) {
        CAPTURE(kind.id);
        CHECK(seen.insert(kind.id).second);
        CHECK(kind.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos);
        CHECK_FALSE(kind.meaning.ends_with('.'));
        CHECK(manual.find(fmt::format(".It Cm {} Ta {} Ta", kind.id, name_of(kind.severity))) !=
              std::string::npos);
    }
    std::size_t rows = 0;
    for (auto place = manual.find("\n.It Cm "); place != std::string::npos;
         place = manual.find("\n.It Cm ", place + 1))
        rows += manual.substr(place, manual.find('\n', place + 1) - place).find(" Ta ") != std::string::npos
                    ? 1
                    : 0;
    CHECK(rows == finding_kinds().size());
}

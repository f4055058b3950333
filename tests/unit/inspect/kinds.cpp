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
    for (auto directory_scan = manual.find("\n.It Cm "); directory_scan != std::string::npos;
         directory_scan = manual.find("\n.It Cm ", directory_scan + 1))
        rows += manual.substr(directory_scan, manual.find('\n', directory_scan + 1) - directory_scan)
                            .find(" Ta ") != std::string::npos
                    ? 1
                    : 0;
    CHECK(rows == finding_kinds().size());
}

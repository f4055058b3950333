#include <keygen/inspect.hpp>

#include <algorithm>

#include "catch.hpp"
#include "inspect/fixture_directory.hpp"
#include "inspect/time_axis.hpp"

using namespace keygen;
using namespace keygen::test;

namespace {

std::size_t count(const std::string& text, std::string_view piece) {
    std::size_t result = 0;
    for (auto at = text.find(piece); at != std::string::npos; at = text.find(piece, at + 1))
        ++result;
    return result;
}

// Every tag that is opened is closed, in order.
bool is_well_formed(const std::string& svg) {
    std::vector<std::string> open;
    for (std::size_t at = svg.find('<'); at != std::string::npos; at = svg.find('<', at + 1)) {
        const std::string tag = svg.substr(at + 1, svg.find('>', at) - at - 1);
        const std::string name = tag.substr(0, tag.find_first_of(" /", 1));
        if (tag.starts_with('/')) {
            if (open.empty() || "/" + open.back() != tag)
                return false;
            open.pop_back();
        } else if (!tag.ends_with('/')) {
            open.push_back(name);
        }
    }
    return open.empty();
}

}  // namespace

TEST_CASE("a timeline has a bar for each generation and an arrow for each link") {
    const FixtureDirectory directory_scan("accepted-by-ntpd/iff-512-server");
    const std::string svg =
        format_timeline(look_at({directory_scan.path()}, "pw1", false, FIXTURE_NOW + 60 * SECONDS_PER_DAY));
    CHECK(is_well_formed(svg));
    CHECK(svg.starts_with("<svg xmlns="));
    CHECK(count(svg, "<rect class=\"certificate\"") == 1);
    CHECK(count(svg, "<rect class=\"key\"") == 2);
    CHECK(count(svg, "class=\"link\"") >= 1);
    CHECK(svg.find("certificate of server1") != std::string::npos);
    CHECK(svg.find("ntpkey_iffkey_grp +1") != std::string::npos);
    CHECK(svg.find("prefers-color-scheme: dark") != std::string::npos);
    CHECK(svg.find("now, 2027-01-23") != std::string::npos);
}

TEST_CASE("a certificate that has ended is drawn so") {
    const FixtureDirectory directory_scan("accepted-by-ntpd/iff-512-server");
    const auto report = look_at({directory_scan.path()}, nullptr, false, FIXTURE_NOW + 400 * SECONDS_PER_DAY);
    CHECK(count(format_timeline(report), "<rect class=\"ended\"") == 1);
}

TEST_CASE("nothing in a name gets out of the picture's text") {
    InspectReport report;
    report.now = FIXTURE_NOW;
    InspectedFile file;
    file.kind = FileKind::host_key;
    file.owner = "<script>&\"'\xff\x01";
    file.name = file.owner;
    file.links = {"<b>"};
    file.generated_at = FIXTURE_NOW - 100 * SECONDS_PER_DAY;
    file.is_current = true;
    report.files.push_back(file);
    const std::string svg = format_timeline(report);
    CHECK(is_well_formed(svg));
    CHECK(svg.find("<script>") == std::string::npos);
    CHECK(std::all_of(svg.begin(), svg.end(), [](char c) { return c == '\n' || (c >= ' ' && c < 0x7f); }));
}

TEST_CASE("no more generations are drawn than fit") {
    InspectReport report;
    report.now = FIXTURE_NOW;
    for (int i = 0; i < 1000; ++i) {
        InspectedFile file;
        file.kind = FileKind::host_key;
        file.owner = "server1";
        file.generated_at = FIXTURE_NOW - i * SECONDS_PER_DAY;
        report.files.push_back(file);
    }
    const std::string svg = format_timeline(report);
    CHECK(count(svg, "<rect class=\"old\"") == MAX_TIMELINE_ROWS);
    CHECK(svg.find("800 older generations are left out") != std::string::npos);
    CHECK(is_well_formed(format_timeline(InspectReport())));
}

TEST_CASE("an axis of any length has a readable number of round dates") {
    for (const UnixTime days : {1, 20, 60, 61, 400, 4000, 40000, 2900000}) {
        const inspection::TimeAxis axis(FIXTURE_NOW - days * SECONDS_PER_DAY, FIXTURE_NOW, 0, 1000);
        CAPTURE(days);
        CHECK(axis.ticks().size() >= 1);
        CHECK(axis.ticks().size() <= 14);
        for (const auto& tick : axis.ticks())
            CHECK((tick.x >= 0 && tick.x <= 1000));
    }
}

// Changes of a keys file that are killed between two of their system calls.
#include <map>
#include <regex>
#include <sstream>

#include "catch.hpp"
#include "story.hpp"

namespace {

const std::string OLDER_FILE = "# clients\n\n 10 AES128 HEX:000102030405060708090A0B0C0D0E0F\n! later\n";
const std::string ENSURE_FIVE = "keygen --ensure clients --ids 10-14 --dialect chrony --quiet";

struct KillPoint {
    std::string call;
    int number;  ///< among the calls of that name
};

/// The system calls from the first temporary file on.
std::vector<KillPoint> points_of_trace(const std::string& trace) {
    const std::regex line("^(?:[0-9]+ +)?([a-z0-9_]+)\\((.*)$");
    std::map<std::string, int> numbers;
    std::vector<KillPoint> points;
    bool is_begun = false;
    std::istringstream stream(trace);
    for (std::string text; std::getline(stream, text);) {
        std::smatch match;
        if (!std::regex_match(text, match, line))
            continue;
        const int number = ++numbers[match[1]];
        is_begun = is_begun || text.find(".ntpkey-") != std::string::npos;
        if (is_begun)
            points.push_back({match[1], number});
    }
    return points;
}

bool holds_all_keys(Story& story, const std::string& text) {
    const std::string start = text.starts_with(OLDER_FILE) ? OLDER_FILE : "";
    const std::regex keys("(1[0-4] AES128 HEX:[0-9A-F]{32}\n)+");
    return std::regex_match(text.substr(start.size()), keys) &&
           story.run("keygen --extract 10-14 -", text).status == 0;
}

}  // namespace

TEST_CASE("killed before any of its system calls, --ensure leaves the file as it was or complete") {
    Story probe;
    if (probe.run("strace -o trace -e trace=none true").status != 0) {
        WARN("SKIPPED: strace is not there, or cannot trace here");
        return;
    }
    for (const std::string& before : {std::string(), OLDER_FILE}) {
        const auto prepare = [&](Story& story) {
            if (!before.empty())
                story.write("clients", before, 0640);
        };
        Story traced;
        prepare(traced);
        const Outcome whole = traced.run("strace -o /dev/stdout -e trace=!exit_group " + ENSURE_FIVE);
        REQUIRE(whole.status == 0);
        const std::vector<KillPoint> points = points_of_trace(whole.out);
        REQUIRE(points.size() > 20);
        bool was_seen_before = false, was_seen_complete = false;
        for (const KillPoint& point : points) {
            INFO((before.empty() ? "a new file, " : "more keys, ")
                 << point.call << " number " << point.number);
            Story story;
            prepare(story);
            const Outcome killed =
                story.run("strace -o /dev/null -e trace=" + point.call + " -e inject=" + point.call +
                          ":signal=KILL:when=" + std::to_string(point.number) + " " + ENSURE_FIVE);
            CHECK(killed.status == 128 + 9);
            const bool is_there = story.exists("clients");
            const std::string text = is_there ? story.read("clients") : "";
            CHECK((is_there || before.empty()));
            const bool is_as_before = text == before && is_there == !before.empty();
            CHECK((is_as_before || holds_all_keys(story, text)));
            (is_as_before ? was_seen_before : was_seen_complete) = true;
            if (!before.empty())
                CHECK(story.mode_of("clients") == "0640");

            CHECK(story.run(ENSURE_FIVE).status == 0);
            CHECK(holds_all_keys(story, story.read("clients")));
            CHECK(story.list() == std::vector<std::string>{"clients"});
        }
        CHECK(was_seen_before);
        CHECK(was_seen_complete);
    }
}

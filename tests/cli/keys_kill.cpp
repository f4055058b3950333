// Changes of a keys file that are killed between two of their system calls.
#include <map>
#include <regex>
#include <sstream>

#include "catch.hpp"
#include "story.hpp"

namespace {

const std::string OLDER_FILE = "# clients\n\n 10 AES128 HEX:000102030405060708090A0B0C0D0E0F\n! later\n";

struct Change {
    std::string command;
    std::string before;  ///< the file; empty where there is none
    std::string after;   ///< as a regular expression
    std::string again;   ///< what a second run may add
};
const std::string NEW_KEY = " AES128 HEX:[0-9A-F]{32}\n";
const std::vector<Change> CHANGES = {
    {"keygen --ensure clients --ids 10-11 --dialect chrony --quiet", "", "10" + NEW_KEY + "11" + NEW_KEY, ""},
    {"keygen --ensure clients --ids 10-12 --dialect chrony --quiet", OLDER_FILE,
     OLDER_FILE + "11" + NEW_KEY + "12" + NEW_KEY, ""},
    {"keygen --remove 10 --quiet clients", OLDER_FILE, "# clients\n\n! later\n", ""},
    {"keygen --merge clients --key-type AES128CMAC --key-count 1 --quiet", OLDER_FILE,
     OLDER_FILE + " 1" + NEW_KEY, "( 2" + NEW_KEY + ")?"},
};

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

}  // namespace

TEST_CASE("killed before any of its system calls, a change of a keys file leaves it as it was or complete") {
    Story probe;
    if (probe.run("strace -o trace -e trace=none true").status != 0) {
        WARN("SKIPPED: strace is not there, or cannot trace here");
        return;
    }
    for (const auto& [command, before, after, again] : CHANGES) {
        const auto prepare = [&, &text = before](Story& story) {
            if (!text.empty())
                story.write("clients", text, 0640);
        };
        const std::regex complete(after), complete_again(after + again);
        Story traced;
        traced.set("ASAN_OPTIONS", "detect_leaks=0");  // which cannot be while strace looks on
        prepare(traced);
        const Outcome whole = traced.run("strace -o /dev/stdout -e trace=!exit_group " + command);
        INFO(command);
        REQUIRE(whole.status == 0);
        REQUIRE(std::regex_match(traced.read("clients"), complete));
        const std::vector<KillPoint> points = points_of_trace(whole.out);
        REQUIRE(points.size() > 20);
        bool was_seen_before = false, was_seen_complete = false;
        for (const KillPoint& point : points) {
            INFO((before.empty() ? "a new file, " : "a file, ") << point.call << " number " << point.number);
            Story story;
            prepare(story);
            const Outcome killed =
                story.run("strace -o /dev/null -e trace=" + point.call + " -e inject=" + point.call +
                          ":signal=KILL:when=" + std::to_string(point.number) + " " + command);
            CHECK(killed.status == 128 + 9);
            const bool is_there = story.exists("clients");
            const std::string text = is_there ? story.read("clients") : "";
            const bool is_as_before = text == before && is_there == !before.empty();
            CHECK((is_as_before || std::regex_match(text, complete)));
            (is_as_before ? was_seen_before : was_seen_complete) = true;
            if (!before.empty())
                CHECK(story.mode_of("clients") == "0640");

            CHECK(story.run(command).status == 0);
            CHECK(std::regex_match(story.read("clients"), complete_again));
            CHECK(story.list() == std::vector<std::string>{"clients"});
        }
        CHECK(was_seen_before);
        CHECK(was_seen_complete);
    }
}

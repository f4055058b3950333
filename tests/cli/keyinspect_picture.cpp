#include "catch.hpp"
#include "keyinspect_fixture.hpp"
#include "story.hpp"

namespace {

struct Drawing : Story {
    Drawing() {
        set("SOURCE_DATE_EPOCH", MORNING);
        lay_out_fixture(*this, "accepted-by-ntpd/iff-512-client", "keys");
    }
    // Exit status 1 and this error, and nothing changed.
    void draws_nothing(const std::string& path, const std::string& why) {
        const auto before = snapshot();
        const Outcome outcome = run("keyinspect --timeline " + path + " keys");
        CHECK(outcome.status == 1);
        CHECK(outcome.out.empty());
        CHECK(outcome.err ==
              "keyinspect: error: " + path + ": " + why + "\n" +
                  "keyinspect: hint: name another file for the timeline; - is standard output\n");
        CHECK(snapshot() == before);
    }
};

}  // namespace

TEST_CASE("keyinspect replaces pictures and nothing else") {
    Drawing story;
    REQUIRE(story.run("keyinspect --quiet --timeline keys.svg keys").status == 0);
    const std::string first = story.read("keys.svg");
    CHECK(first.starts_with("<svg "));
    CHECK(story.mode_of("keys.svg") == "0644");
    story.set("SOURCE_DATE_EPOCH", "1795500000");
    REQUIRE(story.run("keyinspect --quiet --timeline keys.svg keys").status == 0);
    CHECK(story.read("keys.svg") != first);

    story.write("ntp.conf", "server a\n");
    story.draws_nothing("ntp.conf", "there is a file that is no SVG picture");
    story.write("empty", "");
    story.draws_nothing("empty", "there is a file that is no SVG picture");
    story.draws_nothing("keys/ntpkey_host_client1", "a link is in the way");
    story.draws_nothing("keys", "not a regular file");
}

TEST_CASE("keyinspect leaves no half picture on a full disk") {
    Drawing story;
    REQUIRE(story.run("keyinspect --quiet --timeline keys.svg keys").status == 0);
    const auto before = story.snapshot();
    story.set("LLVM_PROFILE_FILE", "/dev/null");  // the counts of a coverage build find no room either
    const Outcome outcome =
        story.shell("trap '' XFSZ; ulimit -f 1; keyinspect --quiet --timeline keys.svg keys keys/*");
    CHECK(outcome.status == 1);
    CHECK(outcome.err == "keyinspect: error: keys.svg: cannot write the timeline: File too large\n");
    CHECK(story.snapshot() == before);
}

TEST_CASE("keyinspect does not mix a picture with another report") {
    Drawing story;
    story.refuses("keyinspect --json --timeline - keys", 2,
                  "keyinspect: error: standard output cannot take the timeline and what --json prints\n"
                  "keyinspect: hint: name a file for the timeline\n");
    CHECK(story.run("keyinspect --check --timeline - keys").status == 3);
    CHECK(story.run("keyinspect --json --timeline keys.svg keys").out.starts_with("{\n"));
}

TEST_CASE("keyinspect --check says unknown where it fails") {
    Drawing story;
    CHECK(story.shell("keyinspect --check keys >&-").status == 3);
    CHECK(story.shell("keyinspect --check keys >/dev/full").status == 3);
    CHECK(story.run("keyinspect --check --timeline /nonexistent/keys.svg keys").status == 3);
    CHECK(story.run("keyinspect --check --password-file nothing keys").status == 3);
    if (story.shell("ulimit -v 40000; keyinspect --version").status != 0) {
        WARN("SKIPPED: this build's program does not start in 40 MB of address space");
        return;
    }
    // A keys file of some megabytes, and no room to read it.
    std::string lines;
    for (int i = 1; i < 60000; ++i)
        lines += std::to_string(i) + " SHA1 0123456789012345678901234567890123456789\n";
    story.write("ntp.keys", lines, 0600);
    const Outcome outcome = story.shell("ulimit -v 40000; keyinspect --check ntp.keys");
    CHECK(outcome.status == 3);
    CHECK(outcome.out == "KEYS UNKNOWN: out of memory\n");
}

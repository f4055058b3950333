#include "catch.hpp"
#include "story.hpp"

namespace {

// Two generations of IFF keys of g, which h serves.
void make_two_generations(Story& story) {
    story.set("SOURCE_DATE_EPOCH", MORNING);
    REQUIRE(story.run("keygen -T -I -s h@g -m 512 -b 256 -p x1seekrit --quiet").status == 0);
    REQUIRE(story.run("keygen -I -H --new-identity -s h@g -m 512 -b 256 -p x1seekrit --quiet").status == 0);
}

}  // namespace

TEST_CASE("prune keeps the key in use, whatever way its link is written") {
    for (const std::string in_use :
         {"./ntpkey_IFFkey_g.4004388801", "$PWD/ntpkey_IFFkey_g.4004388801", "second"}) {
        INFO(in_use);
        Story story;
        make_two_generations(story);
        REQUIRE(story
                    .shell("ln -s ntpkey_IFFkey_g.4004388801 second; ln -sfn \"" + in_use +
                           "\" ntpkey_iffkey_g; ln -sfn ntpkey_IFFkey_g.4004388800 ntpkey_iffkey_h")
                    .status == 0);
        const auto pruned = story.run("keylink --prune");
        CHECK(pruned.status == 0);
        CHECK(pruned.err.empty());
        CHECK(pruned.out ==
              "removed ntpkey_RSA-SHA256cert_h.4004388800\nremoved ntpkey_RSAhost_h.4004388800\n");
        CHECK(story.run("keylink --check --quiet").status == 0);
    }
}

TEST_CASE("prune stops where a link is not understood") {
    Story story;
    make_two_generations(story);
    REQUIRE(story
                .shell("ln -sfn ntpkey_iffkey_h ntpkey_iffkey_g; ln -sfn ntpkey_iffkey_g ntpkey_iffkey_h; "
                       "ln -sfn ntpkey_RSAhost_h.1 ntpkey_host_h")
                .status == 0);
    const auto pruned = story.run("keylink --prune");
    CHECK(pruned.status == 0);
    CHECK(pruned.out == "removed ntpkey_RSA-SHA256cert_h.4004388800\n");
    CHECK(
        pruned.err ==
        "keylink: warning: ntpkey_host_h: the link leads to ntpkey_RSAhost_h.1, which does not exist; no "
        "host file "
        "is removed until that is mended\n"
        "keylink: warning: ntpkey_iffkey_g: the link leads in a circle; no iff file is removed until that is "
        "mended\n");
}

TEST_CASE("what a file's name could do to a terminal is printed escaped") {
    Story story;
    make_two_generations(story);
    const std::string odd = "ntpkey_IFFkey_g\xff\xe2\x80\xae.4004388800";
    REQUIRE(story.run({"mv", "ntpkey_IFFkey_g.4004388800", odd}).status == 0);
    for (const std::string command : {"keylink --prune --dry-run", "keylink --list", "keylink --check"}) {
        const Outcome outcome = story.run(command);
        CAPTURE(command, outcome.out, outcome.err);
        for (const std::string_view raw : {"\xff", "\xe2\x80\xae"})
            CHECK((outcome.out + outcome.err).find(raw) == std::string::npos);
    }
    CHECK_THAT(story.run("keylink --prune").out,
               ContainsSubstring("kept ntpkey_IFFkey_g\\xff\\xe2\\x80\\xae.4004388800"));
    CHECK(story.exists(odd));
}

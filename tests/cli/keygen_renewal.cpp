// --renew-before: renewal renews, and nothing else.
#include "catch.hpp"
#include "story.hpp"

namespace {

constexpr const char* ELEVEN_DAYS_LATER = "1796350400";

/// A directory with a trusted certificate of server1 that ends in 40 days, and an IFF identity.
struct Server : Story {
    Server() {
        set("SOURCE_DATE_EPOCH", MORNING);
        REQUIRE(run("keygen -T -I -s server1 -p x -m 512 -b 256 -l 40").status == 0);
    }
};

}  // namespace

TEST_CASE("option --renew-before does nothing while the certificate is good for longer") {
    Server story;
    const auto before = story.snapshot();
    const Outcome second = story.run("keygen -s server1 -p x --renew-before 30");
    CHECK(second.status == 0);
    CHECK(second.err.empty());
    CHECK(second.out ==
          "kept ntpkey_RSA-SHA256cert_server1.4004388800 (the certificate's kind, trusted)\n"
          "kept ntpkey_RSAhost_server1.4004388800 (RSA host key, 512 bits)\n"
          "kept ntpkey_IFFkey_server1.4004388800 (IFF server key, 256 bits)\n"
          "nothing to do: the certificate of server1 is good until 2027-01-02 02:13:20 UTC\n");
    CHECK(story.snapshot() == before);
    const Outcome quiet = story.run("keygen -s server1 -p x --renew-before 30 --quiet");
    CHECK(quiet.out.empty());
    CHECK(quiet.err.empty());
    CHECK(quiet.status == 0);

    story.set("SOURCE_DATE_EPOCH", ELEVEN_DAYS_LATER);
    const Outcome renewed = story.run("keygen -s server1 -p x --renew-before 30");
    CHECK(renewed.status == 0);
    CHECK(story.link_target("ntpkey_cert_server1") == "ntpkey_RSA-SHA256cert_server1.4005339200");
    CHECK(story.link_target("ntpkey_host_server1") == "ntpkey_RSAhost_server1.4004388800");
    // Nothing is new to the clients.
    CHECK(renewed.out.find("On each client") == std::string::npos);
}

TEST_CASE("a renewal names the hosts that have certificates where this one has none") {
    Server story;
    story.refuses("keygen -s vm -p x --renew-before 30", 1,
                  "keygen: error: .: no certificate of vm here; there is one of server1: use -s server1\n");
    REQUIRE(story.run("keygen -s server2 -p x -m 512 --quiet").status == 0);
    story.refuses(
        "keygen -s vm -p x --renew-before 30 --quiet", 1,
        "keygen: error: .: no certificate of vm here; there are those of server1, server2: use -s\n");
    story.make_directory("empty");
    story.refuses("keygen -s vm -p x --renew-before 30 --keysdir empty", 1,
                  "keygen: error: empty: no certificate of vm here\n"
                  "keygen: hint: --renew-before only renews; make one: keygen --keysdir empty -s vm -p "
                  "<password>\n");
    story.refuses("keygen -s vm -p x --renew-before 30 --keysdir nowhere", 1,
                  "keygen: error: nowhere: cannot open the key directory: No such file or directory\n");
}

TEST_CASE("a renewal does not replace keys whose links are gone") {
    Server story;
    story.set("SOURCE_DATE_EPOCH", ELEVEN_DAYS_LATER);
    const std::string renew = "keygen -s server1 -p x --renew-before 30 -m 512";
    REQUIRE(story.run("mv ntpkey_cert_server1 aside").status == 0);
    story.refuses(renew, 1,
                  "keygen: error: .: no certificate of server1 here\n"
                  "keygen: hint: no link leads to ntpkey_RSA-SHA256cert_server1.4004388800: keylink "
                  "ntpkey_RSA-SHA256cert_server1.4004388800\n");
    // As the hint says.
    REQUIRE(story.run("keylink --host server1 ntpkey_RSA-SHA256cert_server1.4004388800").status == 0);
    REQUIRE(story.run("rm aside ntpkey_host_server1").status == 0);
    story.refuses(
        renew, 1,
        "keygen: error: .: no host key of server1 here\n"
        "keygen: hint: --renew-before only renews; put the link back with keylink, or make a key with "
        "-H\n");
    REQUIRE(story.run("keylink --host server1 ntpkey_RSAhost_server1.4004388800").status == 0);
    REQUIRE(story.run("rm ntpkey_iffkey_server1").status == 0);
    story.refuses(renew + " -I", 1,
                  "keygen: error: .: no IFF key of server1 here\n"
                  "keygen: hint: --renew-before only renews; put the link back with keylink, or make a key "
                  "without it\n");
    story.refuses(renew + " -I --new-identity", 2,
                  "keygen: error: a renewal of the certificate makes no new identity key\n"
                  "keygen: hint: run the command once for each\n");
    CHECK(story.run(renew).status == 0);
}

TEST_CASE("new keys come with a renewal, and not before it is due") {
    Server story;
    const std::string command = "keygen -H -s server1 -p x --renew-before 30 -m 512";
    const auto before = story.snapshot();
    for (int i = 0; i < 2; ++i)
        CHECK(story.run(command).status == 0);
    CHECK(story.snapshot() == before);
    story.set("SOURCE_DATE_EPOCH", ELEVEN_DAYS_LATER);
    REQUIRE(story.run(command).status == 0);
    CHECK(story.link_target("ntpkey_host_server1") == "ntpkey_RSAhost_server1.4005339200");
    const auto renewed = story.snapshot();
    REQUIRE(story.run(command).status == 0);
    CHECK(story.snapshot() == renewed);
}

TEST_CASE("certificates that begin in the future are said to") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    for (int i = 0; i < 11; ++i)
        CHECK(story.run("keygen -s h -p x -m 512").err.empty());
    CHECK(story.run("keygen -s h -p x").err ==
          "keygen: warning: the certificate begins 11 seconds from now, behind those that are here; daemons "
          "refuse it until then\n");
}

TEST_CASE("a host whose name is another's group does not take over the group's link") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    REQUIRE(story.run("keygen -T -I -b 256 -m 512 -s a@b -p x").status == 0);
    story.refuses(
        "keygen -T -I -b 256 -m 512 -s b@c -p x", 1,
        "keygen: error: ntpkey_iffkey_b: the link of the group b, which a serves, would lead to the "
        "key of c\n"
        "keygen: hint: give the host another key directory (--keysdir); --force moves the link\n");
    CHECK(story.run("keygen -T -I -b 256 -m 512 -s b@c -p x --force").status == 0);
    CHECK(story.link_target("ntpkey_iffkey_b") == "ntpkey_IFFkey_c.4004388800");
}

TEST_CASE("a file that may not be read is not answered with a new key") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    if (story.run("id -u").out != "0\n") {
        WARN("SKIPPED: only root can become another user here");
        return;
    }
    story.set("LLVM_PROFILE_FILE", "/dev/null");
    REQUIRE(story.run("keygen -T -s server1 -p x -m 512").status == 0);
    story.shell("chmod 777 .");
    story.refuses(
        "setpriv --reuid=65534 --regid=65534 --clear-groups keygen -s server1 -p x", 1,
        "keygen: error: ntpkey_RSAhost_server1.4004388800: cannot read: Permission denied\n"
        "keygen: hint: run keygen as a user who can read the file; nothing is known to be wrong with "
        "it\n");
}

#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "story.hpp"

TEST_CASE("the recipe makes a trusted host with IFF identity") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    const Outcome outcome = story.run("keygen -T -I -s server1 -p seekritword -m 1024 -b 512");
    CHECK(outcome.err.empty());
    REQUIRE(outcome.status == 0);
    CHECK(story.list() == std::vector<std::string>{
                              "ntpkey_IFFkey_server1.4004388800",
                              "ntpkey_IFFpar_server1.4004388800",
                              "ntpkey_RSA-SHA256cert_server1.4004388800",
                              "ntpkey_RSAhost_server1.4004388800",
                              "ntpkey_cert_server1 -> ntpkey_RSA-SHA256cert_server1.4004388800",
                              "ntpkey_host_server1 -> ntpkey_RSAhost_server1.4004388800",
                              "ntpkey_iffkey_server1 -> ntpkey_IFFkey_server1.4004388800",
                          });
    CHECK(story.mode_of("ntpkey_RSAhost_server1.4004388800") == "0600");
    CHECK(story.mode_of("ntpkey_IFFkey_server1.4004388800") == "0600");
    CHECK(story.mode_of("ntpkey_IFFpar_server1.4004388800") == "0644");
    CHECK(story.mode_of("ntpkey_RSA-SHA256cert_server1.4004388800") == "0644");
    CHECK(outcome.out.find("seekritword") == std::string::npos);

    const Outcome exported = story.run("keygen -e -s server1 -p seekritword");
    CHECK(exported.status == 0);
    CHECK(exported.err.empty());
    CHECK(exported.out == story.read("ntpkey_IFFpar_server1.4004388800"));
}

TEST_CASE("exporting from an empty directory prints and writes nothing") {
    Story story;
    const Outcome outcome = story.run("keygen -e -s server1 -p x");
    CHECK(outcome.status == 1);
    CHECK(outcome.out.empty());
    CHECK(outcome.err ==
          "keygen: error: .: no IFF, GQ or MV key of server1\n"
          "keygen: hint: make one: keygen -T -I -s server1 -p <password> (or -G, or -V <clients>)\n");
    CHECK(story.list().empty());
}

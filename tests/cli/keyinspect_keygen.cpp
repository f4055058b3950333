#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "story.hpp"

namespace {

// Critical findings as "id file", by the last part of the path.
std::vector<std::string> critical(Story& story, const std::string& options) {
    const auto report = nlohmann::json::parse(story.run("keyinspect --json " + options).out);
    std::vector<std::string> result;
    for (const auto& finding : report.at("findings")) {
        const std::string path = finding.at("path");
        if (finding.at("severity") == "critical")
            result.push_back(finding.at("id").get<std::string>() + " " + path.substr(path.rfind('/') + 1));
    }
    return result;
}

std::string state_of(Story& story, const std::string& options, const std::string& name) {
    const auto report = nlohmann::json::parse(story.run("keyinspect --json " + options).out);
    for (const auto& file : report.at("files")) {
        if (file.at("name") == name)
            return file.at("state");
    }
    return "not there";
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("keyinspect judges a keys file of keygen by its lines, whatever its name") {
    const auto options =
        GENERATE("--dialect ntpd", "--dialect ntpsec", "--dialect chrony", "--dialect common",
                 "--dialect ntpsec --key-type AES128CMAC", "--dialect chrony --key-type AES128CMAC,SHA512");
    CAPTURE(options);
    Story story;
    REQUIRE(story.run(std::string("keygen -M -s h --quiet ") + options).status == 0);
    const Outcome outcome = story.run("keyinspect --check");
    CHECK(outcome.out == "KEYS OK: 1 files | files=1 critical=0 warning=0\n");
    CHECK(outcome.status == 0);
}

TEST_CASE("keyinspect knows the daemon of a keys file that has one bad line") {
    Story story;
    REQUIRE(story.run("keygen -M -s h --quiet --dialect chrony").status == 0);
    story.write("ntp.keys", story.read("ntp.keys") + "99 MD5\n", 0600);
    const auto report = nlohmann::json::parse(story.run("keyinspect --json").out);
    CHECK(report.at("files").at(0).at("dialect") == "chrony");
    CHECK(critical(story, "") == Lines{});
    CHECK(story.run("keyinspect --check").out.find("[keys-missing-key]") != std::string::npos);
}

TEST_CASE("two runs of keygen in one second are in order") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    for (int i = 0; i < 3; ++i)
        REQUIRE(story.run("keygen -s h -p x --quiet").status == 0);
    CHECK(critical(story, "") == Lines{});
    CHECK(story.run("keyinspect --check").status == 0);
}

TEST_CASE("an MV client that the authority has revoked is no fault of the directory") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    REQUIRE(story.run("keygen -T -V 4 -b 512 -s server1@club -p pw1 --quiet").status == 0);
    REQUIRE(story.run("keygen --mv-revoke 2 -s server1@club -p pw1 --quiet").status == 0);
    const std::string stamp = MORNING_STAMP;
    const Outcome outcome = story.run("keyinspect --prove -p pw1");
    CHECK(outcome.status == 0);
    CHECK(outcome.out.find("and client 2: not proven, as it should be\n") != std::string::npos);
    CHECK(outcome.out.find("ntpkey_MVpar2_club." + stamp + ": not proven, as it should be\n") !=
          std::string::npos);
    CHECK(state_of(story, "--prove -p pw1", "ntpkey_MVpar2_club." + stamp) == "revoked");
    CHECK(state_of(story, "--prove -p pw1", "ntpkey_MVpar3_club." + stamp) == "proven");
    CHECK(state_of(story, "--prove -p pw1", "ntpkey_MVkey_club." + stamp) == "proven");

    SECTION("a server key from before the revocation still lets it in") {
        REQUIRE(story.run("keygen --mv-revoke '' -s server1@club -p pw1 --quiet").status == 0);
        const std::string all = story.read("ntpkey_MVkey_club." + stamp);
        REQUIRE(story.run("keygen --mv-revoke 1 -s server1@club -p pw1 --quiet").status == 0);
        story.write("ntpkey_MVkey_club." + stamp, all, 0600);
        // The last client, which is in order, does not make up for the first.
        CHECK(state_of(story, "--prove -p pw1", "ntpkey_MVta_club." + stamp) == "unconfirmed");
        CHECK(state_of(story, "--prove -p pw1", "ntpkey_MVkey_club." + stamp) == "unconfirmed");
        CHECK(critical(story, "--prove -p pw1").at(0) == "identity-not-proven ntpkey_MVkey_club." + stamp);
    }
    SECTION("under another name it is the same client") {
        story.make_directory("client");
        story.write("client/ntpkey_mvpar_club", story.read("ntpkey_MVpar2_club." + stamp));
        CHECK(state_of(story, "--prove -p pw1 . client", "ntpkey_mvpar_club") == "revoked");
    }
}

TEST_CASE("a client whose server has gone on to another generation is told so") {
    Story story;
    const auto scheme = GENERATE("-I", "-G", "-V 2");
    CAPTURE(scheme);
    const std::string make = std::string("keygen -T ") + scheme + " -b 512 -s server1@grp -p pw1 --quiet";
    const std::string file = scheme == std::string("-I")   ? "IFFpar"
                             : scheme == std::string("-G") ? "GQpar"
                                                           : "MVpar1";
    story.set("SOURCE_DATE_EPOCH", MORNING);
    story.make_directory("server");
    story.make_directory("client");
    REQUIRE(story.run(make + " --keysdir server").status == 0);
    REQUIRE(story
                .run("keylink --install --keysdir client --host c server/ntpkey_" + file + "_grp." +
                     MORNING_STAMP + " --quiet")
                .status == 0);
    CHECK(critical(story, "--prove -p pw1 server client") == Lines{});
    story.set("SOURCE_DATE_EPOCH", "1795400100");
    REQUIRE(story.run(make + " --new-identity --keysdir server").status == 0);
    const Lines expected{"identity-not-proven ntpkey_" + file + "_grp." + MORNING_STAMP};
    CHECK(critical(story, "--prove -p pw1 server client") == expected);
    // The old generation, which still lies on the server, proves nothing about what its ntpd loads.
    REQUIRE(story.run("keylink --prune --keysdir server --quiet").status == 0);
    CHECK(critical(story, "--prove -p pw1 server client") == expected);
    CHECK(story.run("keyinspect --prove -p pw1 server client").status == 1);
    CHECK(critical(story, "--prove -p pw1 server") == Lines{});
}

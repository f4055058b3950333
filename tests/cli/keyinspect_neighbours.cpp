// Remedies in directories that hold more than one host, group or scheme, or what this user may not read.
#include <sys/stat.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "keyinspect_fixture.hpp"
#include "story.hpp"

namespace {

struct Neighbours : Story {
    Neighbours() { set("SOURCE_DATE_EPOCH", MORNING); }
    void make(const std::string& options) {
        INFO(options);
        REQUIRE(run("keygen " + options + " -p pw1 -m 1024 --quiet").status == 0);
    }
    std::vector<std::string> remedies(const std::string& id, const std::string& look) {
        const auto report = nlohmann::json::parse(run("keyinspect --json -p pw1 " + look).out);
        std::vector<std::string> found;
        for (const auto& finding : report.at("findings")) {
            if (finding.at("id") == id && finding.at("remedy").is_string())
                found.push_back(finding.at("remedy").get<std::string>());
        }
        return found;
    }
    void perform(const std::string& command) {
        const Outcome done = shell(replaced(command, "--ask-password", "-p pw1"));
        INFO(command << "\n" << done.err);
        REQUIRE(done.status == 0);
    }
    static std::string first_step(const std::string& remedy) {
        return remedy.substr(0, remedy.find("; then "));
    }
};

}  // namespace

TEST_CASE("an identity key that lacks is made for the host that lacks it") {
    Neighbours story;
    story.make("-T -s alpha");
    story.make("-T -s beta@wheel");
    const auto alpha = story.link_target("ntpkey_cert_alpha");
    const auto found = story.remedies("identity-missing", ".");
    REQUIRE(found.size() == 2);
    story.set("SOURCE_DATE_EPOCH", "1795400100");
    story.perform(Neighbours::first_step(found[1]));
    CHECK(story.exists("ntpkey_iffkey_wheel"));
    CHECK(story.link_target("ntpkey_cert_alpha") == alpha);
    CHECK(story.run("keyinspect -p pw1 ntpkey_cert_beta").out.find("beta@wheel, trusted") !=
          std::string::npos);
}

TEST_CASE("an identity key that only lacks its links is linked, its newest generation") {
    Neighbours story;
    story.make("-T -I -b 512 -s server1@grp");
    story.set("SOURCE_DATE_EPOCH", "1795400100");
    story.make("-T -I --new-identity -b 512 -s server1@grp");
    const auto newest = story.link_target("ntpkey_iffkey_grp");
    REQUIRE(story.shell("rm ntpkey_iffkey_*").status == 0);
    const auto found = story.remedies("identity-missing", ".");
    REQUIRE(found.size() == 1);
    CHECK(found == story.remedies("link-missing", "."));
    story.perform(found[0]);
    CHECK(story.link_target("ntpkey_iffkey_grp") == newest);
}

TEST_CASE("links that lack are made for the host whose files they are") {
    Neighbours story;
    story.make("-T -I -b 512 -s alpha@grp");
    story.make("-s beta@grp");
    const auto alpha = story.link_target("ntpkey_host_alpha");
    REQUIRE(story.shell("rm ntpkey_*_beta").status == 0);
    story.write("ntp.conf", "keysdir .\ncrypto host beta pw pw1\nserver a autokey\n");
    const auto of_directory = story.remedies("link-missing", ".");
    REQUIRE(of_directory.size() == 2);
    CHECK(of_directory[0] == of_directory[1]);
    const auto of_daemon = story.remedies("conf-file-missing", "--ntp-conf ntp.conf");
    REQUIRE(of_daemon.size() == 1);
    story.perform(of_daemon[0]);
    CHECK(story.link_target("ntpkey_host_alpha") == alpha);
    CHECK(story.exists("ntpkey_host_beta"));
    CHECK(story.exists("ntpkey_cert_beta"));
}

TEST_CASE("among keys of two schemes the new one is handed over") {
    Neighbours story;
    story.make("-T -I -b 512 -s server1@grp");
    story.make("-T -G -b 512 -s server1@grp");
    story.set("SOURCE_DATE_EPOCH", "1795400100");
    for (const std::string& remedy : story.remedies("weak-modulus", "--host server1 .")) {
        if (remedy.find("--new-identity") != std::string::npos)
            story.perform(Neighbours::first_step(remedy));
    }
    CHECK(story.read("gqpar.txt").starts_with("# ntpkey_GQpar_grp."));
    CHECK(story.read("iffpar.txt").starts_with("# ntpkey_IFFpar_grp."));
}

TEST_CASE("a certificate that this user may not read calls for no new identity") {
    if (::geteuid() != 0) {
        WARN("SKIPPED: only root can give a file to another user");
        return;
    }
    Neighbours story;
    story.make("-T -I -b 512 -s server1@grp");
    REQUIRE(story.shell("rm ntpkey_IFF* ntpkey_iffkey_grp; chmod 755 .; chmod 640 ntpkey_RSA*").status == 0);
    story.write("ntp.conf", "keysdir .\ncrypto host server1 ident grp pw pw1\n");
    const Outcome outcome = story.shell(
        "chmod 644 ntp.conf; setpriv --reuid 65534 --regid 65534 --clear-groups \"$(command -v keyinspect)\" "
        "--json "
        "--ntp-conf "
        "ntp.conf");
    INFO(outcome.err);
    const auto report = nlohmann::json::parse(outcome.out);
    CHECK(outcome.status == 1);
    for (const auto& finding : report.at("findings")) {
        if (finding.at("id") == "conf-identity-missing")
            CHECK(finding.at("remedy").is_null());
    }
}

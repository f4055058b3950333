#include <unistd.h>
#include <nlohmann/json.hpp>

#include <set>
#include <string>

#include "catch.hpp"
#include "keyinspect_fixture.hpp"
#include "story.hpp"

namespace {

using nlohmann::json;

struct Configured : Story {
    Configured() { set("SOURCE_DATE_EPOCH", "1795500000"); }

    json inspect(const std::string& options, const std::string& as = "") {
        const Outcome outcome = run(as + "keyinspect --json --host server1 --ntp-conf " + options);
        CHECK(outcome.err.empty());
        return json::parse(outcome.out);
    }
    // Takes the command that helps against a finding by its word.
    void follow_remedy(const std::string& id, const std::string& conf) {
        CAPTURE(id);
        std::string remedy;
        const json before = inspect(conf);
        for (const json& finding : before.at("findings")) {
            if (remedy.empty() && finding.at("id") == id)
                remedy = finding.at("remedy");
        }
        REQUIRE(!remedy.empty());
        CHECK(shell(remedy).status == 0);
        const json after = inspect(conf);
        for (const json& finding : after.at("findings"))
            CHECK(finding.at("id") != id);
    }
};

}  // namespace

TEST_CASE("keyinspect --ntp-conf claims nothing about files that it may not read") {
    if (::geteuid() != 0) {
        WARN("SKIPPED: only root can become another user here");
        return;
    }
    Configured story;
    story.set("LLVM_PROFILE_FILE", "/dev/null");  // nobody may not add to the counts of a coverage build
    lay_out_fixture(story, "accepted-by-ntpd/iff-512-server", "keys");
    story.write("ntp.keys", "1 SHA1 abcdefghijklmnopqrst\n", 0600);
    story.write("ntp.conf",
                "keysdir keys\ncrypto host server1 ident grp pw pw1\nkeys ntp.keys\ntrustedkey 1\n"
                "server 10.0.0.1 autokey\nserver 10.0.0.2 key 1\nserver 10.0.0.3\n");
    story.run("chmod 711 .");
    const auto check = [&] {
        const json report = story.inspect("ntp.conf", AS_NOBODY);
        const json& conf = report.at("configurations").at(0);
        CHECK(conf.at("ends_at_start") == false);
        for (const json& file : conf.at("expected_files")) {
            CAPTURE(file);
            CHECK((file.at("outcome") == "unknown" || file.at("outcome") == "loaded" ||
                   file.at("outcome") == "absent"));
        }
        CHECK(conf.at("expected_files").at(0).at("outcome") == "unknown");
        CHECK(conf.at("expected_files").back().at("outcome") == "unknown");
        CHECK(conf.at("associations").at(0).at("verdict") == "unknown");
        CHECK(conf.at("associations").at(1).at("verdict") == "unknown");
        CHECK(conf.at("associations").at(2).at("verdict") == "open");
        for (const json& finding : report.at("findings")) {
            CAPTURE(finding);
            CHECK(finding.at("severity") != "critical");
            CHECK(finding.at("id").get<std::string>().find("missing") == std::string::npos);
        }
    };
    SECTION("files") {
        story.run("chmod 755 keys");
        check();
    }
    SECTION("the directory") {
        story.run("chmod 700 keys");
        check();
        const Outcome outcome = story.run(std::string(AS_NOBODY) + "keyinspect --ntp-conf ntp.conf");
        CHECK(outcome.status == 0);
        const std::string line = "  unknown  host key        keys/ntpkey_host_server1  Permission denied\n";
        const std::string finding =
            "keys:\n  warning: Permission denied: nothing is known about the files that the daemon opens "
            "there "
            "[conf-file-unreadable]\n    remedy: sudo keyinspect --daemon ntpd --ntp-conf ntp.conf\n";
        CHECK(outcome.out.find(line) != std::string::npos);
        CHECK(outcome.out.find(finding) != std::string::npos);
    }
    SECTION("an included file") {
        story.write("secret.conf", "server 10.0.0.4 key x\n", 0600);
        for (const auto* conf : {"include secret.conf\n", "include ./secret.con*\n"}) {
            story.write("chrony.conf", conf);
            const json report = story.inspect("chrony.conf", AS_NOBODY);
            CHECK(report.at("status") == "warning");
            CHECK(report.at("configurations").at(0).at("ends_at_start") == false);
        }
        story.write("main.conf", "includefile secret.conf\nserver 10.0.0.1 autokey\n");
        const json report = story.inspect("main.conf --daemon ntpd", AS_NOBODY);
        CHECK(report.at("configurations").at(0).at("associations").at(0).at("verdict") == "unknown");
        CHECK(report.at("status") == "warning");
    }
}

TEST_CASE("keyinspect --ntp-conf: what helps can be pasted") {
    Configured story;
    story.write("ntp.keys", "1 SHA1 abcdefghijklmnopqrst\n", 0600);
    SECTION("a key that is not trusted, at the end of a line without an end") {
        story.write("ntp.conf", "keys ntp.keys\nserver a key 1");
        story.follow_remedy("conf-key-untrusted", "ntp.conf");
        CHECK(story.read("ntp.conf").starts_with("keys ntp.keys\nserver a key 1\ntrustedkey 1"));
    }
    SECTION("a key that is not trusted, where others are") {
        story.write("ntp.conf", "keys ntp.keys\ntrustedkey 7 8\nserver a key 1\n");
        story.follow_remedy("conf-key-untrusted", "ntp.conf");
        CHECK(story.read("ntp.conf") == "keys ntp.keys\ntrustedkey 1 7 8\nserver a key 1\n");
    }
    SECTION("no keys file") {
        story.write("chrony.conf", "keyfile chrony.keys\nserver a key 25\n");
        story.follow_remedy("conf-file-missing", "chrony.conf");
        CHECK(story.mode_of("chrony.keys") == "0600");
        CHECK(story.inspect("chrony.conf").at("status") == "ok");
    }
    SECTION("disable auth") {
        for (const auto* line : {"disable  auth", "disable monitor auth", "disable auth kernel"}) {
            story.write("ntp.conf", std::string("keys ntp.keys\ntrustedkey 1\n") + line + "\n");
            story.follow_remedy("conf-auth-disabled", "ntp.conf");
        }
    }
    SECTION("a blank instead of =") {
        lay_out_fixture(story, "accepted-by-ntpd/iff-512-server", "keys");
        story.write("ntp.conf", "keysdir keys\ncrypto pw=pw1 host=server1 ident=grp\n");
        story.follow_remedy("conf-syntax", "ntp.conf");
        CHECK(story.inspect("ntp.conf").at("configurations").at(0).at("ends_at_start") == false);
    }
    SECTION("an identity key that no link leads to") {
        lay_out_fixture(story, "accepted-by-ntpd/iff-512-server", "keys");
        story.run("rm keys/ntpkey_iffkey_grp");
        story.write("ntp.conf", "keysdir keys\ncrypto host server1 ident grp pw pw1\n");
        story.follow_remedy("conf-identity-missing", "ntp.conf");
        CHECK(story.link_target("keys/ntpkey_iffkey_grp") == "ntpkey_IFFkey_grp.4004387960");
    }
}

TEST_CASE("keyinspect --ntp-conf: the command against a default password gives one to all keys") {
    Configured story;
    REQUIRE(story.run("keygen -T -I -s server1@grp -b 512 --quiet").status == 0);
    story.write("ntp.conf", "keysdir .\ncrypto host server1 ident grp\n");
    const json report = story.inspect("ntp.conf");
    std::string remedy;
    for (const json& finding : report.at("findings")) {
        if (finding.at("id") == "conf-password-default")
            remedy = finding.at("remedy");
    }
    const std::string writing = "; then write \"crypto pw <new password>\" into ntp.conf";
    REQUIRE(remedy.ends_with(writing));
    remedy.resize(remedy.size() - writing.size());
    CHECK(remedy == "keygen --change-password -s server1 --ask-new-password");
    story.set("SOURCE_DATE_EPOCH", "1795500001");
    const Outcome made =
        story.run_on_terminal(remedy, {{"New password: ", "longsecret\n"}, {"Once more: ", "longsecret\n"}});
    CHECK(made.status == 0);
    story.write("ntp.conf", "keysdir .\ncrypto host server1 ident grp\ncrypto pw longsecret\n");
    const json after = story.inspect("ntp.conf");
    CHECK(after.at("configurations").at(0).at("ends_at_start") == false);
    CHECK(after.at("configurations").at(0).at("expected_files").at(3).at("outcome") == "loaded");
}

TEST_CASE("keyinspect --ntp-conf never shows what stands behind a password") {
    Configured story;
    lay_out_fixture(story, "accepted-by-ntpd/iff-512-server", "keys");
    story.keep_secret("verysecret");
    for (const auto* words : {"pw my verysecret", "pw abc=verysecret", "pw my host server1 verysecret",
                              "pw my digest verysecret", "pw \"my\" \"verysecret", "pw verysecret pw"}) {
        story.write("ntp.conf", std::string("keysdir keys\ncrypto ") + words + "\nserver a autokey\n");
        for (const auto* options : {"", "--json ", "--check ", "--daemon ntpsec ", "--daemon chrony "})
            story.run(std::string("keyinspect ") + options + "--ntp-conf ntp.conf");
    }
}

TEST_CASE("keyinspect --ntp-conf finds nothing wrong with what keygen made for chrony") {
    Configured story;
    REQUIRE(story.run("keygen -M --dialect chrony --key-type SHA1,AES128CMAC --quiet").status == 0);
    story.write("chrony.conf", "keyfile ntp.keys\nserver a key 1\nserver b key 11\n");
    const json report = story.inspect("chrony.conf");
    CHECK(report.at("status") == "ok");
    CHECK(report.at("configurations").at(0).at("expected_files").at(0).at("detail") == "20 keys");
}

TEST_CASE("keyinspect --ntp-conf compares both sides") {
    Configured story;
    lay_out_fixture(story, "accepted-by-ntpd/iff-512-server", "server");
    lay_out_fixture(story, "accepted-by-ntpd/iff-512-client", "client");
    story.write("server.conf", "keysdir server\ncrypto host server1 ident grp pw pw1\n");
    story.write("client.conf",
                "keysdir client\ncrypto host client1 pw pw1\nserver 10.0.0.1 autokey ident grp\n");
    const auto association = [&] {
        const json report = story.inspect("server.conf --ntp-conf client.conf");
        return report.at("configurations").at(1).at("associations").at(0);
    };
    CHECK(association().at("verdict") == "verifies");
    CHECK(association().at("cause").is_null());
    story.write("server.conf", "keysdir server\ncrypto host server1 ident grp pw pw1 digest SHA1\n");
    CHECK(association().at("verdict") == "fails");
    CHECK(association().at("cause") == "conf-digest-mismatch");
}

TEST_CASE("keyinspect --time-limit leaves what it has no time for") {
    Configured story;
    lay_out_fixture(story, "accepted-by-ntpd/iff-512-server", "keys");
    const auto ids = [&](const std::string& options) {
        std::set<std::string> result;
        const json report = json::parse(story.run("keyinspect --json -p pw1 " + options).out);
        for (const json& finding : report.at("findings"))
            result.insert(finding.at("id"));
        return result;
    };
    CHECK(ids("keys --time-limit 0").contains("time-over"));
    CHECK_FALSE(ids("keys").contains("time-over"));
}

TEST_CASE("keyinspect --user says who the daemon is") {
    Configured story;
    story.write("ntp.conf", "server a\n");
    CHECK(story.inspect("ntp.conf --user nobody").at("configurations").at(0).at("user") == "nobody");
    const Outcome unknown = story.run("keyinspect --ntp-conf ntp.conf --user no-such-user");
    CHECK(unknown.status == 2);
    CHECK(unknown.err == "keyinspect: error: there is no user no-such-user\n");
    CHECK(story.run("keyinspect --user nobody").status == 2);
}

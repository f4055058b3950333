#include "catch.hpp"
#include "story.hpp"

namespace {

/// A server with MV keys for three clients.
struct MvServer : Story {
    MvServer() {
        set("SOURCE_DATE_EPOCH", MORNING);
        REQUIRE(run("keygen -T -V 3 -s server1 -p x -m 512 -b 512").status == 0);
        set("SOURCE_DATE_EPOCH", "1795400100");
    }
};

std::string revoked(const std::string& who) {
    return "rewritten ntpkey_MVta_server1.4004388800 (MV trusted authority, 3 clients, mode 0600)\n"
           "rewritten ntpkey_MVkey_server1.4004388800 (MV server key, 512 bits, mode 0600)\n"
           "MV clients of server1 locked out: " +
           who + " (of 3); restart ntpd to make it so\n";
}

}  // namespace

TEST_CASE("an export prints exactly the clients' file and changes nothing") {
    for (const std::string scheme : {"-I -b 256", "-G -b 512", "-V 1 -b 512"}) {
        Story story;
        story.set("SOURCE_DATE_EPOCH", MORNING);
        REQUIRE(story.run("keygen -T -s server1@grp -p x -m 512 " + scheme).status == 0);
        const auto before = story.snapshot();
        story.set("SOURCE_DATE_EPOCH", "1795400100");
        const Outcome exported = story.run("keygen -e -s server1 -p x");
        CHECK(exported.status == 0);
        CHECK(exported.err.empty());
        const std::string type = scheme[1] == 'I' ? "IFFpar" : scheme[1] == 'G' ? "GQpar" : "MVpar1";
        CHECK(exported.out == story.read("ntpkey_" + type + "_grp.4004388800"));
        CHECK(story.run("keygen -e -s server1@grp -p x").out == exported.out);
        CHECK(story.run("keygen -e -s server1 -i grp -p x").out == exported.out);
        CHECK(story.snapshot() == before);
    }
}

TEST_CASE("MV clients are locked out and let in again under the same filestamp") {
    MvServer story;
    const std::string key = story.read("ntpkey_mvkey_server1");
    const std::string client = story.read("ntpkey_MVpar1_server1.4004388800");
    CHECK(story.run("keygen -s server1 -p x --mv-revoke 2,3").out == revoked("2, 3"));
    CHECK(story.read("ntpkey_mvkey_server1") != key);
    CHECK(story.read("ntpkey_mvkey_server1")
              .starts_with("# ntpkey_MVkey_server1.4004388800\n# Mon Nov 23 02:13:20 2026\n"));
    CHECK(story.run("keygen -s server1 -p x --mv-revoke 1").out == revoked("1"));
    CHECK(story.run("keygen -s server1 -p x --mv-revoke ''").out == revoked("nobody"));
    CHECK(story.read("ntpkey_MVpar1_server1.4004388800") == client);
    CHECK(story.list().size() == 11);

    const auto before = story.snapshot();
    const Outcome planned = story.run("keygen -s server1 -p x --mv-revoke 2 --dry-run");
    CHECK(planned.out.starts_with("would have rewritten ntpkey_MVta_server1.4004388800 "));
    CHECK(story.snapshot() == before);
}

TEST_CASE("option -v writes the MV server key and clients' files that got lost again") {
    MvServer story;
    const std::string client = story.read("ntpkey_MVpar2_server1.4004388800");
    story.run("rm ntpkey_MVpar2_server1.4004388800");
    const Outcome outcome = story.run("keygen -v 3 -s server1 -p x");
    CHECK(outcome.status == 0);
    CHECK(outcome.err.empty());
    CHECK(story.read("ntpkey_MVpar2_server1.4004388800") == client);
    CHECK(story.mode_of("ntpkey_MVpar2_server1.4004388800") == "0600");
}

TEST_CASE("what MV keys cannot do is said") {
    MvServer story;
    const std::string start = "keygen -s server1 -p x ";
    const std::string no_client = "there is no MV client 4; this group has 1 to 3\n";
    story.refuses(start + "--mv-revoke 4", 2, "keygen: error: " + no_client);
    story.refuses(start + "--mv-revoke 1,2,3", 2,
                  "keygen: error: revoking all 3 MV clients leaves nobody\n"
                  "keygen: hint: to end the group, remove its links and make new keys\n");
    story.refuses(start + "-v 4", 2, "keygen: error: " + no_client);
    story.refuses(start + "-e --mv-client 4", 2,
                  "keygen: error: ntpkey_MVta_server1.4004388800: " + no_client);
    story.refuses("keygen -s server1 -p wrong --mv-revoke 2", 1,
                  "keygen: error: ntpkey_MVta_server1.4004388800: the password does not open this key\n"
                  "keygen: hint: give the password that made it (-p, --password-file, --password-env or "
                  "--ask-password)\n");
    const Outcome first = story.run(start + "-e");
    CHECK(first.status == 0);
    CHECK(first.err ==
          "keygen: warning: these are the parameters of client 1 of 3; give each client its own with "
          "--mv-client\n");

    REQUIRE(story.run(start + "-I -b 256").status == 0);
    story.refuses(start + "-e", 2,
                  "keygen: error: .: server1 has keys of several identity schemes\n"
                  "keygen: hint: say which to export with -I, -G or -V <clients>\n");
    CHECK(story.run(start + "-e -V 3 --mv-client 2").out == story.read("ntpkey_MVpar2_server1.4004388800"));
    CHECK(story.run(start + "-e -I").out.starts_with("# ntpkey_IFFpar_server1."));

    story.run("rm ntpkey_mvta_server1");
    story.refuses(start + "--mv-revoke 2", 1,
                  "keygen: error: .: no MV trusted authority of server1: nothing can be revoked without it\n"
                  "keygen: hint: put back its file and link (ntpkey_mvta_...), or make new keys: keygen -T "
                  "-V <clients> "
                  "--new-identity -s server1 -p <password>\n");
    story.refuses(
        start + "-e -V 3", 1,
        "keygen: error: .: no MV trusted authority\n"
        "keygen: hint: the trusted authority's file is needed: put back its link ntpkey_mvta_<group>\n");
}

TEST_CASE("one GQ group never gets clients' files of both readings") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    REQUIRE(story.run("keygen -T -G -s server1 -p x -m 512 -b 512").status == 0);
    story.refuses(
        "keygen -e -s server1 -p x --gq-reading published", 2,
        "keygen: error: ntpkey_GQpar_server1.4004388800: this group's clients have files for the stock "
        "reading; "
        "whoever held both could pose as a server, since each reading's group key is the other's secret\n"
        "keygen: hint: make a group of its own for the other daemons (-i), or insist with --force\n");
    CHECK(story.run("keygen -e -s server1 -p x --gq-reading published --force").status == 0);
}

TEST_CASE("a renewed certificate carries the GQ value again") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    REQUIRE(story.run("keygen -T -G -s server1 -p x -m 512 -b 512").status == 0);
    const std::string first =
        story.run("openssl x509 -noout -ext subjectKeyIdentifier -in ntpkey_cert_server1").out;
    story.set("SOURCE_DATE_EPOCH", "1795400100");
    REQUIRE(story.run("keygen -s server1 -p x").status == 0);
    CHECK(story.link_target("ntpkey_cert_server1") == "ntpkey_RSA-SHA256cert_server1.4004388900");
    CHECK(story.run("openssl x509 -noout -ext subjectKeyIdentifier -in ntpkey_cert_server1").out == first);
    CHECK(first.size() > 150);
}

TEST_CASE("key directories of ntp-keygen are repaired") {
    SECTION("IFF: the export works under the same filestamp") {
        Story story;
        story.copy_from_data("fixtures/ntp-4.2.8p15/iff");
        const Outcome exported = story.run("keygen -e -s server1 -p seekritword");
        CHECK(exported.status == 0);
        CHECK(exported.err.empty());
        CHECK(exported.out.starts_with("# ntpkey_IFFpar_server1.4004390717\n"));
    }
    SECTION("GQ: rewritten for the stock reading") {
        Story story;
        story.copy_from_data("fixtures/ntp-4.2.8p15/gq");
        const std::string certificate = story.read("ntpkey_cert_server1");
        const Outcome repaired = story.run("keygen --repair -s server1 -p seekritword");
        CHECK(repaired.status == 0);
        CHECK(repaired.err.empty());
        CHECK(repaired.out ==
              "ntpkey_GQkey_server1.4004390717 held in the published reading only; it is rewritten for stock "
              "ntpd, and the "
              "certificate stays valid\n"
              "ntpkey_GQpar_server1.4004390717 is the clients' file that ntpd accepts; put it in place of "
              "the old one there\n"
              "rewritten ntpkey_GQkey_server1.4004390717 (GQ server key, 512 bits, mode 0600)\n"
              "made ntpkey_GQpar_server1.4004390717 (GQ client parameters, for the stock reading, mode "
              "0644)\n");
        CHECK(story.read("ntpkey_cert_server1") == certificate);
        CHECK(story.run("keygen -e -s server1 -p seekritword").out ==
              story.read("ntpkey_GQpar_server1.4004390717"));
        CHECK(story.run("keygen --repair -s server1 -p seekritword").out == "nothing to repair\n");
    }
    SECTION("a group's key that is linked under the host's name only") {
        Story story;
        story.copy_from_data("fixtures/ntp-4.2.8p15/iff-group");
        const Outcome repaired = story.run("keygen --repair -s server1@wheel -p seekritword");
        CHECK(repaired.status == 0);
        CHECK(repaired.out ==
              "the link ntpkey_iffkey_wheel was missing\n"
              "ntpkey_IFFpar_wheel.4004390717 is the clients' file that ntpd accepts; put it in place of the "
              "old one there\n"
              "made ntpkey_IFFpar_wheel.4004390717 (IFF client parameters, mode 0644)\n"
              "linked ntpkey_iffkey_wheel -> ntpkey_IFFkey_wheel.4004390717\n");
    }
    SECTION("MV: what is lost is said") {
        Story story;
        story.copy_from_data("fixtures/ntp-4.2.8p15/mv");
        const auto before = story.snapshot();
        const Outcome repaired = story.run("keygen --repair -s server1 -p seekritword");
        CHECK(repaired.status == 1);
        CHECK(repaired.out.empty());
        CHECK(repaired.err.starts_with("keygen: warning: beyond repair: ntpkey_MVta_server1.4004390717: "));
        CHECK(repaired.err.find("keygen -T -V <clients>") != std::string::npos);
        CHECK(story.snapshot() == before);
    }
}

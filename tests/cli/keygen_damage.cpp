#include <unistd.h>

#include "catch.hpp"
#include "story.hpp"

namespace {

const std::string HOST = "ntpkey_RSAhost_server1.4004388800";
const std::string CERTIFICATE = "ntpkey_RSA-SHA256cert_server1.4004388800";
const std::string NEW_HOST_KEY = "keygen: hint: put the right file back, or make a new host key with -H\n";
const std::string NEW_CERTIFICATE =
    "keygen: hint: remove the link ntpkey_cert_server1 to have a new certificate made; say -T, -P and -i as "
    "for the old one\n";

/// A directory with a host key and a certificate, made in the morning.
struct Directory : Story {
    Directory() {
        set("SOURCE_DATE_EPOCH", MORNING);
        REQUIRE(run("keygen -T -s server1 -p rightword -m 512").status == 0);
        keep_secret("rightword");
    }
    std::string header() const { return "# " + HOST + "\n# Mon Nov 23 02:13:20 2026\n\n"; }
};

bool is_root() {
    return ::geteuid() == 0;
}

}  // namespace

TEST_CASE("a wrong password changes nothing") {
    Directory story;
    story.refuses("keygen -s server1 -p wrong", 1,
                  "keygen: error: " + HOST +
                      ": the password does not open this key\n"
                      "keygen: hint: give the password that made it (-p, --password-file, --password-env or "
                      "--ask-password)\n");
}

TEST_CASE("a damaged host key is named, and how to go on") {
    Directory story;
    const std::string good = story.read(HOST);
    const auto refuses = [&](const std::string& content, const std::string& why) {
        story.write(HOST, content, 0600);
        story.refuses("keygen -s server1 -p rightword", 1,
                      "keygen: error: " + HOST + ": " + why + "\n" + NEW_HOST_KEY);
    };
    refuses("", "the file is empty");
    refuses(good.substr(0, 300), "truncated or damaged PEM");
    refuses(story.header() + "root:x:0:0\n", "no PEM block (\"-----BEGIN ...\")");
    refuses(story.header() + story.run("openssl genpkey -algorithm ed25519").out,
            "a private key that is neither RSA nor DSA");
    refuses(story.header() + story.run("openssl x509 -in " + CERTIFICATE).out,
            "a PEM block \"CERTIFICATE\" is no RSA or DSA private key");
    refuses("# hello\n" + good.substr(good.find('\n') + 1),
            "line 1 is not \"# ntpkey_<type>_<owner>.<filestamp>\" but \"# hello\"");
    refuses(good.substr(story.header().size()), "line 1 is not \"# ntpkey_<type>_<owner>.<filestamp>\"");

    story.write(HOST, good.substr(0, 300), 0600);
    story.set("SOURCE_DATE_EPOCH", "1795400100");
    const Outcome renewed = story.run("keygen -H -s server1 -p rightword -m 512");
    CHECK(renewed.status == 0);
    CHECK(renewed.err.empty());
    CHECK(story.link_target("ntpkey_host_server1") == "ntpkey_RSAhost_server1.4004388900");
    CHECK(story.read(HOST) == good.substr(0, 300));
}

TEST_CASE("a damaged certificate is named, and how to go on") {
    Directory story;
    const std::string good = story.read(CERTIFICATE);
    const auto refuses = [&](const std::string& content, const std::string& why) {
        story.write(CERTIFICATE, content);
        story.refuses("keygen -s server1 -p rightword", 1,
                      "keygen: error: " + CERTIFICATE + ": " + why + "\n" + NEW_CERTIFICATE);
    };
    refuses("", "the file is empty");
    refuses(good.substr(0, 300), "the content is not a certificate (PEM \"CERTIFICATE\")");
    refuses("# " + CERTIFICATE + "\n\n" + story.run("openssl genpkey -algorithm ed25519").out,
            "the content is not a certificate (PEM \"CERTIFICATE\")");
}

TEST_CASE("links that lead nowhere, elsewhere or in a circle are refused") {
    Directory story;
    const auto relink = [&](const std::string& target) {
        REQUIRE(story.run("ln -sfn " + target + " ntpkey_host_server1").status == 0);
    };
    relink("nowhere");
    story.refuses("keygen -s server1 -p rightword", 1,
                  "keygen: error: ntpkey_host_server1: the link leads to nowhere, which does not exist\n" +
                      NEW_HOST_KEY);
    relink("/etc/passwd");
    story.refuses(
        "keygen -s server1 -p rightword", 1,
        "keygen: error: ntpkey_host_server1: the link leads out of the directory, to /etc/passwd\n"
        "keygen: hint: key directories hold their own files; replace the link with keylink --force\n");
    relink("ntpkey_host_server1");
    story.refuses("keygen -s server1 -p rightword", 1,
                  "keygen: error: ntpkey_host_server1: the link leads in a circle\n" + NEW_HOST_KEY);
    relink("folder");
    story.make_directory("folder");
    story.refuses("keygen -s server1 -p rightword", 1,
                  "keygen: error: ntpkey_host_server1: not a regular file\n" + NEW_HOST_KEY);
}

TEST_CASE("what is in the way of a file or link stays there without --force") {
    Directory story;
    story.run("rm ntpkey_host_server1");
    story.write("ntpkey_host_server1", story.read(HOST), 0600);
    story.refuses("keygen -H -s server1 -p rightword -m 512", 1,
                  "keygen: error: ntpkey_host_server1: a file, not a link, is in the way of the link\n"
                  "keygen: hint: move it away, or replace it with --force\n");
    CHECK(story.run("keygen -H --force -s server1 -p rightword -m 512").status == 0);
    CHECK(story.link_target("ntpkey_host_server1") == "ntpkey_RSAhost_server1.4004388801");

    story.refuses("keygen -s server1 -p rightword --filestamp 4004388801", 1,
                  "keygen: error: ntpkey_RSA-SHA256cert_server1.4004388801: the file exists already\n"
                  "keygen: hint: --force replaces it\n");
    story.run("rm ntpkey_cert_server1");
    story.make_directory("ntpkey_RSA-SHA256cert_server1.4004388850");
    story.refuses("keygen -s server1 -p rightword --force --filestamp 4004388850", 1,
                  "keygen: error: ntpkey_RSA-SHA256cert_server1.4004388850: a directory is in the way\n");
}

TEST_CASE("a clock that was set back is noticed") {
    Directory story;
    story.set("SOURCE_DATE_EPOCH", "1");
    story.refuses(
        "keygen -s server1 -p rightword", 1,
        "keygen: error: this clock says 1970-01-01 00:00:01 UTC, but the linked certificate is from "
        "2026-11-23 02:13:20 UTC\n"
        "keygen: hint: set the clock first; --force goes on from the certificate's time\n");
    story.set("SOURCE_DATE_EPOCH", "soon");
    story.refuses("keygen -s server1 -p rightword", 2,
                  "keygen: error: SOURCE_DATE_EPOCH is not a number of seconds\n");
}

TEST_CASE("a directory that may not be written to is refused before the search") {
    if (!is_root()) {
        WARN("SKIPPED: only root can become another user here");
        return;
    }
    Directory story;
    story.set("LLVM_PROFILE_FILE", "/dev/null");  // nobody may not add to the counts of a coverage build
    // Room for others on the way to the story's folder, so that only the folder itself refuses.
    story.run("chmod 711 .");
    story.make_directory("theirs");
    const std::string hint =
        "keygen: hint: run it as the directory's owner, or name another directory with --keysdir\n";
    story.refuses(std::string(AS_NOBODY) + "keygen -s other -p rightword -V 2 -b 4096 --keysdir theirs", 1,
                  "keygen: error: theirs: cannot write to the key directory: Permission denied\n" + hint);
    story.run("chmod 700 theirs");
    story.refuses(std::string(AS_NOBODY) + "keygen -s other -p rightword --keysdir theirs", 1,
                  "keygen: error: theirs: cannot open the key directory: Permission denied\n");
    if (story.run("chattr +i theirs").status != 0) {
        WARN("SKIPPED: no immutable directories on this file system");
        return;
    }
    story.refuses(
        "keygen -s other -p rightword -m 512 --keysdir theirs", 1,
        "keygen: error: theirs: cannot write to the key directory: Operation not permitted\n" + hint);
    story.run("chattr -i theirs");
}

// What a run does to a directory that others look into, whose disk fails, or that was left midway.
#include <sys/stat.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include <csignal>
#include <thread>

#include "catch.hpp"
#include "story.hpp"

namespace {

constexpr const char* FIRST = "keygen -T -I -b 256 -s h@g -p x1seekrit -m 512 --quiet --jobs 1";

bool can(Story& story, const std::string& command, const std::string& why) {
    if (story.run(command).status == 0)
        return true;
    WARN("SKIPPED: " << why);
    return false;
}

bool can_trace(Story& story) {
    return can(story, "strace -o /dev/null true", "strace is missing or may not trace here");
}

}  // namespace

TEST_CASE("no reader of a key directory can hold up who works in it") {
    Story story;
    const std::string nobody = "setpriv --reuid=65534 --regid=65534 --clear-groups ";
    if (!can(story, nobody + "true", "only root can become another user"))
        return;
    REQUIRE(story.run("chmod 755 .").status == 0);
    REQUIRE(story.run(FIRST).status == 0);
    Process on_directory = story.start(nobody + "flock -s . sleep 60");
    Process exclusive = story.start(nobody + "flock . sleep 60");
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    CHECK(story.run("keygen -s h -p x1seekrit --quiet --lock-timeout 0").status == 0);
    // The lock itself is a file that only its owner can open.
    Process working = story.start("keygen -V 2 -b 4096 -s h -p x1seekrit");
    for (int i = 0; i < 500 && !story.exists(".ntpkey-lock"); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    CHECK(story.mode_of(".ntpkey-lock") == "0600");
    CHECK(story.run(nobody + "flock -n .ntpkey-lock true").status != 0);
    const Outcome refused = story.run("keylink --prune --lock-timeout 0");
    CHECK(refused.status == 1);
    CHECK(refused.err ==
          "keylink: error: .: process " + std::to_string(working.pid()) +
              " (keygen) is working in this key directory\n"
              "keylink: hint: try again when it is done, or wait longer with --lock-timeout\n");
    working.signal(SIGINT);
    CHECK(working.finish().status == 1);
    CHECK_FALSE(story.exists(".ntpkey-lock"));
    on_directory.signal(SIGKILL);
    exclusive.signal(SIGKILL);
}

TEST_CASE("a killed process leaves no lock that holds") {
    Story story;
    REQUIRE(story.run(FIRST).status == 0);
    Process working = story.start("keygen -V 2 -b 4096 -s h -p x1seekrit");
    for (int i = 0; i < 500 && !story.exists(".ntpkey-lock"); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    working.signal(SIGKILL);
    (void)working.finish();
    REQUIRE(story.exists(".ntpkey-lock"));
    CHECK(story.run("keygen -s h -p x1seekrit --quiet --lock-timeout 0").status == 0);
    CHECK_FALSE(story.exists(".ntpkey-lock"));
}

TEST_CASE("a successor is for whom the file before it was") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    if (::geteuid() != 0) {
        WARN("SKIPPED: only root can give files to another group");
        return;
    }
    REQUIRE(story.run(FIRST).status == 0);
    REQUIRE(story.run("keygen -V 2 -b 256 -s h -p x1seekrit --quiet").status == 0);
    REQUIRE(story.run("keygen -M --key-count 1 -s h --quiet").status == 0);
    REQUIRE(
        story
            .shell(
                "chgrp daemon ntpkey_RSAhost* ntpkey_IFFkey* ntpkey_MVkey* ntpkey_MVta* ntpkey_MD5key* "
                "ntpkey_RSA-SHA256cert*.4004388801; chmod 0640 ntpkey_RSAhost* ntpkey_IFFkey* ntpkey_MVkey* "
                "ntpkey_MD5key* ntpkey_RSA-SHA256cert*.4004388801; chown bin ntpkey_MVkey*")
            .status == 0);
    story.set("SOURCE_DATE_EPOCH", "1795401000");
    for (const std::string what : {"-H", "-I --new-identity -b 256", "-V 2 --new-identity -b 256",
                                   "-M --key-count 1", "--renew-before 9999"})
        REQUIRE(story
                    .run("keygen " + what + " -s h" + (what.starts_with("-M") ? "" : " -p x1seekrit") +
                         " --quiet")
                    .status == 0);
    const auto access = [&](const std::string& link) {
        return story.run("stat -L -c '%a %U %G' " + link).out;
    };
    CHECK(access("ntpkey_host_h") == "640 root daemon\n");
    CHECK(access("ntpkey_iffkey_g") == "640 root daemon\n");
    CHECK(access("ntpkey_mvkey_h") == "640 bin daemon\n");
    CHECK(access("ntpkey_mvta_g") == "600 root daemon\n");
    CHECK(access("ntp.keys") == "640 root daemon\n");
    CHECK(access("ntpkey_cert_h") == "640 root daemon\n");
}

TEST_CASE("a user who cannot pass a group on is told") {
    Story story;
    const std::string nobody = "setpriv --reuid=65534 --regid=65534 --clear-groups ";
    if (!can(story, nobody + "true", "only root can become another user"))
        return;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    REQUIRE(story.run("chmod 777 .").status == 0);
    REQUIRE(story.run(FIRST).status == 0);
    REQUIRE(story.shell("chown 65534 *; chgrp daemon ntpkey_RSAhost*; chmod 640 ntpkey_RSAhost*").status ==
            0);
    const Outcome outcome = story.run(nobody + "keygen -H -s h -p x1seekrit -m 512");
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.err,
               ContainsSubstring("keygen: warning: ntpkey_RSAhost_h.4004388801 is not readable by group 1, "
                                 "as the file before it was: only root can pass that on (see --group)\n"));
    CHECK(story.mode_of("ntpkey_RSAhost_h.4004388801") == "0600");
}

TEST_CASE("file systems that cannot sync a directory are worked with") {
    Story story;
    if (!can_trace(story))
        return;
    // The files are synced by the calls before; what comes last in each run is the directory's.
    const Outcome outcome = story.run("strace -f -o /dev/null -P " + story.directory() +
                                      " -e trace=fsync -e inject=fsync:error=EINVAL " + FIRST);
    CHECK(outcome.status == 0);
    CHECK(outcome.err.empty());
    CHECK(story.run("keylink --check --quiet").status == 0);
}

TEST_CASE("an undo that fails says what is where, and the next run brings it to an end") {
    Story story;
    if (!can_trace(story))
        return;
    REQUIRE(story.run(FIRST).status == 0);
    // A disk that turns read-only in the middle of the moves.
    const Outcome outcome = story.run(
        "strace -f -o /dev/null -e trace=renameat,renameat2,unlinkat -e inject=renameat2:error=EROFS:when=2+ "
        "-e inject=renameat:error=EROFS:when=2+ -e inject=unlinkat:error=EROFS keygen -H -s h -p x1seekrit "
        "-m 512 --jobs 1");
    CHECK(outcome.status == 1);
    CHECK_THAT(outcome.err,
               ContainsSubstring("cannot create: Read-only file system; what was done could not be "
                                 "undone: ntpkey_RSAhost_h."));
    CHECK_THAT(outcome.err, ContainsSubstring("ntpkey_host_h is as before, ntpkey_cert_h is as before"));
    CHECK_THAT(outcome.err,
               ContainsSubstring("keygen: hint: the next keygen or keylink that can write here finishes"));
    const auto report = nlohmann::json::parse(story.run("keyinspect --json -p x1seekrit .").out);
    CHECK_THAT(report.dump(), !ContainsSubstring(".ntpkey-unfinished"));
    std::map<std::string, std::string> remedies;
    for (const auto& finding : report.at("findings"))
        remedies[finding.at("id")] = finding.at("remedy").is_string() ? finding.at("remedy") : "";
    CHECK_FALSE(remedies.contains("certificate-key-mismatch"));
    REQUIRE(story.shell(remedies["run-interrupted"]).status == 0);
    CHECK(story.link_target("ntpkey_host_h")->ends_with(story.link_target("ntpkey_cert_h")->substr(24)));
    CHECK(story.run("keylink --check --quiet").status == 0);
    for (const auto& [name, content] : story.snapshot())
        CHECK((!name.starts_with(".ntpkey-") || name == ".ntpkey-history"));
}

TEST_CASE("a limit on the size of files leaves nothing behind") {
    Story story;
    const Outcome outcome = story.shell("ulimit -f 0; keygen -s h -p x1seekrit -m 512 --quiet");
    CHECK(outcome.status == 1);
    CHECK_THAT(outcome.err, ContainsSubstring("cannot write: File too large"));
    CHECK(story.list().empty());
}

TEST_CASE("a dry run and an export wait for an interrupted run to be brought to an end") {
    Story story;
    REQUIRE(story.run(FIRST).status == 0);
    story.write(".ntpkey-journal", "ntpkey-journal 1\n", 0600);
    const std::string error =
        "keygen: error: .: an interrupted run has to be finished or undone first\n"
        "keygen: hint: keylink --list --keysdir . does\n";
    story.refuses("keygen -H -s h -p x1seekrit --dry-run --lock-timeout 0", 1, error);
    story.refuses("keygen -e -s h -p x1seekrit", 1, error);
    REQUIRE(story.run("keylink --list --keysdir . --quiet").status == 0);
    CHECK(story.run("keygen -e -s h -p x1seekrit").status == 0);
}

TEST_CASE("a revocation that was killed is done or undone, never half, whatever comes next") {
    Story story;
    if (!can_trace(story))
        return;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    story.make_directory("start");
    REQUIRE(story.run("keygen --keysdir start -T -V 3 -b 256 -s h@g -p x1seekrit -m 512 --quiet").status ==
            0);
    story.set("SOURCE_DATE_EPOCH", "1795401000");
    int points = 0;
    for (int move = 1; move <= 20; ++move) {
        CAPTURE(move);
        const std::string copy = "copy" + std::to_string(move);
        story.enter("");
        REQUIRE(story.run("cp -a start " + copy).status == 0);
        story.enter(copy);
        const Outcome killed =
            story.run("strace -f -o /dev/null -e trace=renameat -e inject=renameat:signal=KILL:when=" +
                      std::to_string(move) + " keygen --mv-revoke 2 -s h@g -p x1seekrit --quiet");
        if (killed.status == 0)
            break;
        REQUIRE(killed.status == 137);
        ++points;
        CHECK(story.run("keygen -v 3 -s h@g -p x1seekrit --quiet").status == 0);
        const auto report = nlohmann::json::parse(story.run("keyinspect --prove --json -p x1seekrit .").out);
        CHECK(report.at("proofs").size() > 0);
        for (const auto& proof : report.at("proofs")) {
            CAPTURE(proof.dump());
            CHECK(proof.at("is_proven") == proof.at("is_expected"));
        }
        for (const auto& [name, content] : story.snapshot())
            CHECK((!name.starts_with(".ntpkey-") || name == ".ntpkey-history"));
    }
    CHECK(points >= 4);
}

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>

#include "catch.hpp"
#include "story.hpp"

namespace {

bool opens(Story& story, const std::string& password) {
    return story
               .run(
                   {"openssl", "pkey", "-noout", "-passin", "pass:" + password, "-in", "ntpkey_host_server1"})
               .status == 0;
}

constexpr const char* MAKE = "keygen -s server1 -m 512 --quiet ";

}  // namespace

TEST_CASE("a password comes from a file, standard input, a pipe or the environment") {
    Story story;
    story.keep_secret("longsecret");
    story.write("password", "longsecret\nsecond line\n", 0600);
    story.set("SECRET", "longsecret");
    const std::vector<std::string> ways = {
        "--password-file password",
        "--password-file - < password",
        "--password-file /dev/stdin < password",
        "--password-file <(printf longsecret)",
        "--password-file <(printf 'longsecret\\r\\n')",
        "--password-env SECRET",
        "-p longsecret",
        "-plongsecret",
        "--password=longsecret",
    };
    for (const std::string& way : ways) {
        INFO(way);
        const Outcome outcome = story.shell(MAKE + way);
        CHECK(outcome.status == 0);
        CHECK(outcome.out.empty());
        CHECK(outcome.err.empty());
        CHECK(opens(story, "longsecret"));
        story.shell("rm ntpkey_*");
    }
}

TEST_CASE("a pipe gives the password to another user's run too") {
    if (::geteuid() != 0) {
        WARN("SKIPPED: only root can become another user here");
        return;
    }
    Story story;
    story.set("LLVM_PROFILE_FILE", "/dev/null");  // nobody may not add to the counts of a coverage build
    story.run("chown nobody .");
    const Outcome outcome = story.shell(
        "setpriv --reuid=65534 --regid=65534 --clear-groups bash -c 'keygen -s server1 -m 512 --quiet "
        "--password-file <(echo longsecret)'");
    CHECK(outcome.status == 0);
    CHECK(outcome.err.empty());
    CHECK(opens(story, "longsecret"));
}

TEST_CASE("passwords that are missing, empty or given twice are refused") {
    Story story;
    story.keep_secret("longsecret");
    story.set("SECRET", "longsecret");
    story.set("EMPTY", "");
    story.make_directory("folder");
    story.write("empty", "");
    const std::string ways =
        "keygen: error: the password is given in several ways; use one of -p, --password-file, "
        "--password-env, --ask-password\n";
    story.refuses("keygen -s server1 -p longsecret --password-env SECRET", 2, ways);
    story.refuses("keygen -s server1 --password-file - --ask-password", 2, ways, "longsecret\n");
    story.refuses("keygen -s server1 --password-env NOWHERE", 2,
                  "keygen: error: --password-env: no variable NOWHERE in the environment\n");
    story.refuses("keygen -s server1 --password-env EMPTY", 2,
                  "keygen: error: an empty password protects nothing\n");
    story.refuses("keygen -s server1 --password-file empty", 2,
                  "keygen: error: an empty password protects nothing\n");
    story.refuses("keygen -s server1 --password-file nowhere", 1,
                  "keygen: error: nowhere: cannot read the password: No such file or directory\n");
    story.refuses("keygen -s server1 --password-file folder", 1,
                  "keygen: error: folder: cannot read the password: Is a directory\n");
    story.refuses(
        "setsid -w keygen -s server1 --ask-password", 2,
        "keygen: error: --ask-password needs a terminal\nkeygen: hint: without one use --password-file\n");
}

TEST_CASE("on a terminal a new password is asked for twice and never shown") {
    Story story;
    story.keep_secret("longsecret");
    const std::string command = "keygen -s server1 -m 512 --quiet --ask-password";
    const Outcome made =
        story.run_on_terminal(command, {{"Password: ", "longsecret\n"}, {"Once more: ", "longsecret\n"}});
    CHECK(made.status == 0);
    CHECK(made.out == "Password: \r\nOnce more: \r\n");
    CHECK(opens(story, "longsecret"));

    story.set("NO_COLOR", "1");
    const auto before = story.snapshot();
    const Outcome differs = story.run_on_terminal(
        "keygen -s server1 --ask-password", {{"Password: ", "longsecret\n"}, {"Once more: ", "lonsecret\n"}});
    CHECK(differs.status == 2);
    CHECK(differs.out == "Password: \r\nOnce more: \r\nkeygen: error: the two passwords differ\r\n");
    for (const std::string key :
         {"\x03", "\x1c"}) {  // Ctrl-C, Ctrl-\; the shell behind sees what is typed again
        const Outcome interrupted = story.run_on_terminal(
            "bash -c 'trap : INT QUIT; keygen -s server1 --ask-password; code=$?; stty -a | grep -o \" echo "
            "\"; exit $code'",
            {{"Password: ", "longs" + key}});
        CHECK(interrupted.status == 1);
        CHECK(interrupted.out == "Password: keygen: error: cancelled\r\n echo \r\n");
    }
    CHECK(story.snapshot() == before);
}

TEST_CASE("a byte order mark in front of a password is no part of it") {
    Story story;
    story.keep_secret("longsecret");
    story.write("password", "\xef\xbb\xbflongsecret\n", 0600);
    const Outcome outcome = story.run("keygen -s server1 -m 512 --password-file password");
    CHECK(outcome.status == 0);
    CHECK(outcome.err ==
          "keygen: warning: the byte order mark in front of the password is not taken for a part of it\n");
    CHECK(opens(story, "longsecret"));
}

TEST_CASE("without a password the host name is one, with a warning") {
    Story story;
    const Outcome outcome = story.run("keygen -s server1 -m 512");
    CHECK(outcome.status == 0);
    CHECK(outcome.err ==
          "keygen: warning: the password is the host name, which everybody knows: it protects nothing (use "
          "-p or "
          "--password-file, and \"crypto pw\" in ntp.conf)\n");
    CHECK(outcome.out.find("crypto host server1\n") != std::string::npos);
    CHECK(opens(story, "server1"));
    CHECK(story.run("keygen -s server1 -m 512 --quiet").err.empty());
}

TEST_CASE("a running command does not show its passwords") {
    Story story;
    Process running = story.start("keygen -s server1 -V 2 -b 4096 -p longsecret --jobs 1");
    std::string arguments;
    for (int i = 0; i < 200 && arguments.find("xxxxxxxxxx") == std::string::npos; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        std::ifstream file("/proc/" + std::to_string(running.pid()) + "/cmdline");
        std::ostringstream text;
        text << file.rdbuf();
        arguments = text.str();
    }
    using namespace std::string_literals;
    CHECK(arguments == "keygen\0-s\0server1\0-V\0002\0-b\0004096\0-p\0xxxxxxxxxx\0--jobs\0001\0"s);
    running.signal(SIGTERM);
    const Outcome outcome = running.finish();
    CHECK(outcome.err == "keygen: error: cancelled\n");
    CHECK(outcome.status == 1);
}

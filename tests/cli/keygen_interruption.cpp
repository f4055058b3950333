#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <random>
#include <regex>
#include <sstream>
#include <thread>

#include "catch.hpp"
#include "story.hpp"

namespace {

// Every link leads to a complete file whose header names it, every other file is complete, nothing is left
// over but what the next run removes.
void require_consistent(Story& story, bool may_have_leftovers) {
    for (const std::string& entry : story.list()) {
        INFO(entry);
        const auto arrow = entry.find(" -> ");
        if (entry.starts_with(".ntpkey-")) {
            CHECK(may_have_leftovers);
            continue;
        }
        const std::string file = arrow == std::string::npos ? entry : entry.substr(arrow + 4);
        REQUIRE(story.exists(file));
        const std::string text = story.read(file);
        CHECK(text.starts_with("# " + file + "\n"));
        if (!entry.starts_with("ntpkey_MD5key") && !entry.starts_with("ntp.keys"))
            CHECK(text.ends_with("-----\n"));
    }
}

double processor_seconds(pid_t process) {
    std::ifstream file("/proc/" + std::to_string(process) + "/stat");
    std::ostringstream text;
    text << file.rdbuf();
    const std::string line = text.str();
    std::istringstream fields(line.substr(line.rfind(')') + 2));
    std::string skipped;
    for (int i = 0; i < 11; ++i)
        fields >> skipped;
    double user = 0, system = 0;
    fields >> user >> system;
    return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

// Runs commands in turn and ends each at a moment of the time that it takes here when it is left alone.
class Killer {
  public:
    Killer(Story& story, std::vector<std::string> commands) : story_(story), commands_(std::move(commands)) {
        for (const std::string& command : commands_) {
            const auto start = std::chrono::steady_clock::now();
            REQUIRE(story_.run(command).status == 0);
            const auto took = std::chrono::steady_clock::now() - start;
            durations_.push_back(std::chrono::duration_cast<std::chrono::microseconds>(took).count());
        }
    }
    void run() {
        const std::size_t which = runs_++ % commands_.size();
        std::uniform_int_distribution<std::int64_t> moment(0, durations_[which] * 5 / 4);
        Process process = story_.start(commands_[which]);
        std::this_thread::sleep_for(std::chrono::microseconds(moment(random_)));
        process.signal(SIGKILL);
        killed_ += process.finish().status == 128 + SIGKILL ? 1 : 0;
    }
    [[nodiscard]] int killed() const { return killed_; }

  private:
    Story& story_;
    std::vector<std::string> commands_;
    std::vector<std::int64_t> durations_;
    std::mt19937 random_{20261123};
    std::size_t runs_ = 0;
    int killed_ = 0;
};

}  // namespace

TEST_CASE("SIGINT and SIGTERM end a long search at once and leave nothing behind") {
    Story story;
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        for (const std::string what : {"-V 2 -b 4096", "-G -b 4096", "-H -m 4096 -S RSA"}) {
            INFO(what << ", signal " << signal);
            Outcome outcome;
            double seconds = 0;
            // Now and then the first candidates are prime, and the search is over before the signal comes.
            for (int lucky = 0; lucky < 20; ++lucky) {
                Process search = story.start("keygen -s server1 -p x " + what);
                std::this_thread::sleep_for(std::chrono::milliseconds(150));
                const double before = processor_seconds(search.pid());
                search.signal(signal);
                outcome = search.finish();
                seconds = search.processor_seconds() - before;
                if (outcome.status != 0)
                    break;
                REQUIRE(story.shell("rm ntpkey_*").status == 0);
            }
            CHECK(outcome.status == 1);
            CHECK(outcome.err == "keygen: error: cancelled\n");
            CHECK(outcome.out.empty());
            CHECK(seconds < 1.0);  // of processor time, which other processes do not lengthen
            CHECK(story.list().empty());
        }
    }
}

TEST_CASE("who waits for the lock can be interrupted, and waits no longer than asked") {
    Story story;
    REQUIRE(story.run("keygen -s server1 -p x -m 512 --quiet").status == 0);
    story.write(".ntpkey-lock", std::to_string(::getpid()) + "\n", 0600);
    const int lock = ::open((story.directory() + "/.ntpkey-lock").c_str(), O_RDWR | O_CLOEXEC);
    REQUIRE(::flock(lock, LOCK_EX) == 0);
    const std::string locked =
        "error: .: process " + std::to_string(::getpid()) + " (cli_tests) is working in this key directory\n";
    const std::string hint = "hint: try again when it is done, or wait longer with --lock-timeout\n";
    story.refuses("keygen -s server1 -p x --lock-timeout 0", 1, "keygen: " + locked + "keygen: " + hint);
    story.refuses("keygen -M -s server1 --lock-timeout 0.1", 1, "keygen: " + locked + "keygen: " + hint);
    story.refuses("keylink --prune --lock-timeout 0", 1, "keylink: " + locked + "keylink: " + hint);
    Process waiting = story.start("keygen -s server1 -p x --lock-timeout 60");
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    waiting.signal(SIGINT);
    CHECK(waiting.finish().err == "keygen: error: cancelled\n");
    // What changes nothing needs no lock.
    CHECK(story.run("keygen -s server1 -p x --dry-run").status == 0);
    ::close(lock);
}

TEST_CASE("kill -9 at any moment of 200 runs leaves only complete files behind links") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    const std::string autokey = "keygen -T -I --new-identity -H -s server1 -p x -m 512 -b 256 --jobs 1";
    const std::string symmetric = "keygen -M -s server1 --key-count 2";
    Killer killer(story, {autokey, autokey, autokey, symmetric});
    for (int i = 0; i < 200; ++i) {
        killer.run();
        require_consistent(story, true);
    }
    CHECK(killer.killed() > 50);
    CHECK(killer.killed() < 200);
    REQUIRE(story.run("keygen -T -I --new-identity -H -s server1 -p x -m 512 -b 256").status == 0);
    require_consistent(story, false);
    CHECK(story.run("keylink --check").status == 0);
}

TEST_CASE("kill -9 at any moment of what rewrites, adds and links leaves only complete files") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    REQUIRE(story.run("keygen -T -V 2 -b 512 -m 512 -s server1 -p x --keysdir .").status == 0);
    REQUIRE(story.run("keygen -M -s server1 --key-count 1").status == 0);
    const std::string received = story.find("ntpkey_MVpar1_");
    Killer killer(story, {"keygen --mv-revoke 2 -s server1 -p x", "keygen --mv-revoke 1 -v 2 -s server1 -p x",
                          "keygen --merge ntp.keys --key-count 1",
                          "keylink --install --force --layout all --host server1 " + received,
                          "keygen --repair -s server1 -p x", "keylink --prune"});
    for (int i = 0; i < 150; ++i) {
        killer.run();
        require_consistent(story, true);
    }
    CHECK(killer.killed() > 30);
    CHECK(killer.killed() < 150);
    REQUIRE(story.run("keygen --mv-revoke 2 -v 2 -s server1 -p x").status == 0);
    require_consistent(story, false);
    CHECK(story.run("keyinspect --prove --quiet -p x .").err.empty());
}

TEST_CASE("two and eight processes at once in one directory") {
    for (const int count : {2, 8}) {
        for (const std::string timeout : {"60", "0"}) {
            Story story;
            story.set("SOURCE_DATE_EPOCH", MORNING);
            std::vector<Process> processes;
            processes.reserve(8);
            for (int i = 0; i < count; ++i)
                processes.push_back(story.start(
                    "keygen -T -I --new-identity -s server1 -p x -m 512 -b 256 --jobs 1 --lock-timeout " +
                    timeout));
            int done = 0;
            for (Process& process : processes) {
                const Outcome outcome = process.finish();
                done += outcome.status == 0 ? 1 : 0;
                if (outcome.status == 0)
                    CHECK(outcome.err.empty());
                else
                    CHECK(std::regex_match(
                        outcome.err,
                        std::regex(
                            "keygen: error: \\.: (another process|process [0-9]+ \\(keygen\\)) is "
                            "working in this key directory\nkeygen: hint: try again when it is done, or "
                            "wait longer with --lock-timeout\n")));
            }
            CHECK(done >= 1);
            if (timeout == "60")
                CHECK(done == count);
            require_consistent(story, false);
            const auto stamp = [&](const char* link) { return story.link_target(link).value_or(""); };
            CHECK(stamp("ntpkey_cert_server1").ends_with("." + std::to_string(4004388799LL + done)));
            CHECK(stamp("ntpkey_iffkey_server1").ends_with("." + std::to_string(4004388799LL + done)));
            CHECK(stamp("ntpkey_host_server1").ends_with(".4004388800"));
            CHECK(story.run("keylink --check").status == 0);
        }
    }
}

// Disks that fill up or are read-only, and directories that vanish.
#include <signal.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include "catch.hpp"
#include "story.hpp"

namespace fs = std::filesystem;

namespace {

constexpr std::size_t PAGE = 4096;

/// A story whose folder "small" is a file system of its own.
class DiskStory : public Story {
  public:
    explicit DiskStory(const std::string& size) {
        set("SOURCE_DATE_EPOCH", MORNING);
        make_directory("small");
        is_mounted_ = ::mount("none", path().c_str(), "tmpfs", 0, ("size=" + size).c_str()) == 0;
        if (!is_mounted_)
            WARN("SKIPPED: this user may not mount file systems");
    }
    DiskStory(const DiskStory&) = delete;
    DiskStory& operator=(const DiskStory&) = delete;
    ~DiskStory() {
        if (is_mounted_)
            ::umount(path().c_str());
    }
    [[nodiscard]] bool is_mounted() const { return is_mounted_; }
    [[nodiscard]] std::string path() const { return directory() + "/small"; }
    void make_read_only() const {
        REQUIRE(::mount("none", path().c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr) == 0);
    }
    /// Fills the disk up to so many pages.
    void leave_free(std::size_t pages) const {
        REQUIRE(free_bytes() >= pages * PAGE);
        write("small/ballast", std::string(free_bytes() - pages * PAGE, 'x'));
        REQUIRE(free_bytes() <= pages * PAGE);
    }

  private:
    // libc++'s space() gives -1 for none.
    [[nodiscard]] std::size_t free_bytes() const {
        struct statvfs status {};
        REQUIRE(::statvfs(path().c_str(), &status) == 0);
        return static_cast<std::size_t>(status.f_bavail) * status.f_frsize;
    }

    bool is_mounted_ = false;
};

bool has_open(pid_t process, const std::string& path) {
    std::error_code gone;
    for (const auto& entry : fs::directory_iterator("/proc/" + std::to_string(process) + "/fd", gone)) {
        if (fs::read_symlink(entry, gone) == path)
            return true;
    }
    return false;
}

}  // namespace

TEST_CASE("a full disk is named with the file that found no room") {
    DiskStory story("12k");  // a page of it for the lock
    if (!story.is_mounted())
        return;
    story.refuses(
        "keygen -T -I -b 256 -s other -p rightword -m 512 --keysdir small", 1,
        "keygen: error: small/ntpkey_IFFpar_other.4004388800: cannot write: No space left on device\n");
    story.refuses(
        "keygen -M --key-count 1000 -s other --keysdir small", 1,
        "keygen: error: small/ntpkey_MD5key_other.4004388800: cannot write: No space left on device\n");
}

TEST_CASE("a disk that fills up at any place leaves the directory as it was") {
    DiskStory story("256k");
    if (!story.is_mounted())
        return;
    story.keep_secret("rightword");
    const std::string command =
        "keygen -H -I --new-identity -b 256 -s other -p rightword -m 512 --keysdir small";
    REQUIRE(story.run(command + " -T").status == 0);
    const auto before = story.snapshot();
    int failures = 0;
    Outcome outcome;
    for (std::size_t pages = 0; outcome.status != 0; ++pages) {
        REQUIRE(pages < 40);
        story.leave_free(pages);
        outcome = story.run(command);
        REQUIRE(story.run("rm small/ballast").status == 0);
        if (outcome.status == 0)
            break;
        ++failures;
        INFO(pages << " pages free: " << outcome.err);
        CHECK(outcome.status == 1);
        CHECK(outcome.out.empty());
        CHECK_THAT(outcome.err, ContainsSubstring("No space left on device"));
        CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
        CHECK(story.snapshot() == before);
    }
    CHECK(failures >= 4);  // four files, each with a page of its own
    CHECK(story.snapshot() != before);
}

TEST_CASE("a read-only disk is said, and what needs no writing goes on") {
    DiskStory story("1m");
    if (!story.is_mounted())
        return;
    REQUIRE(story.run("keygen -T -I -b 256 -s other -p rightword -m 512 --keysdir small").status == 0);
    story.make_read_only();
    const std::string refusal = "error: small: cannot write to the key directory: Read-only file system\n";
    const std::string hint =
        "hint: run it as the directory's owner, or name another directory with --keysdir\n";
    for (const char* options : {"", " -T -I", " -H"})
        story.refuses(std::string("keygen -s other -p rightword -m 512 --keysdir small") + options, 1,
                      "keygen: " + refusal + "keygen: " + hint);
    const Outcome linking =
        story.run("keylink --keysdir small --host other --force small/ntpkey_IFFpar_other.4004388800");
    CHECK(linking.status == 1);
    CHECK_THAT(linking.err, ContainsSubstring("Read-only file system"));
    CHECK(story.run("keygen -e -s other -p rightword --keysdir small").status == 0);
    CHECK_THAT(story.run("keyinspect -p rightword small").out, ContainsSubstring("ntpkey_IFFkey_other"));
}

TEST_CASE("a directory that vanishes while keys are made is said, and does not come back") {
    Story story;
    story.make_directory("keys");
    Process process = story.start("keygen -s other -p rightword -V 60 -b 4096 -m 4096 --keysdir keys");
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!has_open(process.pid(), story.directory() + "/keys")) {
        REQUIRE(std::chrono::steady_clock::now() < deadline);
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    REQUIRE(fs::remove_all(story.directory() + "/keys") > 0);
    const Outcome outcome = process.finish();
    CHECK(outcome.status == 1);
    CHECK(outcome.out.empty());
    CHECK_THAT(outcome.err, ContainsSubstring("No such file or directory"));
    CHECK_FALSE(story.exists("keys"));
}

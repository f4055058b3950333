// Disks that fill up, that are read-only, and directories that vanish, as keygen and keylink meet them.
#include "catch.hpp"

#include <fmt/format.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>

#include "scene.hpp"

namespace fs = std::filesystem;

namespace {

struct Outcome {
    int status = -1;
    std::string output;
};

Outcome run(const std::string& command) {
    FILE* pipe = ::popen((KEYGEN_BIN "/" + command + " 2>&1").c_str(), "r");
    REQUIRE(pipe != nullptr);
    Outcome outcome;
    std::array<char, 4096> chunk{};
    while (const std::size_t size = std::fread(chunk.data(), 1, chunk.size(), pipe))
        outcome.output.append(chunk.data(), size);
    const int status = ::pclose(pipe);
    outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return outcome;
}

// A small file system of its own over the scene's directory.
class Disk {
  public:
    Disk(std::string path, const std::string& options) : path_(std::move(path)) {
        is_mounted_ = ::mount("tmpfs", path_.c_str(), "tmpfs", 0, options.c_str()) == 0;
        if (!is_mounted_)
            fmt::print(stderr, "SKIPPED: cannot mount a tmpfs: {}\n", std::strerror(errno));
    }
    Disk(const Disk&) = delete;
    Disk& operator=(const Disk&) = delete;
    ~Disk() {
        if (is_mounted_)
            ::umount(path_.c_str());
    }
    [[nodiscard]] bool is_mounted() const { return is_mounted_; }
    void make_read_only() const { REQUIRE(::mount("", path_.c_str(), "", MS_REMOUNT | MS_RDONLY, "") == 0); }

  private:
    std::string path_;
    bool is_mounted_ = false;
};

std::string make(const Scene& scene, const std::string& options) {
    return fmt::format("keygen --quiet -s server1 -m 1024 -b 512 -p throwaway --keysdir {} {}", scene.path(),
                       options);
}

}  // namespace

TEST_CASE("a disk that fills up at any place leaves the directory as it was") {
    const Scene scene;
    const Disk disk(scene.path(), "size=96k");
    if (!disk.is_mounted())
        return;
    REQUIRE(run(make(scene, "-T -I")).status == 0);
    const auto before = scene.snapshot();
    int failures = 0;
    // From no page left to enough for everything.
    for (int free_pages = 0; free_pages < 12; ++free_pages) {
        const fs::path ballast = fs::path(scene.path()) / "ballast";
        std::ofstream(ballast) << std::string(1 << 20, 'x');
        const auto room = fs::space(scene.path());
        fs::resize_file(ballast, (room.capacity - room.free) > 0 ? fs::file_size(ballast) : 0);
        const auto used = fs::file_size(ballast);
        const std::uintmax_t wanted = 4096U * static_cast<unsigned>(free_pages);
        fs::resize_file(ballast, used > wanted ? used - wanted : 0);
        const Outcome outcome = run(make(scene, "-H -I --new-identity"));
        fs::remove(ballast);
        if (outcome.status == 0)
            break;
        ++failures;
        INFO(outcome.output);
        CHECK(outcome.status == 1);
        CHECK_THAT(outcome.output, ContainsSubstring("No space left on device"));
        CHECK(std::count(outcome.output.begin(), outcome.output.end(), '\n') == 1);
        CHECK(scene.snapshot() == before);
    }
    CHECK(failures > 3);
}

TEST_CASE("a read-only disk is said, and nothing else happens") {
    const Scene scene;
    const Disk disk(scene.path(), "size=1m");
    if (!disk.is_mounted())
        return;
    REQUIRE(run(make(scene, "-T -I")).status == 0);
    const auto before = scene.snapshot();
    disk.make_read_only();
    for (const std::string& command : {make(scene, "-T"), make(scene, "-M"),
                                       fmt::format("keylink --rollback --keysdir {}", scene.path())}) {
        const Outcome outcome = run(command);
        INFO(command << "\n" << outcome.output);
        CHECK(outcome.status == 1);
    }
    CHECK_THAT(run(make(scene, "-T")).output, ContainsSubstring("Read-only file system"));
    CHECK(run(make(scene, "-e")).status == 0);  // an export writes nothing there
    CHECK(scene.snapshot() == before);
}

TEST_CASE("a directory that vanishes while keys are made is said, and does not come back") {
    const Scene scene;
    // The lock shows that the run has begun; the search for 4096 bits gives time to take the directory away.
    const std::string command = fmt::format(
        "keygen -s server1 -m 4096 -b 512 -p throwaway --keysdir {} & sleep 0.2; rmdir {}; wait $!",
        scene.path(), scene.path());
    const Outcome outcome = run(command);
    INFO(outcome.output);
    CHECK(outcome.status == 1);
    CHECK_THAT(outcome.output, ContainsSubstring("No such file or directory"));
    CHECK_FALSE(fs::exists(scene.path()));
}

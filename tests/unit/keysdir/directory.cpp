#include "keysdir/directory.hpp"

#include "catch.hpp"
#include "keysdir/links.hpp"
#include "thrown.hpp"
#include "workplace.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>

using namespace keygen;
using namespace keygen::keysdir;
using namespace keygen::test;

TEST_CASE("a key directory that is none is an error that names it") {
    const Workplace place;
    place.write("file", "x");
    CHECK(describe_error([&] { (void)Directory::open(place.path_of("none")); }) ==
          "not_found: " + place.path_of("none") +
              ": cannot open the key directory: No such file or directory");
    CHECK(describe_error([&] { (void)Directory::open(place.path_of("file")); }) ==
          "input_output: " + place.path_of("file") + ": cannot open the key directory: Not a directory");
    CHECK(describe_error([&] { (void)Directory::open(""); }).substr(0, 10) == "not_found:");
}

TEST_CASE("entries are listed in order and told apart") {
    const Workplace place;
    place.write("b", "x");
    place.link("a", "b");
    std::filesystem::create_directory(place.path_of("c"));
    REQUIRE(::mkfifo(place.path_of("d").c_str(), 0600) == 0);
    const auto directory = place.open();
    CHECK(directory.list() == std::vector<std::string>{"a", "b", "c", "d"});
    CHECK(directory.list().size() == 4);  // the same again: the position is its own
    CHECK(directory.kind_of("a") == EntryKind::link);
    CHECK(directory.kind_of("b") == EntryKind::regular);
    CHECK(directory.kind_of("c") == EntryKind::directory);
    CHECK(directory.kind_of("d") == EntryKind::other);
    CHECK(directory.kind_of("e") == EntryKind::missing);
    CHECK(directory.link_target("a") == "b");
    CHECK_FALSE(directory.link_target("b").has_value());
    CHECK_FALSE(directory.link_target("e").has_value());
    CHECK(directory.path_of("b") == place.path() + "/b");
    CHECK(Directory::open(place.path() + "/").path_of("b") == place.path() + "/b");
    CHECK(Directory::open(".").path_of("b") == "b");
    CHECK(describe_error([&] {
              (void)directory.kind_of(std::string(256, 'x'));
          }).find("File name too long") != std::string::npos);
}

TEST_CASE("only regular files of a sensible size are read") {
    const Workplace place;
    place.write("good", "content");
    place.write("empty", "");
    place.link("link", "good");
    std::filesystem::create_directory(place.path_of("directory"));
    REQUIRE(::mkfifo(place.path_of("fifo").c_str(), 0600) == 0);
    const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, place.path_of("socket").c_str(), sizeof address.sun_path - 1);
    REQUIRE(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    ::close(socket);

    const auto directory = place.open();
    CHECK(directory.read("good").text() == "content");
    CHECK(directory.read("empty").empty());
    for (const std::string name : {"directory", "fifo", "link", "socket"})
        CHECK(describe_error([&] { (void)directory.read(name); }) ==
              "bad_file: " + place.path_of(name) + ": not a regular file");
    CHECK(describe_error([&] { (void)directory.read("none"); }) ==
          "not_found: " + place.path_of("none") + ": cannot read: No such file or directory");
    CHECK(keysdir::read_file(place.path_of("link")).text() == "content");
    CHECK(describe_error([&] { (void)keysdir::read_file(place.path_of("fifo")); }) ==
          "bad_file: " + place.path_of("fifo") + ": not a regular file");
    CHECK(describe_error([] { (void)keysdir::read_file("/dev/zero"); }) ==
          "bad_file: /dev/zero: not a regular file");
}

TEST_CASE("files are read up to 16 MB") {
    const Workplace place;
    place.write("largest", std::string(MAX_KEY_FILE_BYTES, 'x'));
    place.write("larger", "");
    std::filesystem::resize_file(place.path_of("larger"), MAX_KEY_FILE_BYTES + 1);
    place.write("huge", "");
    std::filesystem::resize_file(place.path_of("huge"), 5'000'000'000);
    const auto directory = place.open();
    CHECK(directory.read("largest").size() == MAX_KEY_FILE_BYTES);
    CHECK(describe_error([&] { (void)directory.read("larger"); }) ==
          "bad_file: " + place.path_of("larger") + ": 16777217 bytes; no key file has more than 16 MB");
    CHECK(describe_error([&] { (void)directory.read("huge"); }) ==
          "bad_file: " + place.path_of("huge") + ": 5000000000 bytes; no key file has more than 16 MB");
    // A pipe does not say its size before.
    const int zero = ::open("/dev/zero", O_RDONLY | O_CLOEXEC);
    CHECK(describe_error([&] { (void)read_to_end(zero, "(standard input)"); }) ==
          "bad_file: (standard input): no key file has more than 16 MB");
    ::close(zero);
}

TEST_CASE("links are followed within the directory only") {
    const Workplace place;
    place.write("file", "x");
    place.link("one", "file");
    place.link("two", "one");
    place.link("dangling", "none");
    place.link("out", "/etc/passwd");
    place.link("up", "../file");
    place.link("loop", "pool");
    place.link("pool", "loop");
    place.link("self", "self");
    place.link("dot", ".");
    const auto directory = place.open();
    CHECK(resolve(directory, "file") == "file");
    CHECK(resolve(directory, "two") == "file");
    CHECK_FALSE(resolve(directory, "none").has_value());
    const auto error = [&](const std::string& name) {
        return describe_error([&] { (void)resolve(directory, name); });
    };
    const std::string hint = " (key directories hold their own files; replace the link with keylink --force)";
    CHECK(error("dangling") ==
          "bad_file: " + place.path_of("dangling") + ": the link leads to none, which does not exist");
    CHECK(error("out") == "bad_file: " + place.path_of("out") +
                              ": the link leads out of the directory, to /etc/passwd" + hint);
    CHECK(error("up") ==
          "bad_file: " + place.path_of("up") + ": the link leads to ../file, which does not exist");
    CHECK(error("loop") == "bad_file: " + place.path_of("loop") + ": the link leads in a circle");
    CHECK(error("self") == "bad_file: " + place.path_of("self") + ": the link leads in a circle");
    CHECK(error("dot") == "bad_file: " + place.path_of("dot") + ": not a regular file");
    // However the way is written, it is the file that counts.
    const std::string own = std::filesystem::path(place.path()).filename().string();
    place.link("here", "./file");
    place.link("absolute", place.path_of("two"));
    place.link("around", "../" + own + "/./here");
    std::filesystem::create_hard_link(place.path_of("file"), place.path_of("z-hard-link"));
    for (const std::string name : {"here", "absolute", "around"})
        CHECK(resolve(directory, name) == "file");
    place.link("nowhere", "file/x");
    CHECK(error("nowhere") ==
          "bad_file: " + place.path_of("nowhere") + ": the link leads to file/x, which does not exist");
}

TEST_CASE("the second to ask for the lock waits, and is told in the end") {
    const Workplace place;
    std::string own_name(read_file("/proc/self/comm").text());
    own_name.pop_back();
    auto second = place.open();
    {
        auto first = place.open();
        first.lock(std::chrono::milliseconds(0));
        const auto begin = std::chrono::steady_clock::now();
        CHECK(describe_error([&] { second.lock(std::chrono::milliseconds(60)); }) ==
              fmt::format(
                  "locked: {}: process {} ({}) is working in this key directory (try again when it is done, "
                  "or wait longer with --lock-timeout)",
                  place.path(), ::getpid(), own_name));
        CHECK(std::chrono::steady_clock::now() - begin >= std::chrono::milliseconds(60));
    }
    CHECK_NOTHROW(second.lock(std::chrono::milliseconds(0)));
    CHECK_NOTHROW(second.lock(std::chrono::milliseconds(0)));
    CHECK(place.listing() == ".ntpkey-lock\n");
    CHECK(place.mode_of(".ntpkey-lock") == "0600");
}

TEST_CASE("what is no lock of ours is neither taken nor written to nor removed") {
    const Workplace place;
    place.write("precious", "content");
    const auto refuses = [&](const std::string& why) {
        auto directory = place.open();
        CHECK_THAT(describe_error([&] { directory.lock(std::chrono::milliseconds(0)); }),
                   ContainsSubstring(why));
        CHECK(place.exists(".ntpkey-lock"));
        CHECK(place.read("precious") == "content");
        place.remove(".ntpkey-lock");
    };
    std::filesystem::create_hard_link(place.path_of("precious"), place.path_of(".ntpkey-lock"));
    refuses("not a lock of ours (remove it)");
    place.link(".ntpkey-lock", "precious");
    refuses("cannot open the lock: Too many levels of symbolic links");
    REQUIRE(::mkfifo(place.path_of(".ntpkey-lock").c_str(), 0600) == 0);
    refuses("not a lock of ours (remove it)");
    std::filesystem::create_directory(place.path_of(".ntpkey-lock"));
    refuses("cannot open the lock: Is a directory");
    auto directory = place.open();
    CHECK_NOTHROW(directory.lock(std::chrono::milliseconds(0)));
}

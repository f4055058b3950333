#include "keysdir/publication.hpp"

#include "catch.hpp"
#include "thrown.hpp"
#include "workplace.hpp"

using namespace keygen;
using namespace keygen::keysdir;
using namespace keygen::test;
using IfExists = Publication::IfExists;

namespace {

// A mask for the time of a test.
class Umask {
  public:
    explicit Umask(mode_t mask) : previous_(::umask(mask)) {}
    Umask(const Umask&) = delete;
    Umask& operator=(const Umask&) = delete;
    ~Umask() { ::umask(previous_); }

  private:
    mode_t previous_;
};

}  // namespace

TEST_CASE("files and links appear together, with their modes whatever the umask") {
    for (const mode_t mask : {0000U, 0022U, 0777U}) {
        const Umask umask(mask);
        const Workplace place;
        auto directory = place.open();
        Publication publication(directory);
        publication.add_file("secret.1", SecretBytes("s"), {PRIVATE_MODE, {}, {}}, IfExists::refuse);
        publication.add_file("shared.1", SecretBytes("g"), {GROUP_READABLE_MODE, ::getgid(), {}},
                             IfExists::refuse);
        publication.add_file("public.1", SecretBytes(), {PUBLIC_MODE, {}, {}}, IfExists::refuse);
        publication.add_link("secret", "secret.1", IfExists::refuse);
        CHECK(place.listing().empty());
        publication.commit();
        CHECK(place.snapshot() == std::map<std::string, std::string>{{"public.1", "0644 "},
                                                                     {"secret", "-> secret.1"},
                                                                     {"secret.1", "0600 s"},
                                                                     {"shared.1", "0640 g"}});
    }
}

TEST_CASE("links move, files are replaced and removed in one step") {
    const Workplace place;
    place.write("old", "o");
    place.write("stale", "s");
    place.write("file", "before");
    place.link("link", "old");
    place.link("gone", "stale");
    auto directory = place.open();
    Publication publication(directory);
    publication.add_file("file", SecretBytes("after"), {PUBLIC_MODE, {}, {}}, IfExists::replace);
    publication.add_file("brand-new", SecretBytes("n"), {PUBLIC_MODE, {}, {}}, IfExists::replace);
    publication.add_link("link", "file", IfExists::refuse);
    publication.add_removal("stale");
    publication.add_removal("gone");
    publication.commit();
    CHECK(place.listing() == "brand-new\nfile\nlink -> file\nold\n");
    CHECK(place.read("file") == "after");
}

TEST_CASE("what is in the way is refused before anything is written") {
    const Workplace place;
    place.write("file", "mine");
    place.write("link", "no link");
    std::filesystem::create_directory(place.path_of("directory"));
    const auto before = place.snapshot();
    auto directory = place.open();
    const auto file_error = [&](const std::string& name, IfExists if_exists) {
        Publication publication(directory);
        publication.add_file("first", SecretBytes("x"), {PUBLIC_MODE, {}, {}}, IfExists::refuse);
        publication.add_file(name, SecretBytes("x"), {PUBLIC_MODE, {}, {}}, if_exists);
        return describe_error([&] { publication.commit(); });
    };
    const auto link_error = [&](const std::string& name, IfExists if_exists) {
        Publication publication(directory);
        publication.add_file("first", SecretBytes("x"), {PUBLIC_MODE, {}, {}}, IfExists::refuse);
        publication.add_link(name, "first", if_exists);
        return describe_error([&] { publication.commit(); });
    };
    CHECK(file_error("file", IfExists::refuse) ==
          "already_exists: " + place.path_of("file") + ": the file exists already (--force replaces it)");
    CHECK(file_error("directory", IfExists::replace) ==
          "already_exists: " + place.path_of("directory") + ": a directory is in the way");
    CHECK(link_error("link", IfExists::refuse) ==
          "already_exists: " + place.path_of("link") +
              ": a file, not a link, is in the way of the link (move it away, or replace it with --force)");
    CHECK(link_error("directory", IfExists::replace) ==
          "already_exists: " + place.path_of("directory") + ": a directory is in the way of the link");
    CHECK(place.snapshot() == before);
    CHECK(link_error("link", IfExists::replace) == "no error");
    CHECK(place.target_of("link") == "first");
}

TEST_CASE("a failure midway puts everything back") {
    const Workplace place;
    place.write("file", "before");
    place.write("stale", "s");
    place.link("link", "file");
    place.write("plain", "p");
    std::filesystem::permissions(place.path_of("file"), std::filesystem::perms(0604));
    const auto before = place.snapshot();
    auto directory = place.open();
    const std::string too_long(256, 'x');
    const std::string cannot = "input_output: " + place.path_of(too_long);
    const auto begin = [&](Publication& publication) {
        publication.add_file("new", SecretBytes("n"), {PRIVATE_MODE, {}, {}}, IfExists::refuse);
        publication.add_file("file", SecretBytes("after"), {PRIVATE_MODE, {}, {}}, IfExists::replace);
        publication.add_link("link", "new", IfExists::refuse);
        publication.add_link("another", "new", IfExists::refuse);
        publication.add_link("plain", "new", IfExists::replace);
    };
    SECTION("a link target that is too long, behind links that have moved") {
        Publication publication(directory);
        begin(publication);
        publication.add_link("last", std::string(5000, 'x'), IfExists::refuse);
        CHECK(describe_error([&] { publication.commit(); }) ==
              "input_output: " + place.path_of("last") + ": cannot create the link: File name too long");
    }
    SECTION("a removal of what is not there, behind one that was done") {
        Publication publication(directory);
        begin(publication);
        publication.add_removal("stale");
        publication.add_removal("none");
        CHECK(describe_error([&] { publication.commit(); }) ==
              "not_found: " + place.path_of("none") + ": cannot remove: No such file or directory");
    }
    SECTION("a name that is too long") {
        Publication publication(directory);
        begin(publication);
        publication.add_file(too_long, SecretBytes("x"), {PUBLIC_MODE, {}, {}}, IfExists::refuse);
        CHECK(describe_error([&] { publication.commit(); }) ==
              cannot + ": cannot look at: File name too long");
    }
    SECTION("two files of one name") {
        Publication publication(directory);
        begin(publication);
        publication.add_file("new", SecretBytes("other"), {PRIVATE_MODE, {}, {}}, IfExists::refuse);
        CHECK(describe_error([&] { publication.commit(); }) ==
              "input_output: " + place.path_of("new") + ": cannot create: File exists");
    }
    SECTION("a directory in the place of a file to be removed") {
        std::filesystem::create_directory(place.path_of("directory"));
        Publication publication(directory);
        begin(publication);
        publication.add_removal("stale");
        publication.add_removal("directory");
        CHECK(describe_error([&] { publication.commit(); }) ==
              "input_output: " + place.path_of("directory") + ": cannot remove: Is a directory");
        place.remove("directory");
    }
    SECTION("a group that nobody can give") {
        if (::geteuid() == 0)
            return;
        Publication publication(directory);
        begin(publication);
        publication.add_file("roots", SecretBytes("x"), {PRIVATE_MODE, 0, {}}, IfExists::refuse);
        CHECK(describe_error([&] { publication.commit(); }) ==
              "input_output: " + place.path_of("roots") +
                  ": cannot change the owner: Operation not permitted");
    }
    CHECK(place.snapshot() == before);
}

TEST_CASE("a link of a removed name is put where a file was and back") {
    const Workplace place;
    place.link("link", "a");
    auto directory = place.open();
    Publication publication(directory);
    publication.add_link("link", "b", IfExists::refuse);
    publication.add_link("link", "c", IfExists::refuse);
    publication.commit();
    CHECK(place.listing() == "link -> c\n");
}

TEST_CASE("what cannot be removed under a temporary name is named, and not the file that was to come") {
    const Workplace place;
    std::filesystem::create_directory(place.path_of(".ntpkey-unfinished-new-1"));
    auto directory = place.open();
    CHECK(recover(directory).empty());
    Publication publication(directory);
    publication.add_file("file", SecretBytes("x"), {PUBLIC_MODE, {}, {}}, IfExists::refuse);
    CHECK(describe_error([&] { publication.commit(); }) ==
          "already_exists: " + place.path_of(".ntpkey-unfinished-new-1") +
              ": it has the name of a temporary file and cannot be removed (remove it)");
    CHECK(place.listing() == ".ntpkey-unfinished-new-1\n");
}

#include <keygen/link.hpp>

#include "catch.hpp"
#include "generate/server_room.hpp"

using namespace keygen;
using namespace keygen::test;

namespace {

KeysdirOptions options(const Workplace& place, bool dry_run = false) {
    KeysdirOptions result;
    result.directory = place.path();
    result.dry_run = dry_run;
    return result;
}

}  // namespace

TEST_CASE("prune removes the generations that no link leads to, and only those") {
    ServerRoom room;
    generate(room.trusted(IdentityScheme::iff), {});
    room.now += 100;
    auto anew = room.renewal();
    anew.identity = IdentityRequest{.replace_existing = true};
    anew.identity_bits = 256;
    generate(anew, {});
    room.place.write("ntpkey_RSAhost_other.17", "another host's, linked nowhere");
    room.place.write("ntpkey_RSAhost_server1.017", "no name that we write");
    room.place.write("notes.txt", "mine");
    const auto before = room.place.snapshot();
    const auto planned = prune(options(room.place, true));
    CHECK(room.place.snapshot() == before);
    const auto changes = prune(options(room.place));
    CHECK(changes.removed == planned.removed);
    CHECK(changes.removed == std::vector<std::string>{"ntpkey_IFFkey_grp.4004387960",
                                                      "ntpkey_IFFpar_grp.4004387960",
                                                      "ntpkey_RSA-SHA1cert_server1.4004387960"});
    CHECK(describe_kept(changes) == "ntpkey_RSAhost_other.17: no link leads to any generation of it\n");
    auto expected = before;
    for (const auto& name : changes.removed)
        expected.erase(name);
    CHECK(room.place.snapshot() == expected);
    CHECK(prune(options(room.place)).removed.empty());
}

TEST_CASE("a link that is not understood stops the prune of its family and is named") {
    const Workplace place;
    const Workplace elsewhere;
    elsewhere.write("key", "x");
    for (const char* name : {"ntpkey_RSAhost_h.1", "ntpkey_RSAhost_h.2", "ntpkey_RSAhost_g.1",
                             "ntpkey_IFFkey_g.1", "ntpkey_IFFkey_g.2"})
        place.write(name, "x");
    place.link("ntpkey_host_h", "ntpkey_RSAhost_h.2");
    place.link("ntpkey_iffkey_g", "ntpkey_IFFkey_g.2");
    const auto planned = [&](const std::string& target) {
        place.link("ntpkey_host_g", target);
        const auto changes = prune(options(place, true));
        place.remove("ntpkey_host_g");
        CHECK(changes.removed == std::vector<std::string>{"ntpkey_IFFkey_g.1"});
        return describe_sentences(changes.warnings);
    };
    const std::string link = place.path_of("ntpkey_host_g");
    const std::string stays = "; no host file is removed until that is mended\n";
    CHECK(planned("ntpkey_RSAhost_g.9") ==
          link + ": the link leads to ntpkey_RSAhost_g.9, which does not exist" + stays);
    CHECK(planned("ntpkey_host_g") == link + ": the link leads in a circle" + stays);
    CHECK(planned(elsewhere.path_of("key")) ==
          link + ": the link leads to " + elsewhere.path_of("key") + ", which is no key file here" + stays);
    place.link("notes", "nowhere");  // nothing that a daemon opens
    CHECK(prune(options(place)).removed ==
          std::vector<std::string>{"ntpkey_IFFkey_g.1", "ntpkey_RSAhost_h.1"});
}

TEST_CASE("a generation is in use however its link is written") {
    for (const bool is_absolute : {false, true}) {
        const Workplace place;
        for (const char* name : {"ntpkey_IFFkey_g.1", "ntpkey_IFFpar_g.1", "ntpkey_IFFkey_g.2",
                                 "ntpkey_IFFkey_g.3", "ntpkey_IFFkey_g.4"})
            place.write(name, "x");
        place.link("ntpkey_iffkey_h", "ntpkey_IFFkey_g.2");
        place.link("ntpkey_iffkey_g",
                   is_absolute ? place.path_of("ntpkey_IFFkey_g.1") : "./ntpkey_IFFkey_g.1");
        place.link("mine", "ntpkey_IFFkey_g.3");
        CHECK(prune(options(place)).removed == std::vector<std::string>{"ntpkey_IFFkey_g.4"});
    }
}

TEST_CASE("prune counts filestamps across 2036-02-07 as what they are") {
    const Workplace place;
    place.write("ntpkey_RSAhost_h.4294967290", "old");
    place.write("ntpkey_RSAhost_h.5", "new");
    place.link("ntpkey_host_h", "ntpkey_RSAhost_h.5");
    CHECK(prune(options(place)).removed == std::vector<std::string>{"ntpkey_RSAhost_h.4294967290"});
    CHECK(place.listing() == "ntpkey_RSAhost_h.5\nntpkey_host_h -> ntpkey_RSAhost_h.5\n");
}

TEST_CASE("a directory without keys has nothing to prune, list or roll back") {
    const Workplace place;
    CHECK(prune(options(place)).removed.empty());
    CHECK(list_links(place.path()).empty());
    CHECK(describe_error([&] { roll_back(options(place)); }).substr(0, 10) == "not_found:");
    CHECK(describe_error([&] { (void)list_links("/nonexistent"); }).substr(0, 10) == "not_found:");
}

#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "story.hpp"

namespace {

const std::string FILE_NAME = "ntpkey_IFFpar_grp.4004388800";
const std::string NO_HOST_KEY =
    "keylink: warning: client1 has no host key here (ntpkey_host_client1); ntpd does not start Autokey "
    "without one\n";
const std::string NO_GROUP =
    "keylink: warning: the certificate of client1 has no group, the server's group grp: ntpd drops the other "
    "side\n"
    "keylink: hint: keygen -s client1@grp -p <password> makes one that fits\n";

/// A server's directory beside the client's, in which the story goes on.
struct Client : Story {
    explicit Client(const std::string& own_keys = "keygen -s client1@grp -p y -m 512") {
        set("SOURCE_DATE_EPOCH", MORNING);
        make_directory("server");
        make_directory("client");
        enter("server");
        REQUIRE(run("keygen -T -I -s server1@grp -p x -m 512 -b 256").status == 0);
        enter("client");
        if (!own_keys.empty())
            REQUIRE(run(own_keys).status == 0);
        run("cp ../server/" + FILE_NAME + " .");
    }
};

}  // namespace

TEST_CASE("keylink makes the link that ntpd looks for, once") {
    Client story;
    const Outcome made = story.run("keylink --host client1 " + FILE_NAME);
    CHECK(made.status == 0);
    CHECK(made.err.empty());
    CHECK(made.out == "linked ntpkey_iffpar_grp -> " + FILE_NAME + "\n");
    CHECK(story.link_target("ntpkey_iffpar_grp") == FILE_NAME);
    const auto before = story.snapshot();
    const Outcome again = story.run("keylink --host client1 " + FILE_NAME);
    CHECK(again.out == "right already: ntpkey_iffpar_grp\n");
    CHECK(again.status == 0);
    CHECK(story.snapshot() == before);
}

TEST_CASE("the recipe's two links, and all of them") {
    Client story;
    const Outcome classic =
        story.run("keylink --layout classic --server server1 --client client1 " + FILE_NAME);
    CHECK(classic.status == 0);
    CHECK(classic.err.empty());
    CHECK(classic.out ==
          "linked ntpkey_iff_client1 -> " + FILE_NAME + "\nlinked ntpkey_iff_server1 -> " + FILE_NAME + "\n");
    CHECK_FALSE(story.exists("ntpkey_iffpar_grp"));
    const Outcome all = story.run("keylink --layout all --server server1 --client client1 " + FILE_NAME);
    CHECK(all.out == "linked ntpkey_iffpar_grp -> " + FILE_NAME +
                         "\nright already: ntpkey_iff_client1\nright already: ntpkey_iff_server1\n");
}

TEST_CASE("option --install takes a file from anywhere and under any name") {
    Client story;
    story.run("rm " + FILE_NAME);
    story.write("mail.txt", "", 0600);
    story.shell("cp ../server/" + FILE_NAME + " ../received.txt; chmod 600 ../received.txt; rm mail.txt");
    const Outcome made = story.run("keylink --host client1 --install ../received.txt");
    CHECK(made.status == 0);
    CHECK(made.err.empty());
    CHECK(made.out == "made " + FILE_NAME +
                          " (installed from ../received.txt, mode 0644)\nlinked ntpkey_iffpar_grp -> " +
                          FILE_NAME + "\n");
    CHECK(story.mode_of(FILE_NAME) == "0644");
    CHECK(story.shell("cmp ../received.txt " + FILE_NAME).status == 0);
    CHECK(story.run("keylink --host client1 --install ../received.txt").out ==
          "right already: ntpkey_iffpar_grp\n");

    // Another file under the name that is taken.
    story.write(FILE_NAME, story.read(FILE_NAME) + "\n", 0644);
    story.refuses(
        "keylink --host client1 --install ../received.txt", 1,
        "keylink: error: " + FILE_NAME + ": the file exists already\nkeylink: hint: --force replaces it\n");

    story.enter(".");
    const Outcome private_file =
        story.run("keylink --keysdir client --host client1 --install server/ntpkey_IFFkey_grp.4004388800");
    CHECK(private_file.status == 0);
    CHECK(story.mode_of("client/ntpkey_IFFkey_grp.4004388800") == "0600");
    CHECK(story.link_target("client/ntpkey_iffkey_grp") == "ntpkey_IFFkey_grp.4004388800");
}

TEST_CASE("a client without keys or without a group is warned") {
    SECTION("no keys") {
        Client story("");
        const Outcome outcome = story.run("keylink --host client1 " + FILE_NAME);
        CHECK(outcome.status == 0);
        const std::string hint =
            "keylink: hint: keygen -s client1@grp -p <password> makes host key and certificate";
        CHECK(outcome.err == NO_HOST_KEY + hint + "\n");
        CHECK(story.run("keylink --host client1 --quiet " + FILE_NAME).err.empty());
        // A file of another program does not say whose its owner is.
        story.run("sed -i /owner:/d " + FILE_NAME);
        CHECK(story.run("keylink --host client1 " + FILE_NAME).err ==
              NO_HOST_KEY + hint + "; leave out @grp where grp is a host, not a group\n");
        CHECK(story.run("keylink --host client1 --server grp " + FILE_NAME).err ==
              NO_HOST_KEY +
                  "keylink: hint: keygen -s client1 -p <password> makes host key and certificate\n");
    }
    SECTION("no group") {
        Client story("keygen -s client1 -p y -m 512");
        CHECK(story.run("keylink --host client1 " + FILE_NAME).err == NO_GROUP);
        story.run("sed -i /owner:/d " + FILE_NAME);
        CHECK(story.run("keylink --host client1 --server grp " + FILE_NAME).err.empty());
    }
    SECTION("a certificate that cannot be read is no failure of the links") {
        Client story;
        story.write("ntpkey_RSA-SHA256cert_client1.4004388800", "nothing");
        const Outcome outcome = story.run("keylink --host client1 " + FILE_NAME);
        CHECK(outcome.status == 0);
        CHECK(outcome.err ==
              "keylink: warning: ntpkey_RSA-SHA256cert_client1.4004388800: line 1 is not "
              "\"# ntpkey_<type>_<owner>.<filestamp>\"\n");
        CHECK(story.exists("ntpkey_iffpar_grp"));
    }
}

TEST_CASE("option --dry-run and --json say what would be done, and what was") {
    Client story;
    const auto before = story.snapshot();
    CHECK(story.run("keylink --host client1 --dry-run " + FILE_NAME).out ==
          "would have linked ntpkey_iffpar_grp -> " + FILE_NAME + "\n");
    CHECK(story.snapshot() == before);
    const Outcome outcome = story.run("keylink --host client1 --json " + FILE_NAME);
    const auto json = nlohmann::json::parse(outcome.out);
    CHECK(json ==
          nlohmann::json::parse(
              R"({"schema": 2, "command": "keylink", "status": "done", "files": [], "kept": [], "removed": [],
        "warnings": [], "unchanged": [],
        "links": [{"name": "ntpkey_iffpar_grp", "target": "ntpkey_IFFpar_grp.4004388800", "previous_target": null}]})"));
    const auto again = nlohmann::json::parse(story.run("keylink --host client1 --json " + FILE_NAME).out);
    CHECK(again.at("unchanged") == std::vector<std::string>{"ntpkey_iffpar_grp"});
    CHECK(again.at("links").empty());
}

TEST_CASE("a shared host key and private certificate are linked under the member's own name") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    REQUIRE(story.run("keygen -P -s server1 -p x -m 512").status == 0);
    story.make_directory("member");
    const Outcome outcome = story.run(
        "keylink --host client1 --keysdir member --install ntpkey_RSAhost_server1.4004388800 "
        "ntpkey_RSA-SHA256cert_server1.4004388800");
    CHECK(outcome.status == 0);
    CHECK(outcome.err.empty());
    CHECK(story.link_target("member/ntpkey_host_client1") == "ntpkey_RSAhost_server1.4004388800");
    CHECK(story.link_target("member/ntpkey_cert_client1") == "ntpkey_RSA-SHA256cert_server1.4004388800");
    CHECK(story.mode_of("member/ntpkey_RSAhost_server1.4004388800") == "0600");
    CHECK(story.mode_of("member/ntpkey_RSA-SHA256cert_server1.4004388800") == "0644");
}

TEST_CASE("a GQ file in the reading that today's ntpd does not use is linked with a warning") {
    Story story;
    story.copy_from_data("fixtures/ntp-4.2.8p15/gq");
    const Outcome outcome = story.run("keylink --host server1 --install exported-gqpar");
    CHECK(outcome.status == 0);
    CHECK(outcome.err ==
          "keylink: warning: exported-gqpar has the group key where ntpd before 4.2.8p9 looks; ntpd 4.2.8p9 "
          "and later answers "
          "\"identity not verified\"\n"
          "keylink: hint: on the server: keygen --repair -p <password> where ntp-keygen made its key, then "
          "keygen -e > gqpar\n");
    CHECK(story.run("keylink --list").out.find("ntpkey_gqpar_server1 -> ntpkey_gqpar_server1.4004390717\n") !=
          std::string::npos);
    CHECK(story.run("keylink --list").out.find("a file, not a link") == std::string::npos);
}

TEST_CASE("rollback undoes the last generation and nothing before it") {
    Story story;
    const auto run = [&](const char* time, const std::string& command) {
        story.set("SOURCE_DATE_EPOCH", time);
        REQUIRE(story.run(command + " -s server1 -p x -m 512").status == 0);
    };
    run("1795400000", "keygen -T -I -b 512");
    run("1795401000", "keygen -H");
    run("1795402000", "keygen");
    REQUIRE(story.run("keylink --rollback").status == 0);
    CHECK(story.link_target("ntpkey_cert_server1") == "ntpkey_RSA-SHA256cert_server1.4004389800");
    CHECK(story.link_target("ntpkey_host_server1") == "ntpkey_RSAhost_server1.4004389800");
    CHECK(story.link_target("ntpkey_iffkey_server1") == "ntpkey_IFFkey_server1.4004388800");
    REQUIRE(story.run("keylink --rollback").status == 0);
    CHECK(story.link_target("ntpkey_cert_server1") == "ntpkey_RSA-SHA256cert_server1.4004388800");
    CHECK(story.link_target("ntpkey_host_server1") == "ntpkey_RSAhost_server1.4004388800");
    story.refuses(
        "keylink --rollback", 1,
        "keylink: error: .: the last run made the first keys here: there is nothing to go back to\n");
}

TEST_CASE("a link that is named in place of its file stays as it is") {
    Story story;
    REQUIRE(story.run("keygen -T -I -s server1 -p x -m 512 -b 512").status == 0);
    REQUIRE(story.run("keylink --host server1 " + story.find("ntpkey_IFFpar_")).status == 0);
    const auto before = story.snapshot();
    for (const std::string link : {"ntpkey_iffpar_server1", "ntpkey_host_server1", "ntpkey_cert_server1"}) {
        const Outcome outcome = story.run("keylink --host server1 --force " + link);
        CHECK(outcome.status == 0);
        CHECK(outcome.out == "right already: " + link + "\n");
        CHECK(story.snapshot() == before);
    }
    // A file under a link's name is what ntpd opens: nothing is to be done.
    story.run("cp --remove-destination " + *story.link_target("ntpkey_iffpar_server1") +
              " ntpkey_iffpar_server1");
    const auto copied = story.snapshot();
    CHECK(story.run("keylink --host server1 --force ntpkey_iffpar_server1").status == 0);
    CHECK(story.snapshot() == copied);
}

TEST_CASE("a file that says another type in line 1 than it holds is refused") {
    Story story;
    REQUIRE(story.run("keygen -T -V 2 -b 512 -s server1 -p x -m 512").status == 0);
    const std::string mv = story.read(story.find("ntpkey_MVpar1_"));
    const auto refuses = [&](const std::string& type, const std::string& why) {
        std::string text = mv;
        story.write("evil", text.replace(text.find("MVpar1"), 6, type));
        story.refuses("keylink --install evil --host s2", 1, "keylink: error: evil: " + why);
    };
    refuses("RSAhost", "line 1 says RSAhost, but the content is a DSA key\n");
    refuses("GQpar", "line 1 says GQpar, but the content is a DSA key\n");
    refuses(
        "IFFpar",
        "IFF: identity not verified: the numbers are no IFF parameters: g and v are not in the subgroup of "
        "order q\n"
        "keylink: hint: make a good one on the server: keygen -e > iffpar\n");
}

// Files that say something else than they are, and files in a stream.
#include "catch.hpp"
#include "story.hpp"

namespace {

/// A server's directory with the keys of a scheme, and an empty one of a client beside it.
struct Hosts : Story {
    explicit Hosts(const std::string& scheme) {
        set("SOURCE_DATE_EPOCH", MORNING);
        make_directory("server");
        make_directory("client");
        REQUIRE(run("keygen -T " + scheme + " -b 512 -m 512 -s server1 -p x --keysdir server").status == 0);
    }
    std::string relabelled(const std::string& file, const std::string& from, const std::string& to) const {
        std::string text = read("server/" + file);
        return text.replace(text.find(from), from.size(), to);
    }
};

}  // namespace

TEST_CASE("client parameters under a server key's name do not replace the key") {
    for (const auto& [scheme, type] :
         std::vector<std::pair<std::string, std::string>>{{"-I", "IFF"}, {"-G", "GQ"}, {"-V 1", "MV"}}) {
        Hosts story(scheme);
        const std::string parameters = type == "MV" ? "MVpar1" : type + "par";
        story.write("received", story.relabelled("ntpkey_" + parameters + "_server1.4004388800", parameters,
                                                 type + "key"));
        story.refuses(
            "keylink --install --keysdir server --host server1 received", 1,
            "keylink: error: received: line 1 says " + type +
                "key, but the content is client parameters\n"
                "keylink: hint: copy the file anew; line 1 of client parameters says IFFpar, GQpar or "
                "MVpar\n");
    }
}

TEST_CASE("a server's key under the name of client parameters is not handed on") {
    Hosts story("-I");
    // Decrypted by hand: nobody sees from outside what it is.
    const std::string pem =
        story.run("openssl pkey -passin pass:x -in server/ntpkey_iffkey_server1 -traditional").out;
    REQUIRE(pem.find("DSA PRIVATE KEY") != std::string::npos);
    story.write("received", "# ntpkey_IFFpar_server1.4004388800\n# Mon Nov 23 02:13:20 2026\n\n" + pem);
    story.refuses(
        "keylink --install --keysdir client --host client1 received", 1,
        "keylink: error: received: no IFF client parameters, but a server's key, which no client may "
        "have\n"
        "keylink: hint: make client parameters on the server: keygen -e\n");
}

TEST_CASE("a filestamp that is yet to come is refused, and taken with --force") {
    Hosts story("-I");
    const std::string file = "ntpkey_IFFpar_server1.4004388800";
    story.write("received", story.relabelled(file, "4004388800", "4035924800"));
    const std::string command = "keylink --install --keysdir client --host client1 received";
    story.refuses(
        command, 1,
        "keylink: error: received: filestamp 4035924800 is of 2027-11-23 02:13:20 UTC, which is yet to "
        "come\n"
        "keylink: hint: set the clock where it is wrong, here or on the server; --force takes the file\n");
    CHECK(story.run(command + " --force").status == 0);
    CHECK(story.link_target("client/ntpkey_iffpar_server1") == "ntpkey_IFFpar_server1.4035924800");
}

TEST_CASE("a server's key that is installed somewhere else is taken with a warning") {
    Hosts story("-I");
    const Outcome exported = story.run("keygen -q other -s server1 -p x --keysdir server");
    REQUIRE(exported.status == 0);
    story.write("received", exported.out, 0600);
    const Outcome installed = story.run("keylink --install --keysdir client --host client1 received");
    CHECK(installed.status == 0);
    CHECK(installed.err ==
          "keylink: warning: received is a server's key: ntpd here does not start unless its crypto pw opens "
          "it\n"
          "keylink: hint: a client needs the parameters instead, which keygen -e prints on the server\n");
}

TEST_CASE("parameters come from standard input, several in one stream") {
    Hosts story("-I");
    story.make_directory("other");
    REQUIRE(story.run("keygen -T -G -b 512 -m 512 -s server2 -p x --keysdir other").status == 0);
    const std::string stream =
        "(keygen -e -s server1 -p x --keysdir server; keygen -e -s server2 -p x --keysdir "
        "other) | keylink --install --keysdir client --host client1 -";
    for (int i = 0; i < 2; ++i) {
        const Outcome installed = story.shell(stream + " --quiet");
        CHECK(installed.status == 0);
        CHECK(installed.err.empty());
        story.enter("client");
        CHECK(story.list() ==
              std::vector<std::string>{"ntpkey_GQpar_server2.4004388800", "ntpkey_IFFpar_server1.4004388800",
                                       "ntpkey_gqpar_server2 -> ntpkey_GQpar_server2.4004388800",
                                       "ntpkey_iffpar_server1 -> ntpkey_IFFpar_server1.4004388800"});
        story.enter("");
    }
    CHECK(story.read("client/ntpkey_iffpar_server1") ==
          story.read("server/ntpkey_IFFpar_server1.4004388800"));
    const auto before = story.snapshot();
    CHECK(story.shell("echo hello | keylink --install --keysdir client --host client1 -")
              .err.starts_with("keylink: error: (standard input): line 1 is not "));
    CHECK(story.snapshot() == before);
    story.refuses(
        "keylink --keysdir client -", 2,
        "keylink: error: standard input (-) can only be installed\nkeylink: hint: keylink --install -\n");
}

#include "catch.hpp"
#include "story.hpp"

namespace {

constexpr const char* LATER = "1795400100";  // filestamp 4004388900

std::string conf(const Story& story, const std::string& crypto) {
    return "\nIn ntp.conf here:\n    keysdir " + story.directory() + "\n    crypto " + crypto +
           " pw <password>\n";
}

const std::string IFF_CLIENT =
    "\nOn each client:\n    keygen -p <password>\n    keylink --install ntpkey_IFFpar_server1.4004388800\n"
    "\nIn ntp.conf there:\n    keysdir <its key directory>\n    crypto pw <password>\n    server server1 "
    "autokey ident server1\n";

}  // namespace

TEST_CASE("the recipe run again keeps the keys, says so, and renews the certificate") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    const Outcome first = story.run("keygen -T -I -s server1 -p x -m 512 -b 256");
    CHECK(first.out ==
          "made ntpkey_RSAhost_server1.4004388800 (RSA host key, 512 bits, mode 0600)\n"
          "made ntpkey_IFFkey_server1.4004388800 (IFF server key, 256 bits, mode 0600)\n"
          "made ntpkey_IFFpar_server1.4004388800 (IFF client parameters, mode 0644)\n"
          "made ntpkey_RSA-SHA256cert_server1.4004388800 (trusted certificate of server1, RSA-SHA256, mode "
          "0644)\n"
          "linked ntpkey_host_server1 -> ntpkey_RSAhost_server1.4004388800\n"
          "linked ntpkey_iffkey_server1 -> ntpkey_IFFkey_server1.4004388800\n"
          "linked ntpkey_cert_server1 -> ntpkey_RSA-SHA256cert_server1.4004388800\n" +
              conf(story, "host server1") + IFF_CLIENT);
    const std::string host_key = story.read("ntpkey_host_server1");

    story.set("SOURCE_DATE_EPOCH", LATER);
    const Outcome second = story.run("keygen -T -I -s server1 -p x -m 512 -b 256");
    CHECK(second.status == 0);
    CHECK(second.err.empty());
    CHECK(second.out ==
          "kept ntpkey_RSAhost_server1.4004388800 (RSA host key, 512 bits)\n"
          "kept ntpkey_IFFkey_server1.4004388800 (IFF server key, 256 bits)\n"
          "made ntpkey_RSA-SHA256cert_server1.4004388900 (trusted certificate of server1, RSA-SHA256, mode "
          "0644)\n"
          "linked ntpkey_cert_server1 -> ntpkey_RSA-SHA256cert_server1.4004388900, before: "
          "ntpkey_RSA-SHA256cert_server1.4004388800\n" +
              conf(story, "host server1") + IFF_CLIENT);
    CHECK(story.read("ntpkey_host_server1") == host_key);

    // Two runs within one second are two generations.
    REQUIRE(story.run("keygen -s server1 -p x").status == 0);
    CHECK(story.link_target("ntpkey_cert_server1") == "ntpkey_RSA-SHA256cert_server1.4004388901");
}

TEST_CASE("where the clients' file of a kept identity is gone, the advice says how to get it back") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    REQUIRE(story.run("keygen -T -I -s server1@grp -p x -m 512 -b 256").status == 0);
    const std::string client = story.read("ntpkey_IFFpar_grp.4004388800");
    story.run("rm ntpkey_IFFpar_grp.4004388800");
    story.set("SOURCE_DATE_EPOCH", LATER);
    const Outcome renewed = story.run("keygen -I -s server1 -p x");
    CHECK(renewed.err.empty());
    CHECK(renewed.out ==
          "kept ntpkey_RSA-SHA256cert_server1.4004388800 (the certificate's kind, trusted)\n"
          "kept ntpkey_RSA-SHA256cert_server1.4004388800 (the group, grp)\n"
          "kept ntpkey_RSAhost_server1.4004388800 (RSA host key, 512 bits)\n"
          "kept ntpkey_IFFkey_grp.4004388800 (IFF server key, 256 bits)\n"
          "made ntpkey_RSA-SHA256cert_server1.4004388900 (trusted certificate of server1@grp, RSA-SHA256, "
          "mode 0644)\n"
          "linked ntpkey_cert_server1 -> ntpkey_RSA-SHA256cert_server1.4004388900, before: "
          "ntpkey_RSA-SHA256cert_server1.4004388800\n" +
              conf(story, "host server1 ident grp") +
              "\nThen, here:\n    keygen -e -I -s server1@grp -p <password> > ntpkey_IFFpar_grp.4004388800\n"
              "\nOn each client:\n    keygen -s @grp -p <password>\n    keylink --install "
              "ntpkey_IFFpar_grp.4004388800\n"
              "\nIn ntp.conf there:\n    keysdir <its key directory>\n    crypto pw <password>\n"
              "    server server1 autokey ident grp\n");
    CHECK(story.run("keygen -e -s server1@grp -p x").out == client);
}

TEST_CASE("option --new-identity, -H and -S replace what is there, everything else is kept") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    REQUIRE(story.run("keygen -T -I -s server1 -p x -m 512 -b 256").status == 0);
    story.set("SOURCE_DATE_EPOCH", LATER);
    REQUIRE(story.run("keygen -I --new-identity -s server1 -p x -b 256").status == 0);
    CHECK(story.link_target("ntpkey_iffkey_server1") == "ntpkey_IFFkey_server1.4004388900");
    CHECK(story.link_target("ntpkey_host_server1") == "ntpkey_RSAhost_server1.4004388800");
    REQUIRE(story.run("keygen -H -s server1 -p x -m 512").status == 0);
    CHECK(story.link_target("ntpkey_host_server1") == "ntpkey_RSAhost_server1.4004388901");
    CHECK(story.link_target("ntpkey_iffkey_server1") == "ntpkey_IFFkey_server1.4004388900");
    REQUIRE(story.run("keygen -S RSA -s server1 -p x -m 512").status == 0);
    CHECK(story.link_target("ntpkey_sign_server1") == "ntpkey_RSAsign_server1.4004388902");
    const Outcome sized = story.run("keygen -s server1 -p x -m 1024");
    CHECK(sized.err ==
          "keygen: warning: the host key is kept with its 512 bits; -H makes one with 1024\n"
          "keygen: warning: the sign key is kept with its 512 bits; -S makes one with 1024\n");
    const Outcome identity = story.run("keygen -I -b 512 -s server1 -p x");
    CHECK(identity.status == 0);
    CHECK(identity.err ==
          "keygen: warning: the IFF key is kept with its 256 bits; --new-identity makes one with 512, and "
          "every client then "
          "needs its new file\n");
    CHECK(story.link_target("ntpkey_iffkey_server1") == "ntpkey_IFFkey_server1.4004388900");
}

TEST_CASE("the kind of certificate and the group can be dropped and changed") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    const auto certificate = [&](const std::string& options) {
        const Outcome outcome = story.run("keygen -p x -m 512 " + options);
        REQUIRE(outcome.status == 0);
        const auto made = outcome.out.find("cert_server1.");
        const auto start = outcome.out.find('(', outcome.out.find("made ntpkey_RSA-SHA256cert"));
        REQUIRE(made != std::string::npos);
        return outcome.out.substr(start + 1, outcome.out.find(',', start) - start - 1);
    };
    CHECK(certificate("-T -s server1@grp") == "trusted certificate of server1@grp");
    CHECK(certificate("-s server1") == "trusted certificate of server1@grp");
    CHECK(certificate("-s server1 --plain-cert") == "plain certificate of server1@grp");
    CHECK(certificate("-s server1 -P") == "private certificate of server1@grp");
    CHECK(certificate("-s server1 -T -i other") == "trusted certificate of server1@other");
    CHECK(certificate("-s server1@third") == "trusted certificate of server1@third");
    CHECK(certificate("-s server1 -i ''") == "trusted certificate of server1");
    CHECK(certificate("-s server1") == "trusted certificate of server1");
}

TEST_CASE("a private certificate's advice names the files to hand out") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    const Outcome outcome = story.run("keygen -P -s server1 -p x -m 512");
    CHECK(
        outcome.out.ends_with("\nOn each client:\n    keylink --install ntpkey_RSAhost_server1.4004388800 "
                              "ntpkey_RSA-SHA256cert_server1.4004388800\n"
                              "\nIn ntp.conf there:\n    keysdir <its key directory>\n    crypto pw "
                              "<password>\n    server server1 autokey\n"));
}

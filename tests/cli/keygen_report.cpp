#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "story.hpp"

namespace {

nlohmann::json parsed(const Outcome& outcome) {
    INFO(outcome.out << outcome.err);
    CHECK(outcome.status == 0);
    nlohmann::json json = nlohmann::json::parse(outcome.out, nullptr, false);
    REQUIRE(json.is_object());
    CHECK(json.at("command") == "keygen");
    return json;
}

}  // namespace

TEST_CASE("option --json tells what was planned, done and exported") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    story.keep_secret("longsecret");
    const std::string start = "keygen --json -s server1@grp -p longsecret ";
    const auto planned = parsed(story.run(start + "-T -V 2 -m 512 -b 512 --dry-run"));
    CHECK(planned.at("status") == "dry-run");
    CHECK(planned.at("certificate").is_null());
    CHECK(story.list().empty());

    const auto made = parsed(story.run(start + "-T -V 2 -m 512 -b 512"));
    CHECK(made.at("status") == "done");
    CHECK(made.at("filestamp") == 4004388800);
    CHECK(made.at("files") == planned.at("files"));
    CHECK(made.at("links") == planned.at("links"));
    CHECK(made.at("client_steps") == planned.at("client_steps"));
    CHECK(made.at("files").at(0) == nlohmann::json{{"name", "ntpkey_RSAhost_server1.4004388800"},
                                                   {"description", "RSA host key, 512 bits"},
                                                   {"mode", "0600"},
                                                   {"replaced", false}});
    CHECK(made.at("links").at(0) == nlohmann::json{{"name", "ntpkey_host_server1"},
                                                   {"target", "ntpkey_RSAhost_server1.4004388800"},
                                                   {"previous_target", nullptr}});
    CHECK(made.at("client_steps") ==
          std::vector<std::string>{
              "keygen -s @grp -p <password>",
              "keylink --install ntpkey_MVpar<J>_grp.4004388800    (J: the number of this client alone)"});

    const auto unchanged = parsed(story.run(start + "--renew-before 30"));
    CHECK(unchanged.at("status") == "unchanged");

    const auto exported = parsed(story.run(start + "-e --mv-client 2"));
    CHECK(exported.at("text") == story.read("ntpkey_MVpar2_grp.4004388800"));

    const auto revoked = parsed(story.run(start + "--mv-revoke 2"));
    CHECK(revoked.at("revoked") == std::vector<int>{2});

    const auto symmetric = parsed(story.run("keygen --json -s server1 -M --key-count 2"));
    CHECK(symmetric.at("keys") == nlohmann::json::parse(R"([{"id":1,"type":"MD5"},{"id":2,"type":"MD5"},
                                                            {"id":3,"type":"SHA1"},{"id":4,"type":"SHA1"}])"));
}

TEST_CASE("option --quiet says nothing but errors, and prints what is exported") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    const Outcome made = story.run("keygen -T -I -s server1 -m 512 -b 256 --quiet");
    CHECK(made.status == 0);
    CHECK(made.out.empty());
    CHECK(made.err.empty());
    CHECK(story.run("keygen -e -s server1 --quiet").out == story.read("ntpkey_IFFpar_server1.4004388800"));
    story.refuses("keygen -s server1 -p wrong --quiet", 1,
                  "keygen: error: ntpkey_RSAhost_server1.4004388800: the password does not open this key\n");
}

TEST_CASE("a closed or full standard output is an error before anything is written") {
    Story story;
    for (const std::string options : {"-I -b 256 -m 512", "-M", "-I -b 256 -m 512 --json --quiet"}) {
        const std::string line = "exec keygen -s server1 -p x " + options;
        const Outcome closed = story.shell(line + " >&-");
        CHECK(closed.status == 1);
        CHECK(closed.err == "keygen: error: standard output is closed\n");
        const Outcome full = story.shell(line + " >/dev/full");
        CHECK(full.status == 1);
        CHECK(full.err == "keygen: error: cannot write to standard output: No space left on device\n");
        CHECK(story.list().empty());
    }
    const Outcome quiet = story.shell("exec keygen -s server1 -p x -m 512 --quiet <&- >&- 2>&-");
    CHECK(quiet.status == 0);
    CHECK(story.run("openssl rsa -noout -passin pass:x -in ntpkey_host_server1").status == 0);
    CHECK(story.run("openssl x509 -noout -in ntpkey_cert_server1").status == 0);
}

TEST_CASE("a reader that went away is an error, and nothing that was done is undone") {
    Story story;
    const Outcome outcome =
        story.shell("keygen -M --json --key-count 5000 -s server1 | true; exit ${PIPESTATUS[0]}");
    CHECK(outcome.status == 1);
    CHECK((outcome.err == "keygen: error: cannot write to standard output: Broken pipe\n" ||
           outcome.err == "keygen: error: cannot write to standard output: Broken pipe\n"
                          "keygen: hint: all was done that was asked for; only the report of it is lost\n"));
}

TEST_CASE("colour and progress are for terminals only") {
    Story story;
    story.set("TERM", "xterm");
    const std::string wrong = "keygen -s server1 -p x -m 1";
    const std::string text = " a modulus of 1 bits; host and sign keys take 512 to 4096";
    CHECK(story.run_on_terminal(wrong).out == "keygen: \033[1;31merror:\033[0m" + text + "\r\n");
    story.set("NO_COLOR", "");
    CHECK(story.run_on_terminal(wrong).out == "keygen: \033[1;31merror:\033[0m" + text + "\r\n");
    story.set("NO_COLOR", "1");
    CHECK(story.run_on_terminal(wrong).out == "keygen: error:" + text + "\r\n");
    story.unset("NO_COLOR");
    story.set("TERM", "dumb");
    CHECK(story.run_on_terminal(wrong).out == "keygen: error:" + text + "\r\n");
    CHECK(story.run(wrong).err == "keygen: error:" + text + "\n");
}

TEST_CASE("a long search shows how it goes on a terminal, and wipes it away") {
    Story story;
    story.set("TERM", "xterm");
    const std::string search = "keygen -s server1 -p x -m 512 -V 2 -b 4096";
    const std::vector<Line> stop = {{"candidates, on average ", "\x03"}};
    // Now and then the first candidates are prime, and the search is over before there is a bar to see.
    Outcome shown = story.run_on_terminal(search, stop);
    for (int lucky = 0; shown.status == 0 && lucky < 20; ++lucky) {
        REQUIRE(story.shell("rm ntpkey_*").status == 0);
        shown = story.run_on_terminal(search, stop);
    }
    CHECK(shown.status == 1);
    CHECK(shown.out.find("\r\033[KMV parameters [") != std::string::npos);
    CHECK(shown.out.find(" s to go") != std::string::npos);
    CHECK(shown.out.ends_with("\r\033[Kkeygen: \033[1;31merror:\033[0m cancelled\r\n"));
    CHECK(story.list().empty());
    for (const std::string option : {"--quiet", "--json"}) {
        const Outcome silent = story.run_on_terminal("timeout -s INT 1.5 " + search + " " + option);
        CHECK(silent.out.find("candidates") == std::string::npos);
    }
}

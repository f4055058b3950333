#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "story.hpp"

namespace {

// The integers of a DER SEQUENCE as `openssl asn1parse` prints them.
std::vector<std::string> integers(Story& story, const std::string& file) {
    const Outcome parsed = story.run("openssl asn1parse -strictpem -in " + file);
    REQUIRE(parsed.status == 0);
    std::vector<std::string> found;
    for (std::size_t at = 0; (at = parsed.out.find("INTEGER", at)) != std::string::npos;) {
        const auto colon = parsed.out.find(':', at);
        at = parsed.out.find('\n', colon);
        found.push_back(parsed.out.substr(colon + 1, at - colon - 1));
    }
    return found;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("keys from OpenSSL's own generator are as sound as ours, and have the same files") {
    const std::string recipe = "keygen -T -I -S RSA -s server1 -p x";
    Story ours, openssl;
    for (auto* story : {&ours, &openssl})
        story->set("SOURCE_DATE_EPOCH", MORNING);
    REQUIRE(ours.run(recipe).status == 0);
    REQUIRE(openssl.run(recipe + " --openssl-keygen").status == 0);
    CHECK(openssl.list() == ours.list());
    for (const std::string name : {"ntpkey_host_server1", "ntpkey_sign_server1"}) {
        CHECK(openssl.run("openssl rsa -check -noout -passin pass:x -in " + name).out == "RSA key ok\n");
        CHECK(openssl.mode_of(openssl.link_target(name).value_or("")) == "0600");
    }
    CHECK(openssl.run("keyinspect --check --prove -p x").status == 0);
    openssl.refuses(
        "keygen -M --openssl-keygen", 2,
        "keygen: error: --openssl-keygen has no effect with -M\nkeygen: hint: run the command once "
        "for each\n");
}

TEST_CASE("the recipe's files are what openssl takes them for") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    story.keep_secret("seekritword");
    REQUIRE(story.run("keygen -T -I -s server1 -p seekritword").status == 0);

    const Outcome certificate =
        story.run("openssl x509 -noout -text -nameopt oneline -in ntpkey_cert_server1");
    CHECK(certificate.status == 0);
    CHECK(contains(certificate.out, "X509v3 Extended Key Usage: \n                Trust Root"));
    CHECK(contains(certificate.out, "Public-Key: (2048 bit)"));
    CHECK(contains(certificate.out, "Signature Algorithm: sha256WithRSAEncryption"));
    CHECK(contains(certificate.out, "Version: 3 (0x2)"));
    CHECK(contains(certificate.out, "Not Before: Nov 23 02:13:20 2026 GMT"));
    CHECK(contains(certificate.out, "Not After : Nov 23 02:13:20 2027 GMT"));
    CHECK(contains(certificate.out, "Subject: CN = server1\n"));
    CHECK(contains(certificate.out, "Issuer: CN = server1\n"));
    CHECK(contains(certificate.out, "X509v3 Basic Constraints: critical\n                CA:TRUE"));
    CHECK(contains(certificate.out, "Digital Signature, Certificate Sign"));
    CHECK(story.run("openssl verify -check_ss_sig -CAfile ntpkey_cert_server1 ntpkey_cert_server1").status ==
          0);

    const Outcome host =
        story.run("openssl pkey -noout -text -passin pass:seekritword -in ntpkey_host_server1");
    CHECK(host.status == 0);
    CHECK(contains(host.out, "Private-Key: (2048 bit, 2 primes)"));
    CHECK(story.run("openssl pkey -noout -passin pass:wrong -in ntpkey_host_server1").status == 1);
    CHECK(contains(story.read("ntpkey_host_server1"), "-----BEGIN ENCRYPTED PRIVATE KEY-----"));

    const auto client = integers(story, "ntpkey_IFFpar_server1.4004388800");
    REQUIRE(client.size() == 6);
    CHECK(client[0] == "00");
    CHECK(client[1].size() == 512);
    CHECK(client[4] != "01");
    CHECK(client[5] == "01");
    CHECK(contains(story.read("ntpkey_IFFpar_server1.4004388800"),
                   "# ntpkey_IFFpar_server1.4004388800\n# Mon Nov 23 02:13:20 2026\n# owner: "
                   "host\n\n-----BEGIN DSA PRIVATE "
                   "KEY-----\n"));
    CHECK(story.run("openssl dsa -noout -in ntpkey_IFFpar_server1.4004388800").status == 0);
    CHECK(story.run("openssl pkey -noout -passin pass:seekritword -in ntpkey_iffkey_server1").status == 0);
}

TEST_CASE("what the recipe's own defaults asked for works") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    const Outcome outcome = story.run("keygen --compat -b 256 -m 512 -T -I -s server1 -p x");
    CHECK(outcome.status == 0);
    CHECK(outcome.err.empty());
    CHECK(story.list() == std::vector<std::string>{
                              "ntpkey_IFFkey_server1.4004388800",
                              "ntpkey_IFFpar_server1.4004388800",
                              "ntpkey_RSA-MD5cert_server1.4004388800",
                              "ntpkey_RSAhost_server1.4004388800",
                              "ntpkey_cert_server1 -> ntpkey_RSA-MD5cert_server1.4004388800",
                              "ntpkey_host_server1 -> ntpkey_RSAhost_server1.4004388800",
                              "ntpkey_iffkey_server1 -> ntpkey_IFFkey_server1.4004388800",
                          });
    CHECK(integers(story, "ntpkey_IFFpar_server1.4004388800").at(1).size() == 64);
    const Outcome certificate =
        story.run("openssl x509 -noout -text -nameopt oneline -in ntpkey_cert_server1");
    CHECK(contains(certificate.out, "Public-Key: (512 bit)"));
    CHECK(contains(certificate.out, "md5WithRSAEncryption"));
}

TEST_CASE("GQ and MV keys are what openssl takes them for") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    story.make_directory("gq");
    story.make_directory("mv");
    story.enter("gq");
    REQUIRE(story.run("keygen -T -G -s server1@grp -p x -m 512 -b 512").status == 0);
    CHECK(story.list() == std::vector<std::string>{
                              "ntpkey_GQkey_grp.4004388800",
                              "ntpkey_GQpar_grp.4004388800",
                              "ntpkey_RSA-SHA256cert_server1.4004388800",
                              "ntpkey_RSAhost_server1.4004388800",
                              "ntpkey_cert_server1 -> ntpkey_RSA-SHA256cert_server1.4004388800",
                              "ntpkey_gqkey_grp -> ntpkey_GQkey_grp.4004388800",
                              "ntpkey_gqkey_server1 -> ntpkey_GQkey_grp.4004388800",
                              "ntpkey_host_server1 -> ntpkey_RSAhost_server1.4004388800",
                          });
    CHECK(story.mode_of("ntpkey_GQkey_grp.4004388800") == "0600");
    CHECK(story.mode_of("ntpkey_GQpar_grp.4004388800") == "0644");
    CHECK(story.run("openssl rsa -noout -passin pass:x -in ntpkey_gqkey_grp").status == 0);
    REQUIRE(story.run("openssl rsa -traditional -in ntpkey_GQpar_grp.4004388800 -out parameters").status ==
            0);
    const auto parameters = integers(story, "parameters");
    REQUIRE(parameters.size() == 9);
    CHECK(parameters[2] == "01");
    CHECK(parameters[3].size() > 100);
    const Outcome certificate =
        story.run("openssl x509 -noout -text -nameopt oneline -in ntpkey_cert_server1");
    CHECK(contains(certificate.out, "Subject Key Identifier"));
    CHECK(contains(certificate.out, "Subject: CN = server1@grp\n"));

    story.enter("mv");
    REQUIRE(story.run("keygen -T -V 2 -s server1 -p x -m 512 -b 512").status == 0);
    CHECK(story.list() == std::vector<std::string>{
                              "ntpkey_MVkey_server1.4004388800",
                              "ntpkey_MVpar1_server1.4004388800",
                              "ntpkey_MVpar2_server1.4004388800",
                              "ntpkey_MVta_server1.4004388800",
                              "ntpkey_RSA-SHA256cert_server1.4004388800",
                              "ntpkey_RSAhost_server1.4004388800",
                              "ntpkey_cert_server1 -> ntpkey_RSA-SHA256cert_server1.4004388800",
                              "ntpkey_host_server1 -> ntpkey_RSAhost_server1.4004388800",
                              "ntpkey_mvkey_server1 -> ntpkey_MVkey_server1.4004388800",
                              "ntpkey_mvta_server1 -> ntpkey_MVta_server1.4004388800",
                          });
    for (const char* secret : {"ntpkey_MVkey_server1.4004388800", "ntpkey_MVta_server1.4004388800",
                               "ntpkey_MVpar1_server1.4004388800", "ntpkey_MVpar2_server1.4004388800"})
        CHECK(story.mode_of(secret) == "0600");
    CHECK(story.run("openssl dsa -noout -passin pass:x -in ntpkey_mvkey_server1").status == 0);
    const auto first = integers(story, "ntpkey_MVpar1_server1.4004388800");
    const auto second = integers(story, "ntpkey_MVpar2_server1.4004388800");
    REQUIRE(first.size() == 6);
    CHECK(first[1] == second[1]);
    CHECK(first[2] == "01");
    CHECK(first[3] == "01");
    CHECK(first[4] != second[4]);
    CHECK(first[5] != second[5]);
}

TEST_CASE("a lifetime of 100000 days is 100000 days") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    REQUIRE(story.run("keygen -s server1 -p x -m 512 -l 100000").status == 0);
    const Outcome dates = story.run("openssl x509 -noout -enddate -in ntpkey_cert_server1");
    CHECK(dates.out == "notAfter=Sep  8 02:13:20 2300 GMT\n");
}

TEST_CASE("filestamps past 2036-02-07 go on in order") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", "2085978495");
    REQUIRE(story.run("keygen -s server1 -p x -m 512").status == 0);
    CHECK(story.link_target("ntpkey_cert_server1") == "ntpkey_RSA-SHA256cert_server1.4294967295");
    story.set("SOURCE_DATE_EPOCH", "2085978595");
    REQUIRE(story.run("keygen -s server1 -p x").status == 0);
    CHECK(story.link_target("ntpkey_cert_server1") == "ntpkey_RSA-SHA256cert_server1.99");
    CHECK(story.run("openssl x509 -noout -startdate -in ntpkey_cert_server1").out ==
          "notBefore=Feb  7 06:29:55 2036 GMT\n");
    story.set("SOURCE_DATE_EPOCH", "2085978600");
    REQUIRE(story.run("keygen -s server1 -p x").status == 0);
    CHECK(story.link_target("ntpkey_cert_server1") == "ntpkey_RSA-SHA256cert_server1.104");
}

TEST_CASE("the recipe makes a trusted host with IFF identity") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    const Outcome outcome = story.run("keygen -T -I -s server1 -p seekritword -m 1024 -b 512");
    CHECK(outcome.err.empty());
    REQUIRE(outcome.status == 0);
    CHECK(story.list() == std::vector<std::string>{
                              "ntpkey_IFFkey_server1.4004388800",
                              "ntpkey_IFFpar_server1.4004388800",
                              "ntpkey_RSA-SHA256cert_server1.4004388800",
                              "ntpkey_RSAhost_server1.4004388800",
                              "ntpkey_cert_server1 -> ntpkey_RSA-SHA256cert_server1.4004388800",
                              "ntpkey_host_server1 -> ntpkey_RSAhost_server1.4004388800",
                              "ntpkey_iffkey_server1 -> ntpkey_IFFkey_server1.4004388800",
                          });
    CHECK(story.mode_of("ntpkey_RSAhost_server1.4004388800") == "0600");
    CHECK(story.mode_of("ntpkey_IFFkey_server1.4004388800") == "0600");
    CHECK(story.mode_of("ntpkey_IFFpar_server1.4004388800") == "0644");
    CHECK(story.mode_of("ntpkey_RSA-SHA256cert_server1.4004388800") == "0644");
    CHECK(outcome.out.find("seekritword") == std::string::npos);

    const Outcome exported = story.run("keygen -e -s server1 -p seekritword");
    CHECK(exported.status == 0);
    CHECK(exported.err.empty());
    CHECK(exported.out == story.read("ntpkey_IFFpar_server1.4004388800"));
}

TEST_CASE("exporting from an empty directory prints and writes nothing") {
    Story story;
    const Outcome outcome = story.run("keygen -e -s server1 -p x");
    CHECK(outcome.status == 1);
    CHECK(outcome.out.empty());
    CHECK(outcome.err ==
          "keygen: error: .: no IFF, GQ or MV key of server1\n"
          "keygen: hint: make one: keygen -T -I -s server1 -p <password> (or -G, or -V <clients>)\n");
    CHECK(story.list().empty());
}

namespace {

// The commands in the hints of a run, as they are meant to be typed.
std::vector<std::string> hinted_commands(const Outcome& outcome) {
    constexpr std::string_view HINT = ": hint: keygen ";
    constexpr std::string_view BLANK = "<password>";
    std::vector<std::string> commands;
    for (auto at = outcome.err.find(HINT); at != std::string::npos; at = outcome.err.find(HINT, at + 1)) {
        const std::string line = outcome.err.substr(at + 8, outcome.err.find('\n', at) - at - 8);
        std::string command = line.substr(0, line.find(" makes"));
        if (const auto blank = command.find(BLANK); blank != std::string::npos)
            command.replace(blank, BLANK.size(), "seekritword");
        commands.push_back(command);
    }
    return commands;
}

std::string verdict(Story& story, const std::string& ident) {
    story.write("server.conf", "keysdir server\ncrypto host server1 ident " + ident + " pw seekritword\n");
    story.write(
        "client.conf",
        "keysdir client\ncrypto host client1 pw seekritword\nserver 10.0.0.1 autokey ident " + ident + "\n");
    const auto report = nlohmann::json::parse(
        story.run("keyinspect --json --ntp-conf server.conf --ntp-conf client.conf").out);
    return report.at("configurations").at(1).at("associations").at(0).at("verdict");
}

}  // namespace

TEST_CASE("the recipe with all that it advises ends in an authenticated client") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    const auto [subject, ident] = GENERATE(table<std::string, std::string>(
        {{"server1", "server1"}, {"server1@grp", "grp"}, {"server1@server1", "server1"}}));
    CAPTURE(subject);
    story.run("mkdir -m 700 server client");
    REQUIRE(
        story.run("keygen --keysdir server -T -I -b 512 -m 1024 -s " + subject + " -p seekritword").status ==
        0);
    const std::string link =
        "keylink --install --keysdir client --host client1 server/ntpkey_IFFpar_" + ident + ".4004388800";
    const bool is_key_first = GENERATE(true, false);
    if (is_key_first)
        REQUIRE(story.run("keygen --keysdir client -m 1024 -s client1 -p seekritword").status == 0);
    story.set("SOURCE_DATE_EPOCH", std::to_string(std::stol(MORNING) + 1));
    const Outcome linked = story.run(link);
    REQUIRE(linked.status == 0);
    const auto commands = hinted_commands(linked);
    CHECK(commands.size() == (is_key_first && subject == "server1" ? 0U : 1U));
    for (const std::string& command : commands)
        CHECK(story.run(command).status == 0);
    CHECK(verdict(story, ident) == "verifies");
}

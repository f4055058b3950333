#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "keyinspect_fixture.hpp"
#include "story.hpp"

namespace {

constexpr const char* NEXT_MORNING = "1795500000";  // 2026-11-24 06:00:00 UTC

struct Inspecting : Story {
    explicit Inspecting(const std::string& folder = "") {
        set("SOURCE_DATE_EPOCH", NEXT_MORNING);
        if (!folder.empty())
            lay_out_fixture(*this, folder, "keys");
    }
};

}  // namespace

TEST_CASE("keyinspect tells what a directory holds and what is wrong with it") {
    Inspecting story("ntp-4.2.8p15/iff");
    const auto before = story.snapshot();
    const Outcome outcome = story.run("keyinspect -p seekritword keys");
    CHECK(outcome.status == 1);
    CHECK(outcome.err.empty());
    CHECK(story.snapshot() == before);
    CHECK(
        outcome.out ==
        "  FILE                                      TYPE            KEY       GENERATED   MODE  STATE\n"
        "keys:\n"
        "  exported-iffpar                           iffpar          IFF 512   2026-11-23  0600  "
        "unconfirmed\n"
        "      IFF:ceddad0e91f73ca6\n"
        "  ntpkey_IFFkey_server1.4004390717          IFFkey          IFF 512   2026-11-23  0600  "
        "unconfirmed\n"
        "      IFF:ceddad0e91f73ca6, DES-EDE3-CBC, PBKDF2-HMAC-SHA256 x 2048\n"
        "      linked as ntpkey_iffkey_server1\n"
        "  ntpkey_RSA-SHA256cert_server1.4004390717  RSA-SHA256cert  RSA 2048  2026-11-23  0644  consistent\n"
        "      RSA:9e1a7536a9d184fb\n"
        "      linked as ntpkey_cert_server1\n"
        "      server1, trusted, RSA-SHA256, from 2026-11-23 02:45:17 UTC until 2027-11-23 02:45:17 UTC\n"
        "  ntpkey_RSAhost_server1.4004390717         RSAhost         RSA 2048  2026-11-23  0600  consistent\n"
        "      RSA:9e1a7536a9d184fb, DES-EDE3-CBC, PBKDF2-HMAC-SHA256 x 2048\n"
        "      linked as ntpkey_host_server1\n"
        "\n"
        "keys/exported-iffpar:\n"
        "  critical: PKCS#8, as ntp-keygen writes it, has lost the public value: ntpd says \"crypto_iff: "
        "identity not "
        "verified\" [iff-no-public-value]\n"
        "  warning: a modulus of 512 bits; fewer than 2048 [weak-modulus]\n"
        "    remedy: on the server of server1: keygen -e -I --ask-password >iffpar.txt; then here, with a "
        "copy of "
        "that file: keylink --install --force --keysdir keys --host server1 iffpar.txt\n"
        "    remedy: on the server of server1: keygen -T -I --new-identity --ask-password && keygen -e -I "
        "--ask-password >iffpar.txt; then on each client, with a copy of that file: keylink --install "
        "--force "
        "iffpar.txt\n"
        "keys/ntpkey_IFFkey_server1.4004390717:\n"
        "  warning: encrypted with DES-EDE3-CBC, a cipher of the last century [weak-cipher]\n"
        "  warning: PBKDF2-HMAC-SHA256 with 2048 rounds: passwords can be tried quickly "
        "[weak-key-derivation]\n"
        "  warning: a modulus of 512 bits; fewer than 2048 [weak-modulus]\n"
        "    remedy: keygen --keysdir keys --change-password --ask-new-password -s server1 --ask-password\n"
        "    remedy: keygen --keysdir keys -T -I --new-identity -s server1 --ask-password && keygen "
        "--keysdir "
        "keys -s server1 -e -I --ask-password >iffpar.txt; then on each client, with a copy of that file: "
        "keylink "
        "--install --force iffpar.txt\n"
        "keys/ntpkey_RSAhost_server1.4004390717:\n"
        "  warning: encrypted with DES-EDE3-CBC, a cipher of the last century [weak-cipher]\n"
        "  warning: PBKDF2-HMAC-SHA256 with 2048 rounds: passwords can be tried quickly "
        "[weak-key-derivation]\n"
        "    remedy: keygen --keysdir keys --change-password --ask-new-password -s server1 --ask-password\n");
}

TEST_CASE("what keygen has just made has nothing wrong with it") {
    Inspecting story;
    REQUIRE(story.run("keygen -T -I -s server1@wheel -p seekritword --quiet").status == 0);
    const Outcome outcome = story.run("keyinspect --prove -p seekritword");
    CHECK(outcome.status == 0);
    CHECK(outcome.err.empty());
    CHECK(outcome.out.ends_with("proven\n\nnothing wrong\n"));
    const Outcome check = story.run("keyinspect --check");
    CHECK(check.status == 0);
    CHECK(check.out ==
          "KEYS OK: 4 files, the first certificate ends in 365 days | days_left=365;30:;0: files=4 "
          "critical=0 warning=0\n");
}

TEST_CASE("keyinspect --check speaks to monitoring") {
    Inspecting story("accepted-by-ntpd/gq-2048-server");
    SECTION("warning") {
        const Outcome outcome = story.run("keyinspect --check keys");
        CHECK(outcome.status == 1);
        CHECK(outcome.out ==
              "KEYS WARNING: keys/ntpkey_RSAhost_server1.4004390285: encrypted with DES-EDE3-CBC, a cipher "
              "of the last century "
              "[weak-cipher] and 2 more | days_left=363;30:;0: files=3 critical=0 warning=3\n");
        CHECK(outcome.err.empty());
    }
    SECTION("critical") {
        story.set("SOURCE_DATE_EPOCH", "1830000000");
        const Outcome outcome = story.run("keyinspect --check keys");
        CHECK(outcome.status == 2);
        CHECK(outcome.out.starts_with(
            "KEYS CRITICAL: keys/ntpkey_RSA-SHA256cert_server1.4004390285: the certificate of "
            "server1@grp ended 2027-11-23 02:38:06 UTC"));
        CHECK(outcome.out.find("| days_left=-36;30:;0:") != std::string::npos);
    }
    SECTION("unknown") {
        story.make_directory("empty");
        CHECK(story.run("keyinspect --check empty").status == 3);
        CHECK(story.run("keyinspect --check empty").out ==
              "KEYS UNKNOWN: no key file there | files=0 critical=0 warning=0\n");
        const Outcome wrong_usage = story.run("keyinspect --check --bogus keys");
        CHECK(wrong_usage.status == 3);
        CHECK(wrong_usage.out == "KEYS UNKNOWN: unknown option --bogus\n");
        CHECK(story.run("keyinspect --check --ntp-conf nothing.conf").status == 3);
    }
}

TEST_CASE("keyinspect reads standard input and proves two sides") {
    Inspecting story("accepted-by-ntpd/iff-512-server");
    lay_out_fixture(story, "accepted-by-ntpd/iff-512-client", "client");
    const Outcome proof = story.run("keyinspect --prove -p pw1 keys client");
    CHECK(proof.status == 0);
    CHECK(proof.out.find("IFF: keys/ntpkey_IFFkey_grp.4004387960 and client/ntpkey_iffpar_grp: proven\n") !=
          std::string::npos);
    const Outcome input = story.run("keyinspect --json -", story.read("client/ntpkey_iffpar_grp"));
    CHECK(input.status == 0);
    CHECK(nlohmann::json::parse(input.out).at("files").at(0).at("fingerprint") == "IFF:877acf5a7b53d3d7");
    CHECK(nlohmann::json::parse(input.out).at("files").at(0).at("mode").is_null());
}

TEST_CASE("keyinspect says what ntpd will load, and what becomes of its associations") {
    Inspecting story("accepted-by-ntpd/iff-512-client");
    story.write("ntp.conf",
                "keysdir keys\ncrypto host client1 pw pw1\nserver a.example autokey ident grp\nserver "
                "b.example autokey ident no\n"
                "server c.example\n");
    const Outcome outcome = story.run("keyinspect --ntp-conf ntp.conf --host client1");
    CHECK(outcome.status == 1);
    CHECK(outcome.out.starts_with(
        "ntp.conf: configuration of ntpd\n"
        "  Autokey as host client1, identity client1, key directory keys, password set\n"
        "files:\n"
        "  loaded  host key           keys/ntpkey_host_client1    ntpkey_RSAhost_client1.4004388419, RSA "
        "1024 bits\n"
        "  absent  sign key           keys/ntpkey_sign_client1    not there\n"));
    CHECK(outcome.out.find(
              "  line 4  server  b.example  autokey ident no   -    fails    there are no parameters "
              "of no in keys: ") != std::string::npos);
    CHECK(outcome.out.find("  line 5  server  c.example  none               -    open     \n") !=
          std::string::npos);
    CHECK(outcome.out.find("pw1") == std::string::npos);
}

TEST_CASE("keyinspect never shows a secret or a password") {
    Inspecting story("ntp-4.2.8p15/symmetric");
    for (const auto* how : {"keyinspect -v keys", "keyinspect --json -v keys", "keyinspect --check keys"}) {
        const Outcome outcome = story.run(how);
        for (const auto* secret : {"ebcf8d1a72e432a3", "a\\E12*}(Y)", "D[+8h"})
            CHECK((outcome.out + outcome.err).find(secret) == std::string::npos);
    }
    const Outcome wrong = story.run("keyinspect -p onlyasecret keys");
    CHECK((wrong.out + wrong.err).find("onlyasecret") == std::string::npos);
}

TEST_CASE("keyinspect goes on after a file that cannot be read") {
    Inspecting story("accepted-by-ntpd/iff-512-client");
    story.write("rubbish", "no key\n");
    const Outcome outcome = story.run("keyinspect -p pw1 nothing rubbish keys");
    CHECK(outcome.status == 1);
    CHECK(outcome.out.find(
              "nothing:\n  critical: cannot look at it: No such file or directory [unreadable]\n") !=
          std::string::npos);
    CHECK(outcome.out.find(
              "rubbish:\n  warning: neither a PEM key or certificate nor a keys file [unknown-content]\n") !=
          std::string::npos);
    CHECK(outcome.out.find("ntpkey_RSAhost_client1.4004388419") != std::string::npos);
}

TEST_CASE("keyinspect's wrong usage") {
    Inspecting story;
    const Outcome both = story.run("keyinspect --check --json");
    CHECK(both.status == 3);
    const Outcome dialect = story.run("keyinspect --dialect ntpx");
    CHECK(dialect.status == 2);
    CHECK(dialect.out.empty());
    const Outcome daemon = story.run("keyinspect --daemon ntpd");
    CHECK(daemon.status == 2);
    CHECK(daemon.err ==
          "keyinspect: error: --daemon says whose configuration --ntp-conf names; it is missing\n");
    const Outcome twice = story.run("keyinspect --password-file - -");
    CHECK(twice.status == 2);
    CHECK(twice.err == "keyinspect: error: standard input cannot be a key and the password at once\n");
}

TEST_CASE("keyinspect draws") {
    Inspecting story("accepted-by-ntpd/iff-512-client");
    const Outcome file = story.run("keyinspect --quiet --timeline keys.svg keys");
    CHECK(file.status == 0);
    CHECK(file.out.empty());
    CHECK(story.read("keys.svg").starts_with("<svg "));
    const Outcome output = story.run("keyinspect --timeline - keys");
    CHECK(output.out == story.read("keys.svg"));
    const Outcome nowhere = story.run("keyinspect --timeline /nonexistent/keys.svg keys");
    CHECK(nowhere.status == 1);
    CHECK(nowhere.err ==
          "keyinspect: error: /nonexistent/keys.svg: cannot write the timeline: No such file or directory\n");
}

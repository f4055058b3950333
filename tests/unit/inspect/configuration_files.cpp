#include <fmt/format.h>

#include <algorithm>

#include "catch.hpp"
#include "inspect/configuration_start.hpp"

using namespace keygen;
using namespace keygen::test;

namespace {

std::string keys_outcome(const ConfigurationReport& report) {
    for (const ExpectedFile& file : report.files) {
        if (file.purpose == "keys file")
            return fmt::format("{}: {}", name_of(file.outcome), file.detail);
    }
    return "";
}

void write_private(const Workplace& directory_scan, const std::string& name, const std::string& text) {
    directory_scan.write(name, text);
    ::chmod(directory_scan.path_of(name).c_str(), 0600);
}

std::vector<std::string> verdicts(const ConfigurationReport& report) {
    std::vector<std::string> result;
    for (const Association& association : report.associations)
        result.emplace_back(name_of(association.verdict));
    return result;
}

}  // namespace

TEST_CASE("a keys file is judged by its own daemon alone") {
    const Workplace directory_scan;
    write_private(directory_scan, "c.keys",
                  "1 SHA1 HEX:0123456789abcdef0123456789abcdef01234567\n"
                  "2 AES128 HEX:00112233445566778899aabbccddeeff\n");
    const auto chrony =
        start(directory_scan, "keyfile " + directory_scan.path_of("c.keys") + "\nserver a key 1\n");
    CHECK(keys_outcome(chrony) == "loaded: 2 keys");
    CHECK(chrony.findings.empty());
    CHECK(verdicts(chrony) == Lines{"depends"});
    write_private(directory_scan, "s.keys", "1 AES-128 00112233445566778899aabbccddeeff\n");
    const auto ntpsec =
        start(directory_scan, "keys " + directory_scan.path_of("s.keys") + "\ntrustedkey 1\nserver a key 1\n",
              Daemon::ntpsec);
    CHECK(keys_outcome(ntpsec) == "loaded: 1 keys");
    CHECK(ntpsec.findings.empty());
    const auto ntpd = start(directory_scan, "keys " + directory_scan.path_of("c.keys") + "\n", Daemon::ntpd);
    CHECK(keys_outcome(ntpd).starts_with("refused: "));
    CHECK(finding_ids(ntpd) == std::set<std::string>{"conf-file-refused"});
}

TEST_CASE("a file of 17 MB in a key's place is a finding") {
    const FixtureDirectory directory_scan("accepted-by-ntpd/iff-512-server");
    directory_scan.remove("ntpkey_host_server1");
    directory_scan.write("ntpkey_host_server1", "# a.1\n" + std::string(17U << 20U, 'x'));
    const auto report =
        start(directory_scan, conf_of(directory_scan, "crypto host server1 pw pw1\nserver a autokey\n"));
    CHECK(report.files.at(0).outcome == ExpectedFile::Outcome::unknown);
    CHECK(finding_of(report, "conf-file-unreadable").severity == Severity::warning);
    CHECK_FALSE(report.ends_at_start);
    CHECK(log_of(report, directory_scan) == Lines{});
    CHECK(verdicts(report) == Lines{"unknown"});
}

TEST_CASE("a directory in a key's place is an empty file to ntpd") {
    const FixtureDirectory directory_scan("accepted-by-ntpd/iff-512-server");
    directory_scan.remove("ntpkey_host_server1");
    std::filesystem::create_directory(directory_scan.path_of("ntpkey_host_server1"));
    CHECK(log_of(start(directory_scan, conf_of(directory_scan, "crypto host server1 pw pw1\n")),
                 directory_scan) ==
          Lines{"crypto_key: empty file DIR/ntpkey_host_server1",
                "crypto_setup: host key file ntpkey_host_server1 not found or corrupt (end)"});
}

TEST_CASE("no association survives the daemon") {
    const Workplace directory_scan;
    write_private(directory_scan, "keys", "1 SHA1 abcdefghijklmnopqrst\n");
    const auto ntpd =
        start(directory_scan, "keysdir /nonexistent\ncrypto pw x\nkeys " + directory_scan.path_of("keys") +
                                  "\ntrustedkey 1\nserver a key 1\nserver b\nserver c autokey\n");
    CHECK(ntpd.ends_at_start);
    CHECK(verdicts(ntpd) == Lines{"fails", "fails", "fails"});
    CHECK(finding_of(ntpd, "conf-file-missing").remedy ==
          "mkdir -p -m 700 /nonexistent && keygen --keysdir /nonexistent -s vm --ask-password");
    const auto chrony =
        start(directory_scan, "keyfile " + directory_scan.path_of("keys") + "\nserver a key 1\nbogus\n");
    CHECK(verdicts(chrony) == Lines{"fails"});
    CHECK(log_of(chrony, directory_scan) ==
          Lines{"Fatal error : Invalid directive at line 3 in file DIR/conf (end)"});
}

TEST_CASE("an ident without a link to its key leaves ntpd without an identity scheme, silently") {
    const FixtureDirectory directory_scan("accepted-by-ntpd/iff-512-server");
    const auto report =
        start(directory_scan, conf_of(directory_scan, "crypto host server1 ident wheel pw pw1\n"));
    CHECK(log_of(report, directory_scan) == Lines{});
    const Finding other = finding_of(report, "conf-identity-missing");
    CHECK(other.severity == Severity::warning);
    CHECK(other.cause ==
          "no ntpkey_iffkey_wheel, ntpkey_gqkey_wheel or ntpkey_mvkey_wheel: ntpd serves without an identity "
          "scheme (TC), and logs nothing; the keys that lie there are of other groups: "
          "ntpkey_IFFkey_grp.4004387960");
    CHECK(other.remedy ==
          "keygen --keysdir " + directory_scan.path() + " -T -I -s server1 -i wheel --ask-password");

    directory_scan.remove("ntpkey_iffkey_grp");
    const Finding own =
        finding_of(start(directory_scan, conf_of(directory_scan, "crypto host server1 ident grp pw pw1\n")),
                   "conf-identity-missing");
    CHECK(own.cause.ends_with("; no such link leads to ntpkey_IFFkey_grp.4004387960"));
    CHECK(own.remedy == "keylink --keysdir " + directory_scan.path() + " " +
                            directory_scan.path_of("ntpkey_IFFkey_grp.4004387960"));

    const FixtureDirectory client("accepted-by-ntpd/iff-512-client");
    CHECK(finding_ids(start(client, conf_of(client, "crypto host client1 ident grp pw pw1\n"))).empty());
}

TEST_CASE("clients' parameters that ntpd cannot use are not loaded") {
    const FixtureDirectory directory_scan("accepted-by-ntpd/iff-512-client");
    const std::string sound = directory_scan.read("ntpkey_iffpar_grp");
    const auto evaluate = [&](const std::string& content) {
        directory_scan.remove("ntpkey_iffpar_grp");
        directory_scan.write("ntpkey_iffpar_grp", content);
        return start(directory_scan,
                     conf_of(directory_scan, "crypto host client1 pw pw1\nserver a autokey ident grp\n"));
    };
    const auto outcome = [](const ConfigurationReport& report) {
        const ExpectedFile& file = report.files.back();
        return fmt::format("{}: {}", name_of(file.outcome), file.detail);
    };
    SECTION("no line 1") {
        const auto report = evaluate(sound.substr(sound.find("-----BEGIN")));
        CHECK(outcome(report) == "refused: no filestamp in line 1");
        CHECK(log_of(report, directory_scan) ==
              Lines{"crypto_key: no filestamp DIR/ntpkey_iffpar_grp",
                    "crypto_ident: no identity parameters found for group grp"});
    }
    SECTION("damaged") {
        std::string damaged = sound;
        damaged.erase(damaged.size() / 2, 20);
        const auto report = evaluate(damaged);
        CHECK(outcome(report) == "refused: ntpd cannot read the key (...)");
        CHECK(log_of(report, directory_scan) == Lines{"crypto_key: error:...:... (end)"});
        CHECK_FALSE(report.ends_at_start);
    }
    SECTION("encrypted") {
        const auto report = evaluate(fixture("accepted-by-ntpd/iff-512-server/ntpkey_IFFkey_grp.4004387960"));
        CHECK(outcome(report) == "refused: ntpd cannot read the key (bad password read)");
        CHECK(log_of(report, directory_scan) == Lines{"crypto_key: error:...:bad password read (end)"});
    }
    SECTION("of another scheme") {
        const auto report = evaluate(fixture("accepted-by-ntpd/gq-512-client/ntpkey_gqpar_grp"));
        CHECK(verdicts(report) == Lines{"fails"});
        CHECK(log_of(report, directory_scan) == Lines{"crypto_alice: defective key"});
    }
    SECTION("without the public value") {
        const auto report = evaluate(fixture("ntp-4.2.8p15/iff/exported-iffpar"));
        CHECK(outcome(report).starts_with("loaded: "));
        CHECK(log_of(report, directory_scan) == Lines{"crypto_iff: identity not verified"});
    }
}

TEST_CASE("chronyd's included files") {
    const Workplace directory_scan;
    std::filesystem::create_directories(directory_scan.path_of("conf.d"));
    std::filesystem::create_directories(directory_scan.path_of("more.d"));
    directory_scan.write("conf.d/a.conf", "server 10.0.0.1 key 1\n");
    directory_scan.write("conf.d/b.conf", "server 10.0.0.2 key 2\n");
    directory_scan.write("more.d/b.conf", "server 10.0.0.3 key 3\n");
    directory_scan.write("more.d/c.sources",
                         "SERVER 10.0.0.4 Key 4\nserver 10.0.0.5 key x\nserver 10.0.0.6 key 6");
    const auto parse = [&](const std::string& conf) {
        return log_of(start(directory_scan, conf, Daemon::chrony), directory_scan);
    };
    const std::string dir = directory_scan.path();
    CHECK(parse("include " + dir + "/conf.d/*.conf\n") == Lines{"Key 1 is missing", "Key 2 is missing"});
    CHECK(parse("confdir " + dir + "/conf.d " + dir + "/more.d\n") ==
          Lines{"Key 1 is missing", "Key 2 is missing"});
    CHECK(parse("include " + dir + "/none.d*/x\nsourcedir " + dir + "/more.d\n") ==
          Lines{"Key 4 is missing"});
    CHECK(parse("include " + dir + "/none.d/*.conf\n") ==
          Lines{"Fatal error : Could not search for files matching DIR/none.d/*.conf (end)"});
    CHECK(parse("include " + dir + "/none.conf\n") ==
          Lines{"Fatal error : Could not open DIR/none.conf : No such file or directory (end)"});
    CHECK(parse("include " + dir + "/conf\n") == Lines{"Fatal error : Maximum include level reached (end)"});
    CHECK(parse("keyfile\n") ==
          Lines{"Fatal error : Missing arguments for keyfile directive at line 1 in file DIR/conf (end)"});
    CHECK(parse("Include a b\n") ==
          Lines{"Fatal error : Too many arguments for Include directive at line 1 in file DIR/conf (end)"});
    CHECK(parse("SERVER 10.0.0.1 key 0\n") ==
          Lines{"Fatal error : Could not parse SERVER directive at line 1 in file DIR/conf (end)"});
    CHECK(parse("keyfile /nonexistent/1\nkeyfile /nonexistent/2\n") ==
          Lines{"Could not open keyfile /nonexistent/2"});
}

TEST_CASE("NTPsec's included files") {
    const Workplace directory_scan;
    std::filesystem::create_directories(directory_scan.path_of("inner.d"));
    directory_scan.write("inner.d/b.conf", "server 10.0.0.2 key 2\n");
    directory_scan.write("inner.d/a.conf", "server 10.0.0.1 key 1\n");
    directory_scan.write("inner.d/readme", "bogus\n");
    const auto parse = [&](const std::string& conf) {
        return log_of(start(directory_scan, conf, Daemon::ntpsec), directory_scan);
    };
    const Lines both = {"ERR: key 1 not found for server 10.0.0.1",
                        "ERR: key 2 not found for server 10.0.0.2"};
    CHECK(parse("includefile inner.d\n") == both);
    CHECK(parse("includefile " + directory_scan.path_of("inner.d") + "\n") == both);
    CHECK(parse("includefile nothing\n") ==
          Lines{"CONFIG: failed to open 'DIR/nothing': No such file or directory",
                "CONFIG: Couldn't open <nothing>"});
    std::filesystem::rename(directory_scan.path_of("inner.d"), directory_scan.path_of("ntp.d"));
    CHECK(parse("") == both);
}

TEST_CASE("circles of included files end") {
    const Workplace directory_scan;
    const std::string line = "includefile " + directory_scan.path_of("conf") + "\n";
    const auto report = start(directory_scan, line, Daemon::ntpd);
    CHECK(log_of(report, directory_scan) == Lines{"getconfig: Maximum include file level exceeded."});
    CHECK(finding_of(report, "conf-include").line == 1);
    std::string many;
    for (int i = 0; i < 100; ++i)
        many += line;
    CHECK(finding_ids(start(directory_scan, many, Daemon::ntpd)).contains("conf-include"));
}

TEST_CASE("what helps with keys is a command that can be pasted") {
    const Workplace directory_scan;
    write_private(directory_scan, "keys", "1 SHA1 abcdefghijklmnopqrst\n");
    const std::string keys = directory_scan.path_of("keys");
    const std::string conf = directory_scan.path_of("conf");
    const auto remedy = [&](const std::string& text, const std::string& id) {
        return finding_of(start(directory_scan, text), id).remedy;
    };
    CHECK(remedy("keys " + keys + "\nserver a key 1", "conf-key-untrusted") ==
          "sed -i --follow-symlinks '$a trustedkey 1' " + conf);
    CHECK(remedy("keys " + keys + "\ntrustedkey 7\nserver a key 1\n", "conf-key-untrusted") ==
          "sed -i --follow-symlinks '2s/trustedkey/trustedkey 1/' " + conf);
    CHECK(remedy("keys " + keys + "\nserver a key 11\n", "conf-key-missing") ==
          "keygen --merge " + keys + " --dialect ntpd --key-type AES128CMAC --first-id 11 --key-count 1");
    CHECK(remedy("keys " + keys + "\nserver a key 70000\n", "conf-key-missing") ==
          "keygen --merge " + keys + " --dialect ntpd --key-type AES128CMAC --first-id 2 --key-count 1");
    CHECK(remedy("keyfile " + keys + "x\nserver a key 70000\n", "conf-file-missing") ==
          "install -m 600 /dev/null " + keys + "x && keygen --merge " + keys +
              "x --dialect chrony --key-type AES128CMAC --first-id 70000 --key-count 1");
    CHECK(remedy("makestep 1 3\n", "conf-nothing") == "keygen -M --dialect chrony --key-type AES128CMAC");
    CHECK(remedy(conf_of(directory_scan, "crypto host server1\n"), "conf-password-default") ==
          "keygen --keysdir " + directory_scan.path() + " -H -s server1 --ask-password");
    const FixtureDirectory server("accepted-by-ntpd/iff-512-server");
    CHECK(
        finding_of(start(server, conf_of(server, "crypto host server1\n")), "conf-password-default").remedy ==
        "keygen --keysdir " + server.path() + " -H -I --new-identity -s server1 -i grp --ask-password");
}

TEST_CASE("control keys, disable auth, and a broadcaster's identity") {
    const FixtureDirectory directory_scan("accepted-by-ntpd/iff-512-server");
    write_private(directory_scan, "keys", "1 SHA1 abcdefghijklmnopqrst\n");
    const auto report =
        start(directory_scan, conf_of(directory_scan, "crypto host server1 ident grp pw pw1\nkeys " +
                                                          directory_scan.path_of("keys") +
                                                          "\ncontrolkey 1\nrequestkey 9\ndisable auth\n"
                                                          "broadcast 10.255.255.255 autokey\n"));
    CHECK(finding_ids(report) ==
          std::set<std::string>{"conf-key-untrusted", "conf-key-missing", "conf-auth-disabled"});
    CHECK(finding_of(report, "conf-key-untrusted").line == 4);
    CHECK(report.associations.at(0).scheme.empty());
    CHECK(report.associations.at(0).explanation == "clients check this host's certificate and identity");
}

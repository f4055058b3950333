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

}  // namespace

TEST_CASE("a keys file is judged by its own daemon alone") {
    const Workplace place;
    write_private(place, "c.keys",
                  "1 SHA1 HEX:0123456789abcdef0123456789abcdef01234567\n"
                  "2 AES128 HEX:00112233445566778899aabbccddeeff\n");
    const auto chrony = start(place, "keyfile " + place.path_of("c.keys") + "\nserver a key 1\n");
    CHECK(keys_outcome(chrony) == "loaded: 2 keys");
    CHECK(chrony.findings.empty());
    CHECK(verdicts(chrony) == Lines{"depends"});
    write_private(place, "s.keys", "1 AES-128 00112233445566778899aabbccddeeff\n");
    const auto ntpsec =
        start(place, "keys " + place.path_of("s.keys") + "\ntrustedkey 1\nserver a key 1\n", Daemon::ntpsec);
    CHECK(keys_outcome(ntpsec) == "loaded: 1 keys");
    CHECK(ntpsec.findings.empty());
    const auto ntpd = start(place, "keys " + place.path_of("c.keys") + "\n", Daemon::ntpd);
    CHECK(keys_outcome(ntpd).starts_with("refused: "));
    CHECK(finding_ids(ntpd) == std::set<std::string>{"conf-file-refused"});
}

TEST_CASE("keys that associations and statements ask for") {
    const Workplace place;
    write_private(place, "keys", "1 SHA1 abcdefghijklmnopqrst\n2 FOO abc\n");
    const std::string keys = "keys " + place.path_of("keys") + "\n";
    const auto report = start(place, keys +
                                         "trustedkey 1 (7 ... 9)\nserver 10.0.0.1 key 1\n"
                                         "server 10.0.0.2 key 2 iburst\npeer 10.0.0.3 key 5\n");
    CHECK(report.trusted_keys == std::vector<std::uint32_t>{1, 7, 8, 9});
    CHECK(verdicts(report) == Lines{"depends", "fails: conf-key-missing", "fails: conf-key-missing"});
    CHECK(finding_ids(report) == std::set<std::string>{"conf-key-missing", "conf-trusted-missing"});
    CHECK(verdicts(start(place, keys + "server 10.0.0.1 key 1\n")) == Lines{"fails: conf-key-untrusted"});
    const auto controls = start(place, keys + "controlkey 1\nrequestkey 9\ndisable auth\n");
    CHECK(finding_ids(controls) ==
          std::set<std::string>{"conf-key-untrusted", "conf-key-missing", "conf-auth-disabled"});
    CHECK(finding_of(controls, "conf-key-untrusted").line == 2);
}

TEST_CASE("a keys file that nothing asks for a key may be empty or absent") {
    const Workplace place;
    write_private(place, "keys", "# none yet\n");
    const std::string keys = place.path_of("keys");
    for (const std::string& path : {keys, keys + ".absent"}) {
        CHECK(worst_of(start(place, "keyfile " + path + "\npool a iburst\nmakestep 1 3\n")) ==
              Severity::note);
        CHECK(worst_of(start(place, "keys " + path + "\npool a iburst\nrestrict default\n")) ==
              Severity::note);
        CHECK(worst_of(start(place, "keyfile " + path + "\nserver a key 1\n")) == Severity::critical);
        CHECK(worst_of(start(place, "keys " + path + "\npool a iburst\ncontrolkey 1\n")) ==
              Severity::critical);
    }
}

TEST_CASE("words of younger daemons are no more than notes") {
    const Workplace place;
    for (const auto* conf : {"makestep 1 3\nfuturedirective 4\nserver a iburst futureoption 7\n",
                             "restrict default\nfuturestatement 4\nserver a futureoption 7\n"}) {
        const ConfigurationReport report = start(place, conf);
        CHECK(report.associations.size() == 1);
        CHECK_FALSE(report.ends_at_start);
        CHECK(worst_of(report) == Severity::note);
    }
}

TEST_CASE("chronyd loses keys that its user cannot read, once it reads them again") {
    const Workplace place;
    write_private(place, "chrony.keys", "1 SHA1 HEX:0123456789abcdef0123456789abcdef01234567\n");
    ConfigurationRequest request =
        request_of(place, "keyfile " + place.path_of("chrony.keys") + "\nserver a key 1\n", Daemon::chrony);
    request.user = "nobody";
    const auto report = inspect_configurations({&request, 1}).front();
    CHECK(finding_of(report, "conf-user-unreadable").severity == Severity::warning);
    CHECK(verdicts(report) == Lines{"depends"});
}

TEST_CASE("what helps with keys is a command that can be pasted, or what the server has to do") {
    const Workplace place;
    write_private(place, "keys", "1 SHA1 abcdefghijklmnopqrst\n");
    const std::string keys = place.path_of("keys");
    const std::string conf = place.path_of("conf");
    const auto remedy = [&](const std::string& text, const std::string& id) {
        return finding_of(start(place, text), id).remedy;
    };
    CHECK(remedy("keys " + keys + "\nserver a key 1", "conf-key-untrusted") ==
          "sed -i --follow-symlinks '$a trustedkey 1' " + conf);
    CHECK(remedy("keys " + keys + "\ntrustedkey 7\nserver a key 1\n", "conf-key-untrusted") ==
          "sed -i --follow-symlinks '2s/trustedkey/trustedkey 1/' " + conf);
    CHECK(remedy("keys " + keys + "\nserver a key 11\n", "conf-key-missing") ==
          "on a: copy the line of key 11 of its keys file into " + keys + " here");
    CHECK(remedy("keyfile " + keys + "x\nserver a key 7\n", "conf-file-missing") ==
          "install -m 600 /dev/null " + keys + "x && keygen --merge " + keys +
              "x --dialect chrony --key-type AES128CMAC --first-id 7 --key-count 1");
    CHECK(remedy("keyfile /nonexistent/d/k\nserver a key 7\n", "conf-file-missing")
              .starts_with("mkdir -p /nonexistent/d && install"));
    CHECK(remedy("makestep 1 3\n", "conf-nothing").empty());
    // There are no keys that could get one.
    CHECK(remedy(conf_of(place, "crypto host server1\n"), "conf-password-default").empty());
}

#include "catch.hpp"
#include "inspect/configuration_start.hpp"

using namespace keygen;
using namespace keygen::test;

namespace {

std::string outcome_of(const ConfigurationReport& report, const std::string& purpose) {
    for (const ExpectedFile& file : report.files) {
        if (file.purpose == purpose)
            return fmt::format("{}: {}", name_of(file.outcome), file.detail);
    }
    return "";
}

}  // namespace

TEST_CASE("ntpd starts with what it accepted") {
    const FixtureDirectory place("accepted-by-ntpd/iff-512-server");
    const auto report = start(place, conf_of(place, "crypto host server1 ident grp pw pw1\n"));
    CHECK_FALSE(report.ends_at_start);
    CHECK(report.daemon == Daemon::ntpd);
    Lines outcomes;
    for (const ExpectedFile& file : report.files)
        outcomes.push_back(fmt::format("{} {}", name_of(file.outcome), file.purpose));
    CHECK(outcomes == Lines{"loaded host key", "absent sign key", "loaded certificate",
                            "loaded IFF server key", "absent GQ server key", "absent MV server key"});
    CHECK(finding_ids(report).empty());
}

TEST_CASE("on which files ntpd ends at its start") {
    const FixtureDirectory place("accepted-by-ntpd/iff-512-server");
    const std::string certificate_text = place.read("ntpkey_RSA-SHA1cert_server1.4004387960");
    const std::string key_text = place.read("ntpkey_RSAhost_server1.4004387960");
    const auto put = [&](const std::string& name, const std::string& text) {
        place.remove(name);
        place.write(name, text);
    };
    const auto report_of = [&](const std::string& crypto) {
        return start(place, conf_of(place, "crypto " + crypto + "\nserver 127.0.0.1 autokey ident grp\n"));
    };
    const std::string all = "host server1 pw pw1";
    const auto outcome = [&](const std::string& purpose, const std::string& crypto) {
        const auto report = report_of(crypto);
        CHECK(report.ends_at_start);
        CHECK(verdicts(report) == Lines{"fails"});
        return outcome_of(report, purpose);
    };
    SECTION("wrong password, and none: the host's name") {
        CHECK(outcome("host key", "host server1 pw no") ==
              "refused: ntpd cannot read the key: the password does not open it");
        CHECK(outcome("host key", "host server1").starts_with("refused: "));
    }
    SECTION("no host key") {
        CHECK(outcome("host key", "host nobody pw pw1") == "missing: not there");
        CHECK(finding_of(report_of("pw pw1"), "conf-file-missing").path == place.path() + "/ntpkey_host_vm");
    }
    SECTION("no certificate, an empty one, and none that it takes") {
        place.remove("ntpkey_cert_server1");
        CHECK(outcome("certificate", all) == "missing: not there");
        place.write("ntpkey_cert_server1", "");
        CHECK(outcome("certificate", all) == "refused: the file is empty");
        put("ntpkey_cert_server1", "# none\n" + certificate_text);
        CHECK(outcome("certificate", all) == "refused: no filestamp in line 1");
        put("ntpkey_cert_server1", "# a.b\n" + certificate_text);
        CHECK(outcome("certificate", all) == "refused: invalid filestamp in line 1");
        put("ntpkey_cert_server1", key_text);
        CHECK(outcome("certificate", all) == "refused: no certificate");
        put("ntpkey_cert_server1", "# a.4294967000\n" + certificate_text);
        CHECK(outcome("certificate", all) == "refused: begins before its filestamp");
    }
    SECTION("a certificate, and a directory, in the key's place") {
        put("ntpkey_host_server1", certificate_text);
        CHECK(outcome("host key", all) == "refused: ntpd cannot read the key: there is no private key in it");
        place.remove("ntpkey_host_server1");
        std::filesystem::create_directory(place.path_of("ntpkey_host_server1"));
        CHECK(outcome("host key", all) == "refused: a directory");
    }
}

TEST_CASE("a file of 17 MB in a key's place is a finding") {
    const FixtureDirectory place("accepted-by-ntpd/iff-512-server");
    place.remove("ntpkey_host_server1");
    place.write("ntpkey_host_server1", "# a.1\n" + std::string(17U << 20U, 'x'));
    const auto report = start(place, conf_of(place, "crypto host server1 pw pw1\nserver a autokey\n"));
    CHECK(report.files.at(0).outcome == ExpectedFile::Outcome::unknown);
    CHECK(finding_of(report, "conf-file-unreadable").severity == Severity::warning);
    CHECK_FALSE(report.ends_at_start);
    CHECK(verdicts(report) == Lines{"unknown"});
}

TEST_CASE("what becomes of an association with autokey, by this side's files") {
    const FixtureDirectory place("accepted-by-ntpd/iff-512-client");
    const auto evaluate = [&](const std::string& line) {
        return start(place, conf_of(place, "crypto host client1 pw pw1\n" + line));
    };
    const auto good = evaluate("server ntp.example autokey ident grp\n");
    CHECK(verdicts(good) == Lines{"depends"});
    CHECK(good.associations.at(0).scheme == "IFF");
    CHECK(good.associations.at(0).explanation ==
          "IFF with ntpkey_iffpar_grp, if the server's key is of generation IFF:877acf5a7b53d3d7, filestamp "
          "4004387960");
    const auto without_ident = evaluate("server ntp.example autokey\n");
    CHECK(without_ident.associations.at(0).scheme == "TC");
    CHECK(finding_of(without_ident, "conf-ident-unset").severity == Severity::warning);
    CHECK(verdicts(evaluate("server ntp.example autokey ident other\n")) ==
          Lines{"fails: conf-ident-missing"});
    const auto without_autokey = evaluate("server ntp.example ident grp\n");
    CHECK(verdicts(without_autokey) == Lines{"open: conf-autokey-unset"});
    CHECK(finding_of(without_autokey, "conf-autokey-unset").severity == Severity::warning);
    CHECK(verdicts(start(place, "server ntp.example autokey ident grp\n")) ==
          Lines{"fails: conf-crypto-missing"});
    CHECK(evaluate("broadcast 10.255.255.255 autokey\n").associations.at(0).explanation ==
          "clients check this host's certificate and identity");
}

TEST_CASE("client parameters that ntpd cannot use") {
    const FixtureDirectory place("accepted-by-ntpd/iff-512-client");
    const std::string sound = place.read("ntpkey_iffpar_grp");
    const auto evaluate = [&](const std::string& content) {
        place.remove("ntpkey_iffpar_grp");
        place.write("ntpkey_iffpar_grp", content);
        const auto report =
            start(place, conf_of(place, "crypto host client1 pw pw1\nserver a autokey ident grp\n"));
        CHECK(verdicts(report) == Lines{"fails: conf-file-refused"});
        CHECK_FALSE(report.ends_at_start);
        return fmt::format("{}: {}", name_of(report.files.back().outcome), report.files.back().detail);
    };
    CHECK(evaluate(sound.substr(sound.find("-----BEGIN"))) == "refused: no filestamp in line 1");
    std::string damaged = sound;
    damaged.erase(damaged.size() / 2, 20);
    CHECK(evaluate(damaged) == "refused: ntpd cannot read the key: it is damaged");
    CHECK(evaluate(fixture("accepted-by-ntpd/iff-512-server/ntpkey_IFFkey_grp.4004387960")) ==
          "refused: ntpd cannot read the key: it is encrypted");
    CHECK(evaluate(fixture("accepted-by-ntpd/gq-512-client/ntpkey_gqpar_grp")).starts_with("loaded: "));
    CHECK(evaluate(fixture("ntp-4.2.8p15/iff/exported-iffpar")).starts_with("loaded: "));
}

TEST_CASE("an ident without a link to its key leaves ntpd without an identity scheme, silently") {
    const FixtureDirectory place("accepted-by-ntpd/iff-512-server");
    const Finding other = finding_of(start(place, conf_of(place, "crypto host server1 ident wheel pw pw1\n")),
                                     "conf-identity-missing");
    CHECK(other.severity == Severity::warning);
    CHECK(other.cause.ends_with("the keys that lie there are of other groups: ntpkey_IFFkey_grp.4004387960"));
    CHECK(other.remedy.empty());  // only the owner knows which of the two names is the right one
    place.remove("ntpkey_iffkey_grp");
    const Finding own = finding_of(start(place, conf_of(place, "crypto host server1 ident grp pw pw1\n")),
                                   "conf-identity-missing");
    CHECK(own.remedy ==
          "keylink --keysdir " + place.path() + " " + place.path_of("ntpkey_IFFkey_grp.4004387960"));
}

TEST_CASE("a client that only asks need not prove itself") {
    const FixtureDirectory client("accepted-by-ntpd/iff-512-client");
    client.remove("ntpkey_iffpar_grp");
    const std::string crypto = "crypto host client1 ident grp pw pw1\n";
    CHECK_FALSE(finding_ids(start(client, conf_of(client, crypto + "server 10.0.0.1 autokey\n")))
                    .contains("conf-identity-missing"));
    CHECK(finding_ids(start(client, conf_of(client, crypto))).contains("conf-identity-missing"));
}

TEST_CASE("what root reads is not what ntpd reads") {
    const FixtureDirectory place("accepted-by-ntpd/iff-512-client");
    ConfigurationRequest request = request_of(
        place, conf_of(place, "crypto host client1 pw pw1\nserver a autokey ident grp\n"), Daemon::ntpd);
    ::chmod(place.path().c_str(), 0700);
    request.user = "nobody";
    const auto closed = inspect_configurations({&request, 1}).front();
    CHECK(verdicts(closed) == Lines{"fails: conf-user-unreadable"});
    CHECK(finding_of(closed, "conf-user-unreadable").severity == Severity::critical);
    CHECK(closed.user == "nobody");
    request.user = "root";
    CHECK(verdicts(inspect_configurations({&request, 1}).front()) == Lines{"depends"});
}

TEST_CASE("the password of a configuration is nowhere in the report") {
    const FixtureDirectory place("accepted-by-ntpd/iff-512-server");
    const auto line =
        GENERATE(as<std::string>{}, "crypto pw my verysecret", "crypto host server1 pw verysecret pw");
    for (const auto daemon : {Daemon::ntpd, Daemon::ntpsec, Daemon::chrony}) {
        const auto report = start(place, conf_of(place, line + "\nserver 10.0.0.1 autokey\n"), daemon);
        std::string all = report.host + report.ident;
        for (const Finding& finding : report.findings)
            all += finding.cause + finding.remedy;
        for (const ExpectedFile& file : report.files)
            all += file.detail + file.path;
        CHECK(all.find("verysecret") == std::string::npos);
    }
}

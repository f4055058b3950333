#include "catch.hpp"
#include "inspect/configuration_start.hpp"

using namespace keygen;
using namespace keygen::test;

namespace {

const std::string SERVER = "crypto host server1 ident grp pw pw1\n";
const std::string CLIENT = "crypto host client1 pw pw1\n";
const std::string ASK = "server 10.0.0.1 autokey ident grp\n";

struct Pair {
    explicit Pair(const std::string& scheme)
        : server("accepted-by-ntpd/" + scheme + "-server"),
          client("accepted-by-ntpd/" + scheme + "-client") {}

    [[nodiscard]] ConfigurationReport judge(const std::string& client_conf = CLIENT + ASK,
                                            const std::string& server_conf = SERVER) const {
        return start_both(server, server_conf, client, client_conf);
    }
    FixtureDirectory server;
    FixtureDirectory client;
};

}  // namespace

TEST_CASE("pairs that two ntpd accepted verify") {
    const auto scheme = GENERATE(as<std::string>{}, "iff-512", "gq-512", "gq-2048", "mv-512x5");
    CAPTURE(scheme);
    const auto report = Pair(scheme).judge();
    CHECK(verdicts(report) == Lines{"verifies"});
    CHECK(report.findings.empty());
}

TEST_CASE("both sides of a private certificate") {
    const Pair pair("pc");
    const std::string ask = "server 10.0.0.1 autokey\n";
    CHECK(verdicts(pair.judge(CLIENT + ask, "crypto host server1 pw pw1\n")) == Lines{"verifies"});
    const Pair iff("iff-512");
    CHECK(verdicts(start_both(iff.server, SERVER, pair.client, CLIENT + ask)) ==
          Lines{"fails: conf-private-mismatch"});
    CHECK(verdicts(start_both(pair.server, "crypto host server1 pw pw1\n", iff.client, CLIENT + ASK)) ==
          Lines{"fails: conf-private-mismatch"});
}

TEST_CASE("what the configurations of both sides have to agree on") {
    const Pair pair("iff-512");
    CHECK(verdicts(pair.judge(CLIENT + ASK, "")) == Lines{"fails: conf-server-without-autokey"});
    CHECK(verdicts(pair.judge(CLIENT + ASK, "crypto host nobody pw pw1\n")) ==
          Lines{"fails: conf-server-fails"});
    CHECK(verdicts(pair.judge("crypto host client1 pw pw1 digest SHA1\n" + ASK)) ==
          Lines{"fails: conf-digest-mismatch"});
    CHECK(verdicts(pair.judge(ASK)) == Lines{"fails: conf-crypto-missing"});
    const auto unasked = pair.judge(CLIENT + "server 10.0.0.1 ident grp\n");
    CHECK(verdicts(unasked) == Lines{"open: conf-autokey-unset"});
    CHECK(finding_of(unasked, "conf-autokey-unset").severity == Severity::critical);
    CHECK(verdicts(pair.judge(CLIENT + "server 10.0.0.1\n")) == Lines{"open: conf-autokey-unset"});
    CHECK(verdicts(pair.judge(CLIENT + "server 10.0.0.1 autokey\n")) == Lines{"verifies"});
    CHECK(verdicts(pair.judge(CLIENT + "server 10.0.0.1 autokey ident other\n")) ==
          Lines{"fails: conf-ident-missing"});
}

TEST_CASE("parameters of another generation or scheme") {
    const Pair pair("iff-512");
    const Pair gq("gq-512");
    const std::string par = pair.client.read("ntpkey_iffpar_grp");
    pair.client.remove("ntpkey_iffpar_grp");
    std::string stamped = par;
    stamped.replace(stamped.find(".4004387960"), 11, ".4004387961");
    pair.client.write("ntpkey_iffpar_grp", stamped);
    CHECK(verdicts(pair.judge()) == Lines{"fails: conf-parameters-mismatch"});
    pair.client.remove("ntpkey_iffpar_grp");
    pair.client.write("ntpkey_gqpar_grp", gq.client.read("ntpkey_gqpar_grp"));
    CHECK(verdicts(pair.judge()) == Lines{"fails: conf-scheme-mismatch"});
    // Where the server shows no scheme, ident has no effect.
    pair.server.remove("ntpkey_iffkey_grp");
    const auto trusted = pair.judge();
    CHECK(verdicts(trusted) == Lines{"verifies"});
    CHECK(trusted.associations.at(0).scheme == "TC");
}

TEST_CASE("the key of an association on both sides") {
    const Workplace server;
    const Workplace client;
    const auto judge = [&](const std::string& server_keys, const std::string& trusted) {
        write_private(server, "keys", server_keys);
        write_private(client, "keys", "1 SHA1 abcdefghijklmnopqrst\n");
        return verdicts(
            start_both(server, "keys " + server.path_of("keys") + "\ntrustedkey " + trusted + "\n", client,
                       "keys " + client.path_of("keys") + "\ntrustedkey 1\nserver a key 1\n"));
    };
    CHECK(judge("1 SHA1 abcdefghijklmnopqrst\n", "1") == Lines{"verifies"});
    CHECK(judge("1 MD5 abcdefghijklmnopqrst\n", "1") == Lines{"fails: conf-key-mismatch"});
    CHECK(judge("1 SHA1 abcdefghijklmnopqrsx\n", "1") == Lines{"fails: conf-key-mismatch"});
    CHECK(judge("2 SHA1 abcdefghijklmnopqrst\n", "1") == Lines{"fails: conf-key-mismatch"});
    CHECK(judge("1 SHA1 abcdefghijklmnopqrst\n", "2") == Lines{"fails: conf-key-mismatch"});
}

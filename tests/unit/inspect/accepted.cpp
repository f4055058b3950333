#include "catch.hpp"
#include "inspect/fixture_directory.hpp"

using namespace keygen;
using namespace keygen::test;

namespace {
const std::vector<std::string> FOLDERS = {"gq-2048-client",    "gq-2048-server",    "gq-512-client",
                                          "gq-512-server",     "iff-512-client",    "iff-512-server",
                                          "mv-2048x30-client", "mv-2048x30-server", "mv-512x5-client",
                                          "mv-512x5-server",   "pc-client",         "pc-server"};
}

TEST_CASE("what ntpd accepted has no finding worse than a weakness") {
    const auto folder = GENERATE(from_range(FOLDERS));
    CAPTURE(folder);
    const FixtureDirectory directory_scan("accepted-by-ntpd/" + folder);
    for (const char* password : {static_cast<const char*>(nullptr), "pw1"}) {
        const auto report = look_at({directory_scan.path()}, password);
        CHECK(ids(report, Severity::warning) == std::set<std::string>{});
        CHECK(ids(report, Severity::critical) == std::set<std::string>{});
        for (const InspectedFile& file : report.files)
            CHECK(file.assurance != VerificationState::unreadable);
    }
}

TEST_CASE("a fingerprint is the same on the server and on the client of one generation") {
    const auto scheme = GENERATE("iff-512", "gq-512", "gq-2048", "mv-512x5", "mv-2048x30");
    const FixtureDirectory server(fmt::format("accepted-by-ntpd/{}-server", scheme));
    const FixtureDirectory client(fmt::format("accepted-by-ntpd/{}-client", scheme));
    const auto fingerprint = [](const InspectReport& report) {
        for (const InspectedFile& file : report.files) {
            if (file.scheme)
                return file.fingerprint;
        }
        return std::string("none");
    };
    const auto of_server = fingerprint(look_at({server.path()}, "pw1"));
    CHECK(of_server == fingerprint(look_at({client.path()})));
    CHECK(of_server.size() > 10);
}

TEST_CASE("a host key and its certificate have one fingerprint") {
    const FixtureDirectory directory_scan("accepted-by-ntpd/iff-512-server");
    const auto report = look_at({directory_scan.path()}, "pw1");
    CHECK(file_named(report, "ntpkey_RSAhost_server1.4004387960").fingerprint ==
          file_named(report, "ntpkey_RSA-SHA1cert_server1.4004387960").fingerprint);
}

TEST_CASE("servers and clients that ntpd accepted are proven") {
    const auto scheme = GENERATE("iff-512", "gq-512", "gq-2048", "mv-512x5", "mv-2048x30");
    CAPTURE(scheme);
    const FixtureDirectory server(fmt::format("accepted-by-ntpd/{}-server", scheme));
    const FixtureDirectory client(fmt::format("accepted-by-ntpd/{}-client", scheme));
    const auto report = look_at({server.path(), client.path()}, "pw1", true);
    REQUIRE(!report.proofs.empty());
    CHECK(report.proofs.front().is_proven);
    CHECK(ids(report, Severity::warning) == std::set<std::string>{});
    for (const InspectedFile& file : report.files) {
        if (file.scheme)
            CHECK(file.assurance == VerificationState::proven);
    }
}

TEST_CASE("a GQ client's file for the stock reading is not expected to prove in the published one") {
    const FixtureDirectory server("accepted-by-ntpd/gq-512-server");
    const FixtureDirectory client("accepted-by-ntpd/gq-512-client");
    const auto report = look_at({server.path(), client.path()}, "pw1", true);
    REQUIRE(report.proofs.size() == 2);
    CHECK(report.proofs[0].reading == GqLayout::stock);
    CHECK(report.proofs[1].reading == GqLayout::published);
    CHECK_FALSE(report.proofs[1].is_proven);
    CHECK_FALSE(report.proofs[1].is_expected);
    CHECK_FALSE(has_id(report, "identity-not-proven"));
}

TEST_CASE("files of different generations have nothing to prove to each other") {
    const FixtureDirectory server("accepted-by-ntpd/iff-512-server");
    const FixtureDirectory other("ntp-4.2.8p15/iff");
    const auto report = look_at({server.path(), other.path_of("exported-iffpar")}, "pw1", true);
    CHECK(report.proofs.empty());
    CHECK(has_id(report, "identity-unmatched"));
}

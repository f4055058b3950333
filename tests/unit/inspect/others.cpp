#include "catch.hpp"
#include "inspect/fixture_directory.hpp"

using namespace keygen;
using namespace keygen::test;

namespace {

struct OtherPeoplesFiles : Workplace {
    OtherPeoplesFiles() { ::chmod(path().c_str(), 0700); }
    void put(const std::string& name, const std::string& source, const std::string& header = "") const {
        write(name, header + std::string(keysdir::read_file(KEYGEN_TEST_DATA "/foreign/" + source).text()));
        ::chmod(path_of(name).c_str(), 0600);
    }
};

const std::vector<std::string> SOURCES = {"ed25519.pem", "ec.pem",     "ec-pkcs8.pem",
                                          "tls.pem",     "public.pem", "pgp.asc"};

}  // namespace

TEST_CASE("PEM of other programs is left alone under a name of theirs") {
    const OtherPeoplesFiles directory_scan;
    for (const std::string& source : SOURCES) {
        directory_scan.put("www-" + source, source);
        directory_scan.put("www-" + source + ".keys", source);
    }
    const InspectReport report = look_at({directory_scan.path()});
    CHECK(report.files.empty());
    CHECK(report.directories.at(0).others == 2 * SOURCES.size());
    CHECK(report.findings.empty());
}

TEST_CASE("PEM of other programs under a name of ntpd's is told for what it is") {
    const auto source = GENERATE(from_range(SOURCES));
    CAPTURE(source);
    const OtherPeoplesFiles directory_scan;
    directory_scan.put("ntpkey_host_server1", source);
    const InspectReport report = look_at({directory_scan.path()});
    CHECK(has_id(report, "type-mismatch"));
    CHECK_FALSE(has_id(report, "damaged"));
    const InspectReport named = [&] {
        directory_scan.put("received", source);
        return look_at({directory_scan.path_of("received")});
    }();
    const bool may_serve_nts = source == "tls.pem" || source.starts_with("e");
    CHECK(has_id(named, "unknown-content") != may_serve_nts);
    CHECK_FALSE(has_id(named, "header-missing"));
    CHECK_FALSE(has_id(named, "damaged"));
}

TEST_CASE("a cipher that is not there is said once, and nothing else") {
    const OtherPeoplesFiles directory_scan;
    directory_scan.put("ntpkey_RSAhost_server1.4004387960", "pkcs8-rc2-40.pem",
                       "# ntpkey_RSAhost_server1.4004387960\n\n");
    directory_scan.link("ntpkey_host_server1", "ntpkey_RSAhost_server1.4004387960");
    InspectRequest request;
    request.paths = {directory_scan.path()};
    request.now = FIXTURE_NOW;
    request.host_name = "vm";
    const InspectReport report = inspect(request);
    CHECK(has_id(report, "cipher-unsupported"));
    CHECK_FALSE(has_id(report, "damaged"));
}

TEST_CASE("the rounds of PKCS #12's key derivation are counted") {
    const OtherPeoplesFiles directory_scan;
    directory_scan.put("key.pem", "pkcs8-pbes1.pem", "# ntpkey_RSAhost_server1.4004387960\n\n");
    const InspectReport report = look_at({directory_scan.path_of("key.pem")});
    REQUIRE(report.files.at(0).encryption);
    CHECK(report.files.at(0).encryption->iterations == 3000);
}

TEST_CASE("a keys file of NTPsec is stamped with Unix time") {
    const OtherPeoplesFiles directory_scan;
    directory_scan.write("ntp.keys", fixture("symmetric/ntpsec-ntpkeygen.keys"));
    ::chmod(directory_scan.path_of("ntp.keys").c_str(), 0600);
    CHECK(look_at({directory_scan.path()}).files.at(0).generated_at == 1795401896);
    CHECK(ids(look_at({directory_scan.path()}), Severity::warning) == std::set<std::string>{});
    directory_scan.write("ntp.keys", "# ntpkey_MD5key_h.4004388800\n1 MD5 abcdefghijkl\n");
    CHECK(look_at({directory_scan.path()}).files.at(0).generated_at == 1795400000);
    // After 2036 NTP seconds are small again.
    constexpr UnixTime YEAR_2070 = 3155760000;
    directory_scan.write("ntp.keys", "# ntpkey_MD5key_h.946771200\n1 MD5 abcdefghijkl\n");
    CHECK(look_at({directory_scan.path()}, nullptr, false, YEAR_2070).files.at(0).generated_at == 3032749696);
}

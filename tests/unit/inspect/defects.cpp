#include "catch.hpp"
#include "inspect/fixture_directory.hpp"

using namespace keygen;
using namespace keygen::test;

namespace {

using Ids = std::set<std::string>;

// Of a directory that ntp-keygen 4.2.8p15 left behind, weaknesses left out.
Ids defects(const std::string& folder, const char* password = "seekritword") {
    const FixtureDirectory directory_scan("ntp-4.2.8p15/" + folder);
    Ids result;
    for (const std::string& id : ids(look_at({directory_scan.path()}, password))) {
        // A directory's name is another in every run.
        const bool is_of_directory = id.find("keygen-unit-") != std::string::npos;
        result.insert(is_of_directory ? id.substr(0, id.rfind(' ')) : id);
    }
    return result;
}

}  // namespace

TEST_CASE("the recipe of 4.2.8p15 leaves no identity key") {
    CHECK(defects("recipe-default") == Ids{"warning identity-missing"});
    CHECK(defects("recipe-default", nullptr) == Ids{"warning identity-missing"});
}

TEST_CASE("IFF parameters of 4.2.8p15 have lost their public value") {
    CHECK(defects("iff") == Ids{"critical iff-no-public-value exported-iffpar"});
    CHECK(defects("iff", nullptr) == Ids{"critical iff-no-public-value exported-iffpar"});
}

TEST_CASE("GQ files of 4.2.8p15 hold in the published reading only") {
    CHECK(defects("gq") == Ids{"critical gq-wrong-reading exported-gqpar",
                               "critical gq-wrong-reading ntpkey_GQkey_server1.4004390717"});
    CHECK(defects("gq", nullptr) == Ids{"critical gq-wrong-reading exported-gqpar"});
}

TEST_CASE("MV files of 4.2.8p15 have lost what ntpd and the authority need") {
    const Ids expected = {"critical mv-no-public-value exported-mvkey",
                          "critical mv-no-public-value exported-mvpar", "warning identity-missing",
                          "warning mv-authority-incomplete ntpkey_MVta_server1.4004390717"};
    CHECK(defects("mv", nullptr) == expected);
    Ids with_password = expected;
    with_password.insert("note wrong-password exported-mvkey");
    CHECK(defects("mv") == with_password);
}

TEST_CASE("4.2.8p15 links the identity key of a group under the host only") {
    CHECK(defects("iff-group") == Ids{"warning group-link-missing ntpkey_IFFkey_wheel.4004390717"});
}

TEST_CASE("a DSA sign key with an RSA scheme leaves 4.2.8p15 without a certificate") {
    CHECK(defects("dsa-sign") == Ids{"critical certificate-missing ntpkey_cert_server1"});
}

TEST_CASE("chrony refuses the comments behind the keys of 4.2.8p15") {
    CHECK(defects("symmetric") == Ids{"note keys-trailing-text ntpkey_MD5key_server1.4004390719"});
    const FixtureDirectory directory_scan("ntp-4.2.8p15/symmetric");
    InspectRequest request;
    request.paths = {directory_scan.path_of("ntp.keys")};
    request.now = FIXTURE_NOW;
    request.dialect = Dialect::chrony;
    CHECK(ids(inspect(request), Severity::critical) ==
          Ids{"critical keys-none ntp.keys", "critical keys-trailing-text ntp.keys"});
}

TEST_CASE("what 4.2.8p15 got right has no defect") {
    CHECK(defects("private") == Ids{});
    CHECK(defects("aes-cipher") == Ids{"warning identity-missing"});
    CHECK(defects("rsa-sign") == Ids{"warning identity-missing"});
}

TEST_CASE("the export and the key of a defective IFF pair do not prove") {
    const FixtureDirectory directory_scan("ntp-4.2.8p15/iff");
    const auto report = look_at({directory_scan.path()}, "seekritword", true);
    REQUIRE(report.proofs.size() == 1);
    CHECK_FALSE(report.proofs[0].is_proven);
    CHECK(has_id(report, "identity-not-proven"));
}

TEST_CASE("every weakness of the recipe's defaults is named") {
    const FixtureDirectory directory_scan("ntp-4.2.8p15/recipe-default");
    const auto all = ids(look_at({directory_scan.path()}, "seekritword"), Severity::warning, true);
    for (const auto* id : {"weak-cipher", "weak-key-derivation", "weak-modulus"})
        CHECK(all.contains(fmt::format("warning {} ntpkey_RSAhost_server1.4004390717", id)));
    for (const auto* id : {"weak-digest", "weak-modulus"})
        CHECK(all.contains(fmt::format("warning {} ntpkey_RSA-MD5cert_server1.4004390717", id)));
}

#include <keygen/identity.hpp>

#include "catch.hpp"
#include "crypto/certificate.hpp"
#include "crypto/key_pair.hpp"
#include "crypto/pem.hpp"
#include "identity/fixture_keys.hpp"
#include "identity/gq.hpp"
#include "identity/identity.hpp"
#include "keysdir/filename.hpp"
#include "keysdir/header.hpp"
#include "thrown.hpp"

#include <algorithm>

using namespace keygen;
using namespace keygen::test;

namespace {

const std::string PEER = "ntp-4.2.8p15/", ACCEPTED = "accepted-by-ntpd/";

std::string prove_mv_error(const IdentityKey& server, const IdentityKey& client) {
    return describe_error([&] { prove_mv(server, client, private_random()); });
}

}  // namespace

TEST_CASE("every key and certificate of the fixtures is read with its password") {
    int keys = 0, certificates = 0;
    const std::filesystem::path root = std::string(KEYGEN_TEST_DATA) + "/fixtures";
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
        const std::string path = entry.path().string(), name = entry.path().filename().string();
        const bool is_key_file = name.starts_with("ntpkey_") || name.starts_with("exported");
        if (!entry.is_regular_file() || !is_key_file || name.find("MD5key") != std::string::npos)
            continue;
        INFO(path);
        const SecretBytes text(fixture(std::filesystem::relative(entry.path(), root).string()));
        const auto header = keysdir::parse_header(text.text());
        REQUIRE((header && header->filestamp));
        const auto blocks = crypto::parse_pem(text.text());
        if (blocks.front().label == "CERTIFICATE") {
            const auto certificate = crypto::parse_certificate(text.text());
            CHECK(crypto::is_self_signed(certificate));
            ++certificates;
            continue;
        }
        const bool is_ours = path.find("accepted-by-ntpd") != std::string::npos;
        const auto password = secret(is_ours ? "pw1" : name == "exported-mvkey" ? "clientpw" : "seekritword");
        for (const auto& block : blocks)
            CHECK_NOTHROW(crypto::decode_key(block, &password));
        ++keys;
    }
    CHECK(keys >= 40);
    CHECK(certificates >= 20);
}

TEST_CASE("IFF files that ntpd accepted prove against each other") {
    const auto server = fixture_key(ACCEPTED + "iff-512-server/ntpkey_iffkey_grp", IdentityScheme::iff,
                                    IdentityRole::server, "pw1");
    const auto client =
        fixture_key(ACCEPTED + "iff-512-client/ntpkey_iffpar_grp", IdentityScheme::iff, IdentityRole::client);
    CHECK_NOTHROW(prove_iff(server, client, private_random()));
    CHECK_NOTHROW(prove_iff(server, make_iff_client(server), private_random()));
    CHECK(server.fingerprint() == client.fingerprint());
    CHECK(server.modulus_bits() == 512);
}

TEST_CASE("GQ files that ntpd accepted prove against each other in the stock reading") {
    for (const std::string size : {"512", "2048"}) {
        const auto server = fixture_key(ACCEPTED + "gq-" + size + "-server/ntpkey_gqkey_grp",
                                        IdentityScheme::gq, IdentityRole::server, "pw1");
        const auto client = fixture_key(ACCEPTED + "gq-" + size + "-client/ntpkey_gqpar_grp",
                                        IdentityScheme::gq, IdentityRole::client);
        CHECK_NOTHROW(prove_gq(server, client, GqLayout::stock, private_random()));
        CHECK(server.fingerprint() == client.fingerprint());
        CHECK(std::to_string(server.modulus_bits()) == size);
        const auto certificate =
            crypto::parse_certificate(fixture(ACCEPTED + "gq-" + size + "-server/ntpkey_cert_server1"));
        CHECK(gq_value_matches(server, certificate.fields.gq_value_as_ntpd_reads));
    }
}

TEST_CASE("MV files that ntpd accepted prove against each other") {
    for (const std::string size : {"512x5", "2048x30"}) {
        const auto server = fixture_key(ACCEPTED + "mv-" + size + "-server/ntpkey_mvkey_grp",
                                        IdentityScheme::mv, IdentityRole::server, "pw1");
        const auto client = fixture_key(ACCEPTED + "mv-" + size + "-client/ntpkey_mvpar_grp",
                                        IdentityScheme::mv, IdentityRole::client);
        CHECK(prove_mv_error(server, client) == "no error");
        CHECK(server.fingerprint() == client.fingerprint());
    }
}

TEST_CASE("the client file that ntp-keygen exports for IFF is not proven, and the error says why") {
    const auto server = fixture_key(PEER + "iff/ntpkey_IFFkey_server1.4004390717", IdentityScheme::iff,
                                    IdentityRole::server, "seekritword");
    const auto client = fixture_key(PEER + "iff/exported-iffpar", IdentityScheme::iff, IdentityRole::client);
    CHECK(
        describe_error([&] { prove_iff(server, client, private_random()); }) ==
        "not_proven: IFF: identity not verified: the client file carries no usable public value (PKCS#8, as "
        "ntp-keygen writes it, loses it) (make a good one on the server: keygen -e > iffpar)");
    // The server's key is whole: what we make of it works.
    CHECK_NOTHROW(prove_iff(server, make_iff_client(server), private_random()));
    CHECK_NOTHROW(prove_iff(server, written_and_read(make_iff_client(server)), private_random()));
}

TEST_CASE("the client file that ntp-keygen exports for MV is not proven, and the error says why") {
    const auto client = fixture_key(PEER + "mv/exported-mvpar", IdentityScheme::mv, IdentityRole::client);
    const std::string lost =
        "carries no usable public value (PKCS#8, as ntp-keygen writes it, loses it) (it cannot be saved; "
        "make "
        "new keys: keygen -T -V <clients> -p <password>)";
    CHECK(describe_error([&] { require_usable_client(client); }) ==
          "not_proven: MV: identity not verified: the client file " + lost);
    const auto server =
        fixture_key(PEER + "mv/exported-mvkey", IdentityScheme::mv, IdentityRole::server, "clientpw");
    CHECK(prove_mv_error(server, client).substr(0, 36) == "not_proven: MV: identity not verifie");
}

TEST_CASE("the trusted authority of ntp-keygen is refused with what it lacks") {
    CHECK(describe_error([] {
              fixture_key(PEER + "mv/ntpkey_MVta_server1.4004390717", IdentityScheme::mv,
                          IdentityRole::authority, "seekritword");
          }) ==
          "unsupported: made by ntp-keygen, which kept neither the authority's b nor the clients' xhat: "
          "nothing can be revoked or issued with it (make new keys: keygen -T -V <clients> -p <password>)");
}

TEST_CASE("ntp-keygen's GQ files hold in the published reading only") {
    const auto server = fixture_key(PEER + "gq/ntpkey_GQkey_server1.4004390717", IdentityScheme::gq,
                                    IdentityRole::server, "seekritword");
    const auto client = fixture_key(PEER + "gq/exported-gqpar", IdentityScheme::gq, IdentityRole::client);
    CHECK_NOTHROW(prove_gq(server, client, GqLayout::published, private_random()));
    CHECK(describe_error([&] { prove_gq(server, client, GqLayout::stock, private_random()); }) ==
          "not_proven: GQ: identity not verified: the server file does not hold in the stock reading of GQ "
          "files (rewrite a key of ntp-keygen for stock ntpd: keygen --repair)");
    CHECK(describe_error([&] { (void)make_gq_client(server, GqLayout::stock); }) ==
          "unsupported: this GQ key does not hold in the stock reading (rewrite it for stock ntpd: keygen "
          "--repair)");

    const auto repaired = written_and_read(repair_gq(server));
    CHECK(gq_is_valid(repaired, GqLayout::stock));
    CHECK_NOTHROW(
        prove_gq(repaired, make_gq_client(repaired, GqLayout::stock), GqLayout::stock, private_random()));
    CHECK(describe_error([&] { prove_gq(repaired, client, GqLayout::stock, private_random()); }) ==
          "not_proven: GQ: identity not verified: the client file has no group key where the stock reading "
          "looks (make one on the server: keygen -e --gq-reading stock > gqpar)");
    // v does not change, and neither does what the certificate has to carry.
    CHECK(encode_gq_value(repaired) == encode_gq_value(server));
    CHECK(repaired.fingerprint() == server.fingerprint());
}

TEST_CASE("files of other schemes, roles and passwords are told apart") {
    const std::string iff = ACCEPTED + "iff-512-server/ntpkey_IFFkey_grp.4004387960";
    CHECK(describe_error([&] { fixture_key(iff, IdentityScheme::gq, IdentityRole::server, "pw1"); }) ==
          "bad_file: a key of another type than GQkey");
    CHECK(describe_error([&] {
              fixture_key(iff, IdentityScheme::iff, IdentityRole::server, "pw2");
          }).substr(0, 53) == "wrong_password: the password does not open this key (");
    CHECK(describe_error([&] {
              fixture_key(iff, IdentityScheme::iff, IdentityRole::server);
          }).substr(0, 63) == "wrong_password: the key is encrypted and no password was given ");
    CHECK(describe_error([&] {
              fixture_key(ACCEPTED + "iff-512-server/ntpkey_cert_server1", IdentityScheme::iff,
                          IdentityRole::server, "pw1");
          }) == "bad_file: a PEM block \"CERTIFICATE\" where the IFF IFFkey key should be");
    CHECK(describe_error([] {
              (void)IdentityKey::from_pem("", IdentityScheme::iff, IdentityRole::server, nullptr);
          }) == "bad_file: no PEM block (\"-----BEGIN ...\")");
}

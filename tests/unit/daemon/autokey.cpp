#include "daemon/autokey.hpp"

#include "catch.hpp"

using namespace keygen;
using namespace keygen::daemon;

namespace {

AutokeyParty party(const std::string& subject, CertificateKind kind) {
    AutokeyParty result;
    result.has_crypto = result.starts = true;
    result.digest = "MD5";
    result.certificate.subject = result.certificate.issuer = subject;
    result.certificate.kind = kind;
    result.certificate.key_type = "RSA";
    result.certificate.digest_scheme = "RSA-SHA256";
    result.certificate.modulus_bits = 2048;
    result.certificate.not_after = 1000;
    result.key = "RSA:aa";
    return result;
}

std::string id_of(const std::optional<Obstacle>& obstacle) {
    return obstacle ? std::string(obstacle->id) : "";
}

}  // namespace

TEST_CASE("which server certificates ntpd's clients take") {
    const AutokeyParty good = party("server1", CertificateKind::trusted);
    const auto id_after = [&](auto change, UnixTime now = 500) {
        AutokeyParty server = good;
        change(server);
        return id_of(find_server_obstacle(server, now));
    };
    CHECK(id_after([](auto&) {}).empty());
    CHECK(id_after([](auto&) {}, 2000) == "conf-server-certificate");
    CHECK(id_after([](auto& p) { p.certificate.key_type = "DSA"; }) == "conf-server-certificate");
    CHECK(id_after([](auto& p) { p.certificate.digest_scheme = "rsassaPss"; }) == "conf-server-certificate");
    CHECK(id_after([](auto& p) { p.certificate.modulus_bits = 4096; }).empty());
    CHECK(id_after([](auto& p) { p.certificate.modulus_bits = 8192; }) == "host-key-size");
    const auto plain = [](auto& p) { p.certificate.kind = CertificateKind::plain; };
    CHECK(id_after(plain) == "conf-server-untrusted");
    CHECK(id_after([&](auto& p) {
              plain(p);
              p.asks_others = true;
          }).empty());
}

TEST_CASE("with which certificates of its own an ntpd cannot ask") {
    AutokeyParty client = party("client1", CertificateKind::plain);
    CHECK(id_of(find_client_obstacle(client)).empty());
    client.certificate.modulus_bits = 4096;
    CHECK(id_of(find_client_obstacle(client)).empty());
    client.certificate.modulus_bits = 4097;
    CHECK(id_of(find_client_obstacle(client)) == "host-key-size");
    client.certificate.digest_scheme = "rsassaPss";
    CHECK(id_of(find_client_obstacle(client)) == "certificate-algorithm");
}

TEST_CASE("what keeps two ntpd from each other") {
    const auto id = [](const AutokeyParty& client, const AutokeyParty& server, std::string_view ident = "") {
        return id_of(find_pair_obstacle(client, server, ident));
    };
    using enum CertificateKind;
    CHECK(id(party("c", plain), party("s", trusted)).empty());
    CHECK(id(party("c@g", plain), party("s@g", trusted)).empty());
    CHECK(id(party("c", plain), party("s@g", trusted)) == "conf-group-mismatch");
    CHECK(id(party("c@g", plain), party("s", trusted)) == "conf-group-mismatch");
    CHECK(id(party("c@g", plain), party("s@h", trusted)) == "conf-group-mismatch");
    CHECK(id(party("c@g", plain), party("s@h", trusted), "g") == "conf-group-mismatch");
    CHECK(id(party("c@g", plain), party("s@h", trusted), "h").empty());
    CHECK(id(party("c", plain), party("s@h", trusted), "h") == "conf-group-mismatch");
    CHECK(id(party("c@G", plain), party("s@g", trusted)).empty());
    CHECK(id(party("p", private_), party("p", private_)).empty());
    CHECK(id(party("c", plain), party("p", private_)) == "conf-private-mismatch");
    CHECK(id(party("p", private_), party("s", trusted)) == "conf-private-mismatch");
    AutokeyParty other = party("p", private_);
    other.key = "RSA:bb";
    CHECK(id(party("p", private_), other) == "conf-private-mismatch");
    AutokeyParty digest = party("s", trusted);
    digest.digest = "SHA1";
    CHECK(id(party("c", plain), digest) == "conf-digest-mismatch");
}

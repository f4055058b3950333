#include "catch.hpp"
#include "generate/server_room.hpp"

#include "crypto/algorithm.hpp"
#include "identity/gq.hpp"

using namespace keygen;
using namespace keygen::test;

TEST_CASE("a renewal keeps keys, kind and group, and says so") {
    ServerRoom room;
    generate(room.trusted(IdentityScheme::iff), {});
    const auto first = room.place.snapshot();
    room.now += 100;
    const auto report = generate(room.renewal(), {});
    CHECK(describe_kept(report.changes) ==
          "ntpkey_RSA-SHA1cert_server1.4004387960: the certificate's kind, trusted\n"
          "ntpkey_RSA-SHA1cert_server1.4004387960: the group, grp\n"
          "ntpkey_RSAhost_server1.4004387960: RSA host key, 512 bits\n"
          "ntpkey_IFFkey_grp.4004387960: IFF server key, 256 bits\n");
    CHECK(describe_files(report.changes) ==
          "ntpkey_RSA-SHA1cert_server1.4004388060 0644: trusted certificate of server1@grp, RSA-SHA1\n");
    CHECK(describe_links(report.changes) ==
          "ntpkey_cert_server1 -> ntpkey_RSA-SHA1cert_server1.4004388060, before "
          "ntpkey_RSA-SHA1cert_server1.4004387960\n");
    CHECK(report.changes.warnings.empty());
    auto expected = first;
    const auto second = room.place.snapshot();
    expected["ntpkey_cert_server1"] = "-> ntpkey_RSA-SHA1cert_server1.4004388060";
    expected["ntpkey_RSA-SHA1cert_server1.4004388060"] = second.at("ntpkey_RSA-SHA1cert_server1.4004388060");
    CHECK(second == expected);
}

TEST_CASE("what is asked for changes, and only that") {
    ServerRoom room;
    generate(room.trusted(IdentityScheme::iff), {});
    room.now += 100;
    SECTION("the kind") {
        auto request = room.renewal();
        request.kind = CertificateKind::private_;
        generate(request, {});
        CHECK(room.certificate().kind == CertificateKind::private_);
        CHECK(room.certificate().subject == "server1@grp");
    }
    SECTION("no group any more") {
        auto request = room.renewal();
        request.group = "";
        generate(request, {});
        CHECK(room.certificate().subject == "server1");
        CHECK(room.certificate().kind == CertificateKind::trusted);
    }
    SECTION("another group, with a key of its own") {
        auto request = room.renewal();
        request.group = "other";
        request.identity = IdentityRequest{};
        request.identity_bits = 256;
        const auto report = generate(request, {});
        CHECK(room.certificate().subject == "server1@other");
        CHECK(room.place.target_of("ntpkey_iffkey_other") == "ntpkey_IFFkey_other.4004388060");
        CHECK(room.place.target_of("ntpkey_iffkey_grp") == "ntpkey_IFFkey_grp.4004387960");
    }
    SECTION("the host key") {
        auto request = room.renewal();
        request.new_host_key = true;
        request.modulus_bits = 600;
        generate(request, {});
        CHECK(room.place.target_of("ntpkey_host_server1") == "ntpkey_RSAhost_server1.4004388060");
        CHECK(room.certificate().modulus_bits == 600);
        CHECK(room.place.target_of("ntpkey_iffkey_grp") == "ntpkey_IFFkey_grp.4004387960");
    }
    SECTION("the identity key") {
        auto request = room.renewal();
        request.identity = IdentityRequest{.replace_existing = true};
        request.identity_bits = 300;
        const auto report = generate(request, {});
        CHECK(room.place.target_of("ntpkey_iffkey_grp") == "ntpkey_IFFkey_grp.4004388060");
        CHECK(room.place.target_of("ntpkey_iffkey_server1") == "ntpkey_IFFkey_grp.4004388060");
        CHECK(room.place.exists("ntpkey_IFFkey_grp.4004387960"));
    }
    SECTION("nothing that is only a size of what is kept") {
        auto request = room.renewal();
        request.modulus_bits = 1024;
        request.identity = IdentityRequest{};
        request.identity_bits = 512;
        const auto report = generate(request, {});
        CHECK(
            describe_sentences(report.changes.warnings) ==
            "the host key is kept with its 512 bits; -H makes one with 1024\n"
            "the IFF key is kept with its 256 bits; --new-identity makes one with 512, and every client then "
            "needs its new file\n");
    }
    SECTION("the digest, where the key allows it") {
        auto request = room.renewal();
        request.digest_scheme = "RSA-SHA256";
        generate(request, {});
        CHECK(room.certificate().digest_scheme == "RSA-SHA256");
        CHECK(room.place.target_of("ntpkey_cert_server1") == "ntpkey_RSA-SHA256cert_server1.4004388060");
    }
}

TEST_CASE("two runs in one second are two generations, and a clock a little behind does no harm") {
    ServerRoom room;
    generate(room.request(), {});
    CHECK(generate(room.renewal(), {}).filestamp == Filestamp(STAMP + 1));
    CHECK(generate(room.renewal(), {}).filestamp == Filestamp(STAMP + 2));
    room.now -= 1000;
    const auto report = generate(room.renewal(), {});
    CHECK(report.filestamp == Filestamp(STAMP + 3));
    // ntpd refuses a certificate that begins before its filestamp.
    CHECK(room.certificate().not_before == NOW + 3);
    CHECK(room.certificate().serial == "4004387963");
}

TEST_CASE("names that are taken without a link make the filestamp go on") {
    ServerRoom room;
    room.place.write("ntpkey_RSA-SHA1cert_server1.4004387960", "something");
    room.place.write("ntpkey_RSAhost_server1.4004387961", "something");
    CHECK(generate(room.request(), {}).filestamp == Filestamp(STAMP + 2));
    CHECK(room.place.read("ntpkey_RSA-SHA1cert_server1.4004387960") == "something");
}

TEST_CASE("a clock far behind is refused, unless forced") {
    ServerRoom room;
    generate(room.request(), {});
    const auto before = room.place.snapshot();
    room.now -= 3601;
    auto request = room.renewal();
    CHECK(describe_error([&] { generate(request, {}); }) ==
          "already_exists: this clock says 2026-11-23 00:59:19 UTC, but the linked certificate is from "
          "2026-11-23 "
          "01:59:20 UTC (set the clock first; --force goes on from the certificate's time)");
    CHECK(room.place.snapshot() == before);
    request.keysdir.force = true;
    CHECK(generate(request, {}).filestamp == Filestamp(STAMP + 1));
}

TEST_CASE("a filestamp that is asked for is taken, with a warning where it is older") {
    ServerRoom room;
    generate(room.request(), {});
    auto request = room.renewal();
    request.filestamp = Filestamp(STAMP - 50);
    const auto report = generate(request, {});
    CHECK(
        describe_sentences(report.changes.warnings) ==
        "filestamp 4004387910 is older than that of the linked certificate, 4004387960: ntpd keeps the newer "
        "one where it has it cached\n");
    CHECK(room.place.target_of("ntpkey_cert_server1") == "ntpkey_RSA-SHA1cert_server1.4004387910");
    request.filestamp = Filestamp(STAMP);
    CHECK(describe_error([&] { generate(request, {}); }) ==
          "already_exists: " + room.place.path_of("ntpkey_RSA-SHA1cert_server1.4004387960") +
              ": the file exists already (--force replaces it)");
}

TEST_CASE("renewals across 2036-02-07, when filestamps wrap, stay in order") {
    constexpr UnixTime WRAP = 2085978496;
    ServerRoom room;
    room.now = WRAP - 2;
    CHECK(generate(room.request(), {}).filestamp.text() == "4294967294");
    room.now = WRAP + 5;
    CHECK(generate(room.renewal(), {}).filestamp.text() == "5");
    CHECK(room.certificate().not_before == WRAP + 5);
    CHECK(room.certificate().serial == "5");
    CHECK(room.place.target_of("ntpkey_cert_server1") == "ntpkey_RSA-SHA1cert_server1.5");
    // In the same second, across the wrap.
    room.now = WRAP - 100;
    auto request = room.renewal();
    CHECK(generate(request, {}).filestamp.text() == "6");
    CHECK(room.certificate().not_before == WRAP + 6);
    CHECK(room.place.read("ntpkey_cert_server1").substr(0, 70) ==
          "# ntpkey_RSA-SHA1cert_server1.6\n# Thu Feb  7 06:28:22 2036\n\n-----BEGIN");
}

TEST_CASE("nothing changes while the certificate is good for longer than asked") {
    ServerRoom room;
    generate(room.trusted(IdentityScheme::iff), {});
    const auto before = room.place.snapshot();
    auto request = room.renewal();
    request.renew_before_days = 30;
    request.now = NOW + 335 * SECONDS_PER_DAY - 1;
    const auto report = generate(request, {});
    CHECK(report.is_unchanged);
    CHECK(report.filestamp == Filestamp(STAMP));
    CHECK(report.certificate.subject == "server1@grp");
    CHECK(report.changes.files.empty());
    CHECK(report.changes.links.empty());
    CHECK(room.place.snapshot() == before);

    request.now = NOW + 335 * SECONDS_PER_DAY;
    CHECK_FALSE(generate(request, {}).is_unchanged);
    CHECK(room.certificate().not_before == NOW + 335 * SECONDS_PER_DAY);
    CHECK(generate(request, {}).is_unchanged);
}

TEST_CASE("what is asked for beside the renewal is done at once") {
    ServerRoom room;
    generate(room.trusted(IdentityScheme::iff), {});
    room.now += 1000;
    auto request = room.renewal();
    request.renew_before_days = 30;
    SECTION("the same again is nothing") {
        request.kind = CertificateKind::trusted;
        request.group = "grp";
        request.digest_scheme = "rsa-sha1";
        CHECK(generate(request, {}).is_unchanged);
    }
    SECTION("another kind") {
        request.kind = CertificateKind::plain;
        CHECK_FALSE(generate(request, {}).is_unchanged);
    }
    SECTION("another group") {
        request.group = "";
        CHECK_FALSE(generate(request, {}).is_unchanged);
    }
    SECTION("another digest") {
        request.digest_scheme = "RSA-SHA256";
        CHECK_FALSE(generate(request, {}).is_unchanged);
    }
    SECTION("but not a new host key, which a timer would make at each call") {
        request.new_host_key = true;
        request.modulus_bits = 512;
        CHECK(generate(request, {}).is_unchanged);
    }
    SECTION("a certificate of another key than the linked one") {
        auto other = room.renewal();
        other.new_host_key = true;
        other.modulus_bits = 512;
        generate(other, {});
        room.place.remove("ntpkey_cert_server1");
        room.place.link("ntpkey_cert_server1", "ntpkey_RSA-SHA1cert_server1.4004387960");
        CHECK_FALSE(generate(request, {}).is_unchanged);
    }
}

TEST_CASE("a wrong password changes nothing") {
    ServerRoom room;
    generate(room.trusted(IdentityScheme::gq), {});
    const auto before = room.place.snapshot();
    auto request = room.renewal();
    request.password = secret("pw2");
    CHECK(describe_error([&] { generate(request, {}); }) ==
          "wrong_password: " + room.place.path_of("ntpkey_RSAhost_server1.4004387960") +
              ": the password does not open this key (give the password that made it (-p, --password-file, "
              "--password-env or --ask-password))");
    CHECK(room.place.snapshot() == before);
}

TEST_CASE("the host name as password is taken, with a warning and without pw in ntp.conf") {
    const ServerRoom room;
    auto request = room.request();
    request.password = secret("server1");
    request.kind = CertificateKind::trusted;
    const auto report = generate(request, {});
    CHECK(describe_sentences(report.changes.warnings) ==
          "the password is the host name, which everybody knows: it protects nothing (use -p or "
          "--password-file, "
          "and \"crypto pw\" in ntp.conf)\n");
    CHECK(report.server_conf.back() == "crypto host server1");
}

TEST_CASE("a GQ group's certificate carries its value, also when renewed") {
    ServerRoom room;
    generate(room.trusted(IdentityScheme::gq, 512), {.jobs = 2});
    const auto key = room.key("ntpkey_gqkey_grp", IdentityScheme::gq, IdentityRole::server);
    CHECK(gq_value_matches(key, room.certificate().gq_value_as_ntpd_reads));
    prove_gq(key, room.key("ntpkey_GQpar_grp.4004387960", IdentityScheme::gq, IdentityRole::client),
             GqLayout::stock, private_random());
    room.now += 1000;
    generate(room.renewal(), {});
    CHECK(room.certificate().not_before == NOW + 1000);
    CHECK(gq_value_matches(key, room.certificate().gq_value_as_ntpd_reads));
    auto request = room.renewal();
    request.now += 1000;
    request.identity = IdentityRequest{.scheme = IdentityScheme::gq, .replace_existing = true};
    request.identity_bits = 512;
    generate(request, {.jobs = 2});
    CHECK_FALSE(gq_value_matches(key, room.certificate().gq_value_as_ntpd_reads));
    CHECK(gq_value_matches(room.key("ntpkey_gqkey_grp", IdentityScheme::gq, IdentityRole::server),
                           room.certificate().gq_value_as_ntpd_reads));
}

TEST_CASE("a certificate from elsewhere cannot lead out of the directory by its group") {
    ServerRoom room;
    generate(room.request(), {});
    const auto password = secret(PASSWORD);
    const auto key = crypto::KeyPair::generate(SignKeyType::rsa, 512, silent_progress());
    const crypto::CertificateRequest hostile{"server1@../../tmp/x",  1, NOW, NOW + 1000,
                                             CertificateKind::plain, {}};
    room.place.write(
        "ntpkey_RSA-SHA1cert_server1.4004387960",
        "# ntpkey_RSA-SHA1cert_server1.4004387960\n\n" +
            std::string(crypto::format_certificate(hostile, key, find_digest_scheme("RSA-SHA1")).text()));
    const auto before = room.place.snapshot();
    auto request = room.renewal();
    request.identity = IdentityRequest{};
    request.identity_bits = 256;
    const std::string refused =
        "bad_file: " + room.place.path_of("ntpkey_RSA-SHA1cert_server1.4004387960") +
        ": the certificate's group \"../../tmp/x\" starts with a dot (name the group with -i)";
    CHECK(describe_error([&] { generate(request, {}); }) == refused);
    CHECK(describe_error([&] { (void)export_identity(room.export_request(), {}); }) == refused);
    CHECK(room.place.snapshot() == before);
    request.group = "";
    CHECK_NOTHROW(generate(request, {}));
}

TEST_CASE("an identity key in the host key's place is refused") {
    ServerRoom room;
    generate(room.trusted(IdentityScheme::gq, 512), {.jobs = 2});
    room.place.remove("ntpkey_host_server1");
    room.place.link("ntpkey_host_server1", "ntpkey_GQkey_grp.4004387960");
    CHECK(describe_error([&] { generate(room.renewal(), {}); }) ==
          "bad_file: " + room.place.path_of("ntpkey_GQkey_grp.4004387960") +
              ": the numbers are not those of an RSA or DSA key pair (put the right file back, or make a new "
              "host key "
              "with -H)");
}

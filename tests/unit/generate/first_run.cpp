#include "catch.hpp"
#include "fake_progress.hpp"
#include "generate/server_room.hpp"

using namespace keygen;
using namespace keygen::test;

TEST_CASE("an empty directory gets host key, certificate and identity keys") {
    const ServerRoom room;
    const auto report = generate(room.trusted(IdentityScheme::iff), {.jobs = 2});
    CHECK(room.place.listing() ==
          "ntpkey_IFFkey_grp.4004387960\n"
          "ntpkey_IFFpar_grp.4004387960\n"
          "ntpkey_RSA-SHA1cert_server1.4004387960\n"
          "ntpkey_RSAhost_server1.4004387960\n"
          "ntpkey_cert_server1 -> ntpkey_RSA-SHA1cert_server1.4004387960\n"
          "ntpkey_host_server1 -> ntpkey_RSAhost_server1.4004387960\n"
          "ntpkey_iffkey_grp -> ntpkey_IFFkey_grp.4004387960\n"
          "ntpkey_iffkey_server1 -> ntpkey_IFFkey_grp.4004387960\n");
    CHECK(describe_files(report.changes) ==
          "ntpkey_RSAhost_server1.4004387960 0600: RSA host key, 512 bits\n"
          "ntpkey_IFFkey_grp.4004387960 0600: IFF server key, 256 bits\n"
          "ntpkey_IFFpar_grp.4004387960 0644: IFF client parameters\n"
          "ntpkey_RSA-SHA1cert_server1.4004387960 0644: trusted certificate of server1@grp, RSA-SHA1\n");
    CHECK(describe_links(report.changes) ==
          "ntpkey_host_server1 -> ntpkey_RSAhost_server1.4004387960\n"
          "ntpkey_iffkey_grp -> ntpkey_IFFkey_grp.4004387960\n"
          "ntpkey_iffkey_server1 -> ntpkey_IFFkey_grp.4004387960\n"
          "ntpkey_cert_server1 -> ntpkey_RSA-SHA1cert_server1.4004387960\n");
    CHECK(report.changes.kept.empty());
    CHECK(report.changes.warnings.empty());
    CHECK(report.host == "server1");
    CHECK(report.group == "grp");
    CHECK(report.filestamp == Filestamp(STAMP));
    CHECK_FALSE(report.is_unchanged);
    CHECK(room.place.mode_of("ntpkey_RSAhost_server1.4004387960") == "0600");
    CHECK(room.place.mode_of("ntpkey_IFFkey_grp.4004387960") == "0600");
    CHECK(room.place.mode_of("ntpkey_IFFpar_grp.4004387960") == "0644");
    CHECK(room.place.read("ntpkey_host_server1").substr(0, 68) ==
          "# ntpkey_RSAhost_server1.4004387960\n# Mon Nov 23 01:59:20 2026\n\n----");

    const auto fields = room.certificate();
    CHECK(fields.subject == "server1@grp");
    CHECK(fields.kind == CertificateKind::trusted);
    CHECK(fields.not_before == NOW);
    CHECK(fields.not_after == NOW + 365 * SECONDS_PER_DAY);
    CHECK(fields.serial == "4004387960");
    CHECK(fields.fingerprint == report.certificate.fingerprint);
    prove_iff(room.key("ntpkey_iffkey_grp", IdentityScheme::iff, IdentityRole::server),
              room.key("ntpkey_IFFpar_grp.4004387960", IdentityScheme::iff, IdentityRole::client),
              private_random());

    CHECK(describe_sentences(report.server_conf) ==
          "keysdir " + room.place.path() + "\ncrypto host server1 ident grp pw <password>\n");
    CHECK(describe_sentences(report.client_conf) ==
          "keysdir <its key directory>\ncrypto pw <password>\nserver server1 autokey ident grp\n");
    CHECK(describe_sentences(report.client_steps) ==
          "keygen -s @grp -p <password>\nkeylink --install ntpkey_IFFpar_grp.4004387960\n");
}

TEST_CASE("without a group the identity keys are the host's, and nothing is linked twice") {
    const ServerRoom room;
    auto request = room.trusted(IdentityScheme::mv, 256, 3);
    request.group.reset();
    const auto report = generate(request, {});
    CHECK(room.place.listing() ==
          "ntpkey_MVkey_server1.4004387960\n"
          "ntpkey_MVpar1_server1.4004387960\n"
          "ntpkey_MVpar2_server1.4004387960\n"
          "ntpkey_MVpar3_server1.4004387960\n"
          "ntpkey_MVta_server1.4004387960\n"
          "ntpkey_RSA-SHA1cert_server1.4004387960\n"
          "ntpkey_RSAhost_server1.4004387960\n"
          "ntpkey_cert_server1 -> ntpkey_RSA-SHA1cert_server1.4004387960\n"
          "ntpkey_host_server1 -> ntpkey_RSAhost_server1.4004387960\n"
          "ntpkey_mvkey_server1 -> ntpkey_MVkey_server1.4004387960\n"
          "ntpkey_mvta_server1 -> ntpkey_MVta_server1.4004387960\n");
    // Each client's parameters are its own secret.
    CHECK(room.place.mode_of("ntpkey_MVpar2_server1.4004387960") == "0600");
    CHECK(report.group.empty());
    CHECK(room.certificate().subject == "server1");
}

TEST_CASE("a dry run changes nothing and says what it would do") {
    const ServerRoom room;
    for (const auto scheme : {IdentityScheme::iff, IdentityScheme::gq, IdentityScheme::mv}) {
        auto request = room.trusted(scheme, 256, scheme == IdentityScheme::mv ? 2 : 0);
        request.new_sign_key = SignKeyType::rsa;
        request.keysdir.dry_run = true;
        const auto planned = generate(request, {});
        CHECK(room.place.listing().empty());
        request.keysdir.dry_run = false;
        const auto done = generate(request, {});
        CHECK(planned.changes.files.size() == done.changes.files.size());
        for (const auto& file : done.changes.files)
            CHECK(std::any_of(planned.changes.files.begin(), planned.changes.files.end(),
                              [&](const auto& other) {
                                  return other.name == file.name && other.mode == file.mode &&
                                         other.description == file.description;
                              }));
        std::vector<std::string> planned_links, done_links;
        for (const auto& link : planned.changes.links)
            planned_links.push_back(link.name + link.target);
        for (const auto& link : done.changes.links)
            done_links.push_back(link.name + link.target);
        std::sort(planned_links.begin(), planned_links.end());
        std::sort(done_links.begin(), done_links.end());
        CHECK(planned_links == done_links);
        for (const auto& entry : room.place.snapshot())
            room.place.remove(entry.first);
    }
}

TEST_CASE("private files can be made readable by a group") {
    const ServerRoom room;
    auto request = room.trusted(IdentityScheme::iff);
    request.keysdir.readable_by = ::getgid();
    generate(request, {});
    CHECK(room.place.mode_of("ntpkey_IFFkey_grp.4004387960") == "0640");
    CHECK(room.place.mode_of("ntpkey_RSAhost_server1.4004387960") == "0640");
    CHECK(room.place.mode_of("ntpkey_IFFpar_grp.4004387960") == "0644");
}

TEST_CASE("ntp-keygen's defaults come back with compat") {
    const ServerRoom room;
    auto request = room.request();
    request.compat = true;
    request.modulus_bits.reset();
    request.digest_scheme.reset();
    request.identity = IdentityRequest{};
    const auto report = generate(request, {});
    CHECK(describe_files(report.changes) ==
          "ntpkey_RSAhost_server1.4004387960 0600: RSA host key, 512 bits\n"
          "ntpkey_IFFkey_server1.4004387960 0600: IFF server key, 256 bits\n"
          "ntpkey_IFFpar_server1.4004387960 0644: IFF client parameters\n"
          "ntpkey_RSA-MD5cert_server1.4004387960 0644: plain certificate of server1, RSA-MD5\n");
}

TEST_CASE("sign keys of both types make certificates with what fits them") {
    const ServerRoom room;
    auto request = room.request();
    request.new_sign_key = SignKeyType::dsa;
    request.modulus_bits = 1024;
    request.digest_scheme.reset();
    const auto report = generate(request, {});
    CHECK(room.certificate().digest_scheme == "DSA-SHA256");
    CHECK(room.certificate().key_type == "DSA");
    CHECK(describe_sentences(report.changes.warnings) ==
          "today's ntpd clients refuse DSA certificates (unsupported_digest_type); this one is for older "
          "daemons\n");
    CHECK(room.place.target_of("ntpkey_sign_server1") == "ntpkey_DSAsign_server1.4004387960");

    // The kept sign key decides what a later request may ask for.
    auto later = room.renewal();
    later.digest_scheme = "RSA-SHA256";
    CHECK(describe_error([&] { generate(later, {}); }).substr(0, 83) ==
          "bad_request: digest scheme RSA-SHA256 does not fit a sign key of type DSA (with thi");
}

TEST_CASE("a request that can never work leaves the directory empty") {
    const ServerRoom room;
    const auto error = [&](auto change) {
        auto request = room.trusted(IdentityScheme::iff);
        change(request);
        const auto text = describe_error([&] { generate(request, {}); });
        CHECK(room.place.listing().empty());
        return text;
    };
    CHECK(error([](auto& r) { r.modulus_bits = 511; }) ==
          "bad_request: a modulus of 511 bits; host and sign keys take 512 to 4096");
    CHECK(error([](auto& r) { r.modulus_bits = 4097; }) ==
          "bad_request: a modulus of 4097 bits; host and sign keys take 512 to 4096");
    CHECK(error([](auto& r) { r.identity_bits = 255; }) ==
          "bad_request: an identity modulus of 255 bits; it takes 256 to 4096");
    CHECK(error([](auto& r) { r.host = "a/b"; }) == "bad_request: host name \"a/b\" holds a slash");
    CHECK(error([](auto& r) { r.host = std::string(256, 'h'); }) ==
          "bad_request: host name of 256 bytes; file names leave room for 215");
    CHECK(error([](auto& r) { r.group = "a\nb"; }) ==
          "bad_request: group name \"a\\x0ab\" holds white space or a control character");
    CHECK(error([](auto& r) { r.password = SecretBytes(); }) ==
          "bad_request: an empty password protects nothing");
    CHECK(error([](auto& r) { r.lifetime_days = 0; }) ==
          "bad_request: a lifetime of 0 days; a certificate lives at least 1");
    CHECK(error([](auto& r) { r.lifetime_days = -5; }) ==
          "bad_request: a lifetime of -5 days; a certificate lives at least 1");
    CHECK(
        error([](auto& r) { r.lifetime_days = 2912117; }) ==
        "bad_request: a lifetime of 2912117 days ends after the year 9999, where certificates end; the most "
        "is 2912116");
    CHECK(error([](auto& r) { r.digest_scheme = "RSA-SHA512"; }) ==
          "bad_request: digest scheme RSA-SHA512 needs a sign key of at least 752 bits, not 512");
    CHECK(error([](auto& r) { r.digest_scheme = "DSA-SHA1"; }).substr(0, 75) ==
          "bad_request: digest scheme DSA-SHA1 does not fit a sign key of type RSA (wi");
    CHECK(error([](auto& r) { r.cipher = "rot13"; }).substr(0, 44) ==
          "bad_request: unknown cipher \"rot13\" (this bu");
    CHECK(error([](auto& r) { r.renew_before_days = -1; }) ==
          "bad_request: renewal a negative number of days before the end");
    CHECK(error([](auto& r) {
              r.identity = IdentityRequest{IdentityScheme::mv, 1000};
          }).substr(0, 65) == "bad_request: 1000 MV clients; a modulus of 256 bits has room for ");
    CHECK(error([](auto& r) { r.keysdir.directory = "/nonexistent/keys"; }) ==
          "not_found: /nonexistent/keys: cannot open the key directory: No such file or directory");
}

TEST_CASE("the longest lifetime ends in the year 9999, also where a filestamp moves its beginning") {
    const ServerRoom room;
    auto request = room.request();
    request.lifetime_days = 2912116;
    generate(request, {});
    CHECK(format_utc(room.certificate().not_after).substr(0, 10) == "9999-12-31");
    request.lifetime_days = 100000;
    request.now += 10;
    generate(request, {});
    CHECK(room.certificate().not_after - room.certificate().not_before == 8640000000);
    const auto before = room.place.snapshot();
    request.lifetime_days = 2912116;
    request.filestamp = Filestamp::from_unix(NOW + 1000 * SECONDS_PER_DAY);
    CHECK(describe_error([&] { generate(request, {}); }) ==
          "bad_request: a lifetime of 2912116 days ends after the year 9999, where certificates end; the "
          "most is "
          "2911116");
    CHECK(room.place.snapshot() == before);
}

TEST_CASE("a cancelled generation leaves nothing") {
    const ServerRoom room;
    for (const auto scheme : {IdentityScheme::iff, IdentityScheme::gq, IdentityScheme::mv}) {
        for (const unsigned jobs : {1U, 2U}) {
            FakeProgress cancelled(2);  // more questions, and some runs find all primes before they are asked
            auto request = room.trusted(scheme, 4096, scheme == IdentityScheme::mv ? 2 : 0);
            request.modulus_bits = 4096;
            CHECK(describe_error([&] { generate(request, {.progress = cancelled, .jobs = jobs}); }) ==
                  "cancelled: cancelled");
            CHECK(room.place.listing().empty());
        }
    }
}

TEST_CASE("what is in the way is left alone") {
    const ServerRoom room;
    SECTION("a file in a link's place") {
        room.place.write("ntpkey_cert_server1", "mine");
        CHECK(describe_error([&] { generate(room.request(), {}); }).substr(0, 9) == "bad_file:");
    }
    SECTION("a directory in a link's place") {
        std::filesystem::create_directory(room.place.path_of("ntpkey_iffkey_server1"));
        CHECK(describe_error([&] { generate(room.trusted(IdentityScheme::iff), {}); }) ==
              "bad_file: " + room.place.path_of("ntpkey_iffkey_server1") +
                  ": not a regular file (put the right file back, or make a new key with -I --new-identity; "
                  "every client "
                  "then needs its new file)");
    }
    SECTION("a dangling link") {
        room.place.link("ntpkey_host_server1", "ntpkey_RSAhost_server1.1");
        CHECK(describe_error([&] { generate(room.request(), {}); }) ==
              "bad_file: " + room.place.path_of("ntpkey_host_server1") +
                  ": the link leads to ntpkey_RSAhost_server1.1, which does not exist (put the right file "
                  "back, or make a "
                  "new host key with -H)");
    }
    SECTION("the lock of another") {
        auto other = room.place.open();
        other.lock(std::chrono::milliseconds(0));
        auto request = room.request();
        request.keysdir.lock_timeout = std::chrono::milliseconds(0);
        CHECK(describe_error([&] { generate(request, {}); }).substr(0, 7) == "locked:");
    }
    CHECK(room.place.snapshot().size() <= 1);
}

#include "catch.hpp"
#include "generate/server_room.hpp"

#include "identity/gq.hpp"

using namespace keygen;
using namespace keygen::test;

namespace {

const std::string NTP_KEYGEN_PASSWORD = "seekritword";

IdentityKey parsed(const ExportReport& report, IdentityRole role, std::string_view password = "") {
    const auto given = secret(password);
    return IdentityKey::from_pem(report.text.text(), report.scheme, role,
                                 password.empty() ? nullptr : &given);
}

std::vector<std::uint32_t> locked_out(const ServerRoom& room, unsigned clients) {
    const auto server = room.key("ntpkey_mvkey_grp", IdentityScheme::mv, IdentityRole::server);
    std::vector<std::uint32_t> result;
    for (unsigned client = 1; client <= clients; ++client) {
        const auto key = room.key(fmt::format("ntpkey_MVpar{}_grp.4004387960", client), IdentityScheme::mv,
                                  IdentityRole::client);
        if (describe_error([&] { prove_mv(server, key, private_random()); }) != "no error")
            result.push_back(client);
    }
    return result;
}

}  // namespace

TEST_CASE("exports of each scheme are the clients' files, and the directory stays as it is") {
    for (const auto scheme : {IdentityScheme::iff, IdentityScheme::gq, IdentityScheme::mv}) {
        const ServerRoom room;
        generate(room.trusted(scheme, 512, scheme == IdentityScheme::mv ? 3 : 0), {.jobs = 2});
        const auto before = room.place.snapshot();
        const std::string number = scheme == IdentityScheme::mv ? "2" : "";
        const std::string name = fmt::format("ntpkey_{}par{}_grp.4004387960", name_of(scheme), number);
        auto request = room.export_request();
        if (scheme == IdentityScheme::mv)
            request.mv_client = 2;
        const auto report = export_identity(request, {});
        CHECK(report.scheme == scheme);
        CHECK(report.file_name == name);
        CHECK(report.text.text() == room.place.read(name));
        CHECK(report.warnings.empty());

        request.export_password = secret("clientpw");
        const auto server = export_identity(request, {});
        CHECK(server.file_name == fmt::format("ntpkey_{}key_grp.4004387960", name_of(scheme)));
        CHECK(parsed(server, IdentityRole::server, "clientpw").fingerprint() ==
              parsed(report, IdentityRole::client).fingerprint());
        CHECK(room.place.snapshot() == before);
    }
}

TEST_CASE("an export says what is missing or not clear") {
    const ServerRoom room;
    CHECK(describe_error([&] { (void)export_identity(room.export_request(), {}); }) ==
          "not_found: " + room.place.path() +
              ": no IFF, GQ or MV key of server1 (make one: keygen -T -I --keysdir " + room.place.path() +
              " -s server1 -p <password> (or -G, or -V "
              "<clients>))");
    generate(room.trusted(IdentityScheme::iff), {});
    auto second = room.trusted(IdentityScheme::mv, 256, 2);
    second.now += 10;
    generate(second, {});
    auto request = room.export_request();
    CHECK(describe_error([&] { (void)export_identity(request, {}); }) ==
          "bad_request: " + room.place.path() +
              ": grp has keys of several identity schemes (say which to export with -I, -G or -V <clients>)");
    request.scheme = IdentityScheme::gq;
    CHECK(describe_error([&] { (void)export_identity(request, {}); }) ==
          "not_found: " + room.place.path() + ": no GQ key of grp (make one: keygen -T -G --keysdir " +
              room.place.path() + " -s server1@grp -p <password>)");
    request.scheme = IdentityScheme::mv;
    CHECK(describe_sentences(export_identity(request, {}).warnings) ==
          "these are the parameters of client 1 of 2; give each client its own with --mv-client\n");
    request.mv_client = 3;
    CHECK(describe_error([&] { (void)export_identity(request, {}); }) ==
          "bad_request: " + room.place.path_of("ntpkey_MVta_grp.4004387970") +
              ": there is no MV client 3; this group has 1 to 2");
    room.place.remove("ntpkey_mvta_grp");
    room.place.remove("ntpkey_mvta_server1");
    CHECK(describe_error([&] { (void)export_identity(request, {}); }) ==
          "not_found: " + room.place.path() +
              ": no MV trusted authority (the trusted authority's file is needed: put back its link "
              "ntpkey_mvta_<group>)");
    request.scheme = IdentityScheme::iff;
    request.group = "other";
    CHECK(describe_error([&] { (void)export_identity(request, {}); }).substr(0, 10) == "not_found:");
}

TEST_CASE("one group never gets GQ files of both readings") {
    const ServerRoom room;
    generate(room.trusted(IdentityScheme::gq, 512), {.jobs = 2});
    auto request = room.export_request();
    request.gq_layout = GqLayout::published;
    CHECK(describe_error([&] { (void)export_identity(request, {}); }) ==
          "bad_request: " + room.place.path_of("ntpkey_GQpar_grp.4004387960") +
              ": this group's clients have files for the stock reading; whoever held both could pose as a "
              "server, "
              "since each reading's group key is the other's secret (make a group of its own for the other "
              "daemons "
              "(-i), or insist with --force)");
    request.keysdir.force = true;
    CHECK(gq_client_matches(parsed(export_identity(request, {}), IdentityRole::client), GqLayout::published));
}

TEST_CASE("ntp-keygen's IFF directory is repaired by the clients' file that works") {
    const ServerRoom room;
    room.place.copy_fixture("ntp-4.2.8p15/iff");
    auto before = room.place.snapshot();
    const auto report = repair(room.repair_request(NTP_KEYGEN_PASSWORD), {});
    CHECK(describe_sentences(report.repaired) ==
          "ntpkey_IFFpar_server1.4004390717 is the clients' file that ntpd accepts; put it in place of the "
          "old one "
          "there\n");
    CHECK(report.beyond_repair.empty());
    const auto server =
        room.key("ntpkey_iffkey_server1", IdentityScheme::iff, IdentityRole::server, NTP_KEYGEN_PASSWORD);
    prove_iff(server, room.key("ntpkey_IFFpar_server1.4004390717", IdentityScheme::iff, IdentityRole::client),
              private_random());
    before["ntpkey_IFFpar_server1.4004390717"] = room.place.snapshot().at("ntpkey_IFFpar_server1.4004390717");
    CHECK(room.place.snapshot() == before);
    // The export of such a directory works without a repair, under the same filestamp.
    auto request = room.export_request();
    request.password = secret(NTP_KEYGEN_PASSWORD);
    const auto exported = export_identity(request, {});
    CHECK(exported.file_name == "ntpkey_IFFpar_server1.4004390717");
    prove_iff(server, parsed(exported, IdentityRole::client), private_random());
    CHECK(repair(room.repair_request(NTP_KEYGEN_PASSWORD), {}).repaired.empty());
}

TEST_CASE("the link that ntp-keygen made under the host's name only is added under the group's") {
    const ServerRoom room;
    room.place.copy_fixture("ntp-4.2.8p15/iff-group");
    auto request = room.repair_request(NTP_KEYGEN_PASSWORD);
    request.keysdir.dry_run = true;
    const auto before = room.place.snapshot();
    const auto planned = repair(request, {});
    CHECK(room.place.snapshot() == before);
    request.keysdir.dry_run = false;
    const auto report = repair(request, {});
    CHECK(report.repaired == planned.repaired);
    CHECK(describe_sentences(report.repaired) ==
          "the link ntpkey_iffkey_wheel was missing\n"
          "ntpkey_IFFpar_wheel.4004390717 is the clients' file that ntpd accepts; put it in place of the old "
          "one "
          "there\n");
    CHECK(room.place.target_of("ntpkey_iffkey_wheel") == "ntpkey_IFFkey_wheel.4004390717");
    prove_iff(room.key("ntpkey_iffkey_wheel", IdentityScheme::iff, IdentityRole::server, NTP_KEYGEN_PASSWORD),
              room.key("ntpkey_IFFpar_wheel.4004390717", IdentityScheme::iff, IdentityRole::client),
              private_random());
}

TEST_CASE(
    "ntp-keygen's GQ directory is repaired for the stock reading, and its certificate fits or is named") {
    const ServerRoom room;
    room.place.copy_fixture("ntp-4.2.8p15/gq");
    const auto report = repair(room.repair_request(NTP_KEYGEN_PASSWORD), {});
    const auto server =
        room.key("ntpkey_gqkey_server1", IdentityScheme::gq, IdentityRole::server, NTP_KEYGEN_PASSWORD);
    prove_gq(server, room.key("ntpkey_GQpar_server1.4004390717", IdentityScheme::gq, IdentityRole::client),
             GqLayout::stock, private_random());
    const bool fits = gq_value_matches(server, room.certificate().gq_value_as_ntpd_reads);
    CHECK(
        describe_sentences(report.repaired) ==
        std::string("ntpkey_GQkey_server1.4004390717 held in the published reading only; it is rewritten for "
                    "stock ntpd") +
            (fits ? ", and the certificate stays valid" : "") +
            "\nntpkey_GQpar_server1.4004390717 is the clients' file that ntpd accepts; put it in place of "
            "the old "
            "one there\n");
    CHECK(report.changes.warnings.empty() == fits);
    CHECK(repair(room.repair_request(NTP_KEYGEN_PASSWORD), {}).repaired.empty());
}

TEST_CASE("what ntp-keygen's MV authority lost is said, and nothing is touched") {
    const ServerRoom room;
    room.place.copy_fixture("ntp-4.2.8p15/mv");
    const auto before = room.place.snapshot();
    const auto report = repair(room.repair_request(NTP_KEYGEN_PASSWORD), {});
    CHECK(report.repaired.empty());
    CHECK(describe_sentences(report.beyond_repair) ==
          room.place.path_of("ntpkey_MVta_server1.4004390717") +
              ": made by ntp-keygen, which kept neither the authority's b nor the clients' xhat: nothing can "
              "be "
              "revoked or issued with it; make new keys: keygen -T -V <clients> -p <password>\n");
    CHECK(room.place.snapshot() == before);
}

TEST_CASE("a revocation keeps names and filestamps, can be followed by another and taken back") {
    ServerRoom room;
    generate(room.trusted(IdentityScheme::mv, 512, 5), {.jobs = 2});
    const auto before = room.place.snapshot();
    room.now += 5000;
    const auto report = revoke(room.revoke_request({{3, 2}}), {.jobs = 2});
    CHECK(report.group == "grp");
    CHECK(report.clients == 5);
    CHECK(report.revoked == std::vector<std::uint32_t>{2, 3});
    CHECK(describe_files(report.changes) ==
          "ntpkey_MVta_grp.4004387960 0600: MV trusted authority, 5 clients, replaced\n"
          "ntpkey_MVkey_grp.4004387960 0600: MV server key, 512 bits, replaced\n");
    CHECK(report.changes.links.empty());
    CHECK(locked_out(room, 5) == std::vector<std::uint32_t>{2, 3});
    const auto after = room.place.snapshot();
    CHECK(after.size() == before.size());
    for (const auto& [name, content] : before) {
        const bool is_rewritten =
            name == "ntpkey_MVkey_grp.4004387960" || name == "ntpkey_MVta_grp.4004387960";
        CHECK((after.at(name) == content) != is_rewritten);
        CHECK(after.at(name).substr(0, 60) == content.substr(0, 60));
    }
    revoke(room.revoke_request({{5}}), {});
    CHECK(locked_out(room, 5) == std::vector<std::uint32_t>{5});
    CHECK(revoke(room.revoke_request(std::nullopt), {}).revoked == std::vector<std::uint32_t>{5});
    CHECK(locked_out(room, 5) == std::vector<std::uint32_t>{5});
    revoke(room.revoke_request(std::vector<std::uint32_t>{}), {});
    CHECK(locked_out(room, 5).empty());

    room.place.remove("ntpkey_MVpar4_grp.4004387960");
    auto rewrite = room.revoke_request(std::nullopt);
    rewrite.rewrite_clients = 5;
    revoke(rewrite, {});
    CHECK(locked_out(room, 5).empty());
}

TEST_CASE("a revocation that cannot be changes nothing") {
    const ServerRoom room;
    generate(room.trusted(IdentityScheme::mv, 256, 3), {});
    const auto before = room.place.snapshot();
    const std::string authority = room.place.path_of("ntpkey_MVta_grp.4004387960");
    const auto error = [&](const RevokeRequest& request) {
        const auto text = describe_error([&] { revoke(request, {}); });
        CHECK(room.place.snapshot() == before);
        return text;
    };
    CHECK(error(room.revoke_request({{4}})) == "bad_request: there is no MV client 4; this group has 1 to 3");
    CHECK(error(room.revoke_request({{1, 2, 3}})) ==
          "bad_request: revoking all 3 MV clients leaves nobody (to end the group, remove its links and make "
          "new "
          "keys)");
    auto wrong = room.revoke_request({{1}});
    wrong.password = secret("pw2");
    CHECK(error(wrong).substr(0, 17 + authority.size()) == "wrong_password: " + authority + ":");
    auto dry = room.revoke_request({{1}});
    dry.keysdir.dry_run = true;
    CHECK(error(dry) == "no error");
    auto many = room.revoke_request({{1}});
    many.rewrite_clients = 4;
    CHECK(error(many) == "bad_request: there is no MV client 4; this group has 1 to 3");
    auto other = room.revoke_request({{1}});
    other.group = "other";
    CHECK(error(other) ==
          "not_found: " + room.place.path() +
              ": no MV trusted authority of other: nothing can be revoked without it (put "
              "back its file and link "
              "(ntpkey_mvta_...), or make new keys: keygen -T -V <clients> --new-identity --keysdir " +
              room.place.path() + " -s server1@other -p <password>)");
}

#include <keygen/link.hpp>

#include "catch.hpp"
#include "generate/server_room.hpp"

using namespace keygen;
using namespace keygen::test;

namespace {

/// A client's directory beside a server's, and the server's parameters received.
struct ClientRoom {
    ServerRoom server;
    Workplace place;
    Workplace received;

    explicit ClientRoom(IdentityScheme scheme = IdentityScheme::iff, unsigned clients = 0) {
        generate(server.trusted(scheme, 256, clients), {.jobs = 2});
    }
    [[nodiscard]] LinkRequest request(std::vector<std::string> files) const {
        LinkRequest request;
        request.keysdir.directory = place.path();
        request.host = "client1";
        request.files = std::move(files);
        request.now = NOW;
        return request;
    }
    [[nodiscard]] std::string receive(const std::string& name) const {
        place.write(name, server.place.read(name));
        return place.path_of(name);
    }
    void make_client(const std::string& group) const {
        GenerateRequest client = server.request();
        client.keysdir.directory = place.path();
        client.host = "client1";
        client.group = group;
        generate(client, {});
    }
};

const std::string PARAMETERS = "ntpkey_IFFpar_grp.4004387960";

std::string list(const std::string& directory) {
    std::string text;
    for (const auto& state : list_links(directory))
        text += fmt::format("{} -> {} [{}]{}{}\n", state.name, state.target,
                            state.filestamp ? state.filestamp->text() : "", state.is_wrong ? " wrong: " : "",
                            state.problem);
    return text;
}

}  // namespace

TEST_CASE("each layout has its links") {
    const ClientRoom room;
    const auto file = room.receive(PARAMETERS);
    const auto links = [&](LinkLayout layout, const std::string& server, const std::string& client) {
        auto request = room.request({file});
        request.layout = layout;
        request.server = server;
        request.client = client;
        request.keysdir.dry_run = true;
        return describe_links(link_files(request).changes);
    };
    const std::string target = " -> " + PARAMETERS + "\n";
    CHECK(links(LinkLayout::ntpd, "", "") == "ntpkey_iffpar_grp" + target);
    CHECK(links(LinkLayout::classic, "server1", "me") ==
          "ntpkey_iff_me" + target + "ntpkey_iff_server1" + target);
    CHECK(links(LinkLayout::classic, "", "") == "ntpkey_iff_client1" + target + "ntpkey_iff_grp" + target);
    CHECK(links(LinkLayout::all, "server1", "") ==
          "ntpkey_iff_client1" + target + "ntpkey_iff_server1" + target + "ntpkey_iffpar_grp" + target);
    CHECK(room.place.listing() == PARAMETERS + "\n");
    CHECK(describe_error([&] { links(LinkLayout::classic, "a/b", ""); }) ==
          "bad_request: server name \"a/b\" holds a slash");
    CHECK(parse_link_layout("all") == LinkLayout::all);
    CHECK(describe_error([] { (void)parse_link_layout("old"); }) ==
          "bad_request: unknown layout \"old\": ntpd, classic or all");
}

TEST_CASE("linking warns of what the client lacks, and is unchanged the second time") {
    const ClientRoom room;
    const auto file = room.receive(PARAMETERS);
    const auto first = link_files(room.request({file}));
    CHECK(room.place.listing() == PARAMETERS + "\nntpkey_iffpar_grp -> " + PARAMETERS + "\n");
    CHECK(describe_sentences(first.changes.warnings) ==
          "client1 has no host key here (ntpkey_host_client1); ntpd does not start Autokey without one\n");
    CHECK(describe_sentences(first.hints) ==
          "keygen --keysdir " + room.place.path() +
              " -s client1@grp -p <password> makes host key and certificate\n");
    const auto second = link_files(room.request({file}));
    CHECK(second.changes.links.empty());
    CHECK(second.unchanged == std::vector<std::string>{"ntpkey_iffpar_grp"});

    room.make_client("");
    const auto third = link_files(room.request({file}));
    CHECK(describe_sentences(third.changes.warnings) ==
          "the certificate of client1 has no group, the server's group grp: ntpd drops the other side\n");
    auto renewed = room.server.renewal();
    renewed.keysdir.directory = room.place.path();
    renewed.host = "client1";
    renewed.group = "grp";
    generate(renewed, {});
    CHECK(link_files(room.request({file})).changes.warnings.empty());
}

TEST_CASE("a file received under any name is installed under its own, with its mode") {
    const ClientRoom room(IdentityScheme::mv, 2);
    const std::string name = "ntpkey_MVpar2_grp.4004387960";
    room.received.write("mail attachment", room.server.place.read(name));
    auto request = room.request({room.received.path_of("mail attachment")});
    CHECK(describe_error([&] { link_files(request); }) ==
          "bad_request: " + room.received.path_of("mail attachment") +
              ": the file is not in the key directory, " + room.place.path() +
              " (copy it there under its proper name with --install)");
    request.install = true;
    request.keysdir.dry_run = true;
    link_files(request);
    CHECK(room.place.listing().empty());
    request.keysdir.dry_run = false;
    link_files(request);
    CHECK(room.place.listing() == name + "\nntpkey_mvpar_grp -> " + name + "\n");
    CHECK(room.place.mode_of(name) == "0600");
    CHECK(room.place.read(name) == room.server.place.read(name));
    const auto again = link_files(request);
    CHECK(again.changes.files.empty());
    CHECK(again.unchanged == std::vector<std::string>{"ntpkey_mvpar_grp"});
    // Another content under the same name is not written over.
    room.received.write("mail attachment", room.server.place.read(name) + "\n");
    const auto before = room.place.snapshot();
    CHECK(describe_error([&] { link_files(request); }) ==
          "already_exists: " + room.place.path_of(name) + ": the file exists already (--force replaces it)");
    CHECK(room.place.snapshot() == before);
}

TEST_CASE("files that want the same link are refused together") {
    const ClientRoom room(IdentityScheme::mv, 2);
    const auto one = room.receive("ntpkey_MVpar1_grp.4004387960");
    const auto two = room.receive("ntpkey_MVpar2_grp.4004387960");
    const auto before = room.place.snapshot();
    CHECK(describe_error([&] {
              link_files(room.request({one, two}));
          }) ==
          "bad_request: ntpkey_MVpar1_grp.4004387960 and ntpkey_MVpar2_grp.4004387960 both want the link "
          "ntpkey_mvpar_grp (name the one file that is this machine's)");
    CHECK(room.place.snapshot() == before);
    CHECK_NOTHROW(link_files(room.request({two, two})));
}

TEST_CASE("an older generation, and what is in the way, is replaced by force only") {
    const ClientRoom room;
    const auto old = room.receive(PARAMETERS);
    ServerRoom& server = const_cast<ServerRoom&>(room.server);
    server.now += 100;
    auto anew = server.renewal();
    anew.identity = IdentityRequest{.replace_existing = true};
    anew.identity_bits = 256;
    generate(anew, {});
    const std::string newer_name = "ntpkey_IFFpar_grp.4004388060";
    const auto newer = room.receive(newer_name);
    link_files(room.request({newer}));
    const auto error = [&](const std::string& file) {
        const auto before = room.place.snapshot();
        const auto text = describe_error([&] { link_files(room.request({file})); });
        CHECK(room.place.snapshot() == before);
        return text;
    };
    const std::string link = room.place.path_of("ntpkey_iffpar_grp");
    CHECK(error(old) == "already_exists: " + old + ": filestamp 4004387960 is older than that of " +
                            newer_name + ", which ntpkey_iffpar_grp leads to (--force goes back to it)");
    room.place.remove("ntpkey_iffpar_grp");
    room.place.link("ntpkey_iffpar_grp", "ntpkey_IFFpar_grp.1");
    CHECK(error(newer) ==
          "already_exists: " + link +
              ": the link leads to ntpkey_IFFpar_grp.1, which does not exist (--force replaces the "
              "link)");
    room.place.remove("ntpkey_iffpar_grp");
    room.place.link("ntpkey_iffpar_grp", "/etc/passwd");
    CHECK(error(newer) ==
          "already_exists: " + link +
              ": the link leads out of the directory, to /etc/passwd (--force replaces the link)");
    room.place.remove("ntpkey_iffpar_grp");
    room.place.write("ntpkey_iffpar_grp", "mine");
    CHECK(error(newer) ==
          "already_exists: " + link +
              ": a file, not a link, is in the way of the link (move it away, or replace it with "
              "--force)");
    auto forced = room.request({old});
    forced.keysdir.force = true;
    link_files(forced);
    CHECK(room.place.target_of("ntpkey_iffpar_grp") == PARAMETERS);
}

TEST_CASE("files that ntpd would refuse get no link") {
    const ClientRoom room;
    const auto error = [&](const std::string& name, std::string_view content) {
        room.place.write(name, content);
        const auto text = describe_error([&] { link_files(room.request({room.place.path_of(name)})); });
        CHECK(room.place.listing() == name + "\n");
        room.place.remove(name);
        return text;
    };
    const auto at = [&](const std::string& name) { return room.place.path_of(name) + ": "; };
    const std::string header = "# " + PARAMETERS + "\n\n";
    CHECK(error("x", "") == "bad_file: " + at("x") + "the file is empty");
    CHECK(error("x", "# ntpkey_IFFpar_.grp.4004387960\n") ==
          "bad_request: " + at("x") + "the owner in line 1, \".grp\" starts with a dot");
    CHECK(error("x", "# ntpkey_MD5key_grp.4004387960\n") ==
          "bad_file: " + at("x") + "ntpd has no link for files of type MD5key");
    CHECK(error("x", header) == "bad_file: " + at("x") + "no PEM block (\"-----BEGIN ...\")");
    CHECK(error("x", header + room.server.place.read("ntpkey_cert_server1")) ==
          "bad_file: " + at("x") + "line 1 says IFFpar, but the content is a PEM block \"CERTIFICATE\"");
    CHECK(error("x", header + room.server.place.read("ntpkey_iffkey_grp")) ==
          "bad_file: " + at("x") +
              "client parameters that are encrypted; ntpd reads them without a password (export them on the "
              "server "
              "with -e, not with -q)");
    CHECK(error("x", fixture("ntp-4.2.8p15/iff/exported-iffpar")) ==
          "not_proven: " + at("x") +
              "IFF: identity not verified: the client file carries no usable public value (PKCS#8, as "
              "ntp-keygen "
              "writes it, loses it) (make a good one on the server: keygen -e > iffpar)");
    CHECK(describe_error([&] { link_files(room.request({room.place.path_of("none")})); }) ==
          "not_found: " + room.place.path_of("none") + ": cannot read: No such file or directory");
    CHECK(room.place.listing().empty());
}

TEST_CASE("links are listed with what is wrong with them") {
    const ClientRoom room;
    const auto& place = room.server.place;
    place.link("ntpkey_iffpar_other", "ntpkey_IFFkey_grp.4004387960");
    place.link("ntpkey_iffpar_grp", "ntpkey_IFFpar_grp.1");
    place.write("ntpkey_sign_server1", "mine");
    place.write("keys", "1 MD5 x\n");
    place.link("ntp.keys", "keys");
    CHECK(list(place.path()) ==
          "ntp.keys -> keys []\n"
          "ntpkey_cert_server1 -> ntpkey_RSA-SHA1cert_server1.4004387960 [4004387960]\n"
          "ntpkey_host_server1 -> ntpkey_RSAhost_server1.4004387960 [4004387960]\n"
          "ntpkey_iffkey_grp -> ntpkey_IFFkey_grp.4004387960 [4004387960]\n"
          "ntpkey_iffkey_server1 -> ntpkey_IFFkey_grp.4004387960 [4004387960]\n"
          "ntpkey_iffpar_grp -> ntpkey_IFFpar_grp.1 [] wrong: the link leads to ntpkey_IFFpar_grp.1, which "
          "does not "
          "exist\n"
          "ntpkey_iffpar_other -> ntpkey_IFFkey_grp.4004387960 [4004387960] wrong: leads to a file of type "
          "IFFkey\n"
          "ntpkey_sign_server1 ->  [] wrong: line 1 is not \"# ntpkey_<type>_<owner>.<filestamp>\"\n");
}

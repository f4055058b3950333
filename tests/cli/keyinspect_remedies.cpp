#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>

#include "catch.hpp"
#include "keyinspect_fixture.hpp"
#include "story.hpp"

namespace {

namespace fs = std::filesystem;

/// A server and a client of a group, and what keyinspect advises them to.
struct Advised : Story {
    Advised() {
        set("SOURCE_DATE_EPOCH", MORNING);
        make_directory("server");
        make_directory("client");
        fs::permissions(directory() + "/server", fs::perms::owner_all);
        fs::permissions(directory() + "/client", fs::perms::owner_all);
    }
    void make_server(const std::string& options = "-T -I -b 2048") {
        REQUIRE(run("keygen " + options + " --keysdir server -s server1@grp -p pw1 --quiet").status == 0);
    }
    void make_client() { REQUIRE(run("keygen --keysdir client -s client1@grp -p pw1 --quiet").status == 0); }
    std::string host = "server1";

    void later() { set("SOURCE_DATE_EPOCH", "1795400100"); }

    nlohmann::json find(const std::string& id, const std::string& options) {
        const auto report =
            nlohmann::json::parse(run("keyinspect --json --host " + host + " " + options).out);
        for (const auto& finding : report.at("findings")) {
            // A note is about another daemon than the file's.
            if (finding.at("id") == id && finding.at("severity") != "note")
                return finding;
        }
        return nullptr;
    }
    std::string remedy(const std::string& id, const std::string& options) {
        const auto finding = find(id, options);
        REQUIRE(finding.is_object());
        return finding.at("remedy").is_null() ? "" : finding.at("remedy").get<std::string>();
    }
    /// Runs the command as it was printed, with the password that a person would type.
    void perform(const std::string& command) {
        REQUIRE(command.find("; then ") == std::string::npos);
        CAPTURE(command);
        // The same password again, where the old one is asked for too.
        const bool is_asked_twice = command.find("--ask-password") != std::string::npos;
        std::string line = replaced(command, "--ask-password", "-p pw1");
        line =
            replaced(line, "--ask-new-password",
                     std::string("--new-password-file <(echo ") + (is_asked_twice ? "pw1)" : "seekritword)"));
        const Outcome outcome = shell(line);
        CAPTURE(outcome.out, outcome.err);
        REQUIRE(outcome.status == 0);
    }
    /// The finding is there, its remedy works, and it is gone.
    void mends(const std::string& id, const std::string& options) {
        CAPTURE(id, options);
        const std::string whole = remedy(id, options);
        perform(whole.substr(0, whole.find("; then ")));
        const auto left = find(id, options);
        CAPTURE(left.dump());
        CHECK(left.is_null());
    }
    /// The same where the server has to do its part first.
    void mends_with_server(const std::string& id, const std::string& options) {
        const std::string text = remedy(id, options);
        CAPTURE(text);
        const std::string on_server = "on the server of grp: ";
        const std::string then_here = "; then here, with a copy of that file: ";
        REQUIRE(text.starts_with(on_server));
        const auto middle = text.find(then_here);
        REQUIRE(middle != std::string::npos);
        perform("cd server && " + replaced(text.substr(on_server.size(), middle - on_server.size()),
                                           "--ask-password", "-s server1 --ask-password"));
        perform("mv server/*par.txt .");
        perform(text.substr(middle + then_here.size()));
        const auto left = find(id, options);
        CAPTURE(left.dump());
        CHECK(left.is_null());
    }
};

const std::string STAMP = MORNING_STAMP;

}  // namespace

TEST_CASE("remedies for a server's own files work as they are printed") {
    Advised story;
    story.make_server();
    const std::string look = "-p pw1 server";
    const std::string key = "server/ntpkey_IFFkey_grp." + STAMP;
    SECTION("a certificate without its link") {
        fs::remove(story.directory() + "/server/ntpkey_cert_server1");
        CHECK(story.remedy("certificate-missing", look) ==
              "keylink --host server1 server/ntpkey_RSA-SHA256cert_server1." + STAMP);
        story.mends("certificate-missing", look);
    }
    SECTION("no certificate at all: a new one of the same sort") {
        fs::remove(story.directory() + "/server/ntpkey_cert_server1");
        fs::remove(story.directory() + "/server/ntpkey_RSA-SHA256cert_server1." + STAMP);
        story.later();
        CHECK(story.remedy("certificate-missing", look) ==
              "keygen --keysdir server -T -i grp -s server1 --ask-password");
        story.mends("certificate-missing", look);
        const Outcome outcome = story.run("keyinspect " + look);
        CHECK(outcome.status == 0);
        CHECK(outcome.out.find("server1@grp, trusted") != std::string::npos);
    }
    SECTION("a host key without its link") {
        fs::remove(story.directory() + "/server/ntpkey_host_server1");
        story.mends("host-key-missing", look);
    }
    SECTION("no host key at all") {
        fs::remove(story.directory() + "/server/ntpkey_host_server1");
        fs::remove(story.directory() + "/server/ntpkey_RSAhost_server1." + STAMP);
        story.later();
        story.mends("host-key-missing", look);
        CHECK(story.find("certificate-key-mismatch", look).is_null());
    }
    SECTION("a host key that got lost behind its link: one remedy for both findings") {
        fs::remove(story.directory() + "/server/ntpkey_RSAhost_server1." + STAMP);
        story.later();
        CHECK(story.remedy("link-dangling", look) == story.remedy("host-key-missing", look));
        story.mends("link-dangling", look);
        CHECK(story.find("host-key-missing", look).is_null());
    }
    SECTION("no link at all: one command makes all of them") {
        for (const char* link : {"host_server1", "cert_server1", "iffkey_server1", "iffkey_grp"})
            fs::remove(story.directory() + "/server/ntpkey_" + link);
        story.mends("link-missing", look);
        CHECK(story.run("keyinspect " + look).status == 0);
    }
    SECTION("a group's link that is missing") {
        fs::remove(story.directory() + "/server/ntpkey_iffkey_grp");
        story.mends("group-link-missing", look);
    }
    SECTION("an absolute link") {
        const std::string link = story.directory() + "/server/ntpkey_cert_server1";
        const std::string file = story.directory() + "/server/ntpkey_RSA-SHA256cert_server1." + STAMP;
        fs::remove(link);
        fs::create_symlink(file, link);
        story.mends("link-absolute", look);
    }
    SECTION("a link out of the directory") {
        const std::string file = "ntpkey_RSA-SHA256cert_server1." + STAMP;
        fs::rename(story.directory() + "/server/" + file, story.directory() + "/" + file);
        fs::remove(story.directory() + "/server/ntpkey_cert_server1");
        fs::create_symlink("../" + file, story.directory() + "/server/ntpkey_cert_server1");
        story.mends("link-foreign", look);
        CHECK(story.run("keyinspect " + look).status == 0);
    }
    SECTION("a dangling link") {
        fs::create_symlink("nowhere", story.directory() + "/server/ntpkey_sign_server1");
        story.mends("link-dangling", look);
    }
    SECTION("links that lead nowhere, in a circle, or to a file of another sort, while theirs is there") {
        const std::string link = story.directory() + "/server/ntpkey_iffkey_grp";
        const std::map<std::string, std::string> targets = {{"link-dangling", "nowhere"},
                                                            {"link-loop", "ntpkey_iffkey_grp"},
                                                            {"link-wrong-type", "ntpkey_cert_server1"}};
        for (const auto& [id, target] : targets) {
            fs::remove(link);
            fs::create_symlink(target, link);
            story.mends(id, look);
            CHECK(story.link_target("server/ntpkey_iffkey_grp") == "ntpkey_IFFkey_grp." + STAMP);
            CHECK(story.run("keyinspect " + look).status == 0);
        }
    }
    SECTION("an identity key that got lost: its links are not in the new one's way") {
        fs::remove(story.directory() + "/" + key);
        fs::remove(story.directory() + "/server/ntpkey_IFFpar_grp." + STAMP);
        story.later();
        story.mends("identity-missing", look);
        CHECK(story.run("keyinspect " + look).status == 0);
    }
    SECTION("a link that was copied as text") {
        fs::remove(story.directory() + "/server/ntpkey_cert_server1");
        story.write("server/ntpkey_cert_server1", "ntpkey_RSA-SHA256cert_server1." + STAMP);
        story.mends("link-as-text", look);
    }
    SECTION("line 1 is not there") {
        const std::string text = story.read(key);
        story.write(key, text.substr(text.find("-----BEGIN")), 0600);
        CHECK(story.remedy("header-missing", look) ==
              "sed -i --follow-symlinks '1i # ntpkey_IFFkey_grp." + STAMP + "' " + key);
        story.mends("header-missing", look);
    }
    SECTION("line 1 names another generation") {
        const std::string host_key = "server/ntpkey_RSAhost_server1." + STAMP;
        story.write(host_key, replaced(story.read(host_key), STAMP, "4004388801"), 0600);
        story.mends("header-mismatch", look);
        CHECK(story.run("keyinspect " + look).status == 0);
        CHECK(story.link_target("server/ntpkey_host_server1") == "ntpkey_RSAhost_server1.4004388801");
    }
    SECTION("line 1 of a server key names another generation than its parameters") {
        story.write(key, replaced(story.read(key), STAMP, "4004388801"), 0600);
        CHECK(story.remedy("identity-filestamp", look) == story.remedy("header-mismatch", look));
        story.mends("header-mismatch", look);
        CHECK(story.run("keyinspect --prove " + look).status == 0);
    }
    SECTION("a weak key derivation: the same key, better encrypted") {
        story.perform("openssl pkcs8 -topk8 -iter 2048 -passin pass:pw1 -passout pass:pw1 -in " + key +
                      " >weak.pem");
        story.write(key, "# ntpkey_IFFkey_grp." + STAMP + "\n\n" + story.read("weak.pem"), 0600);
        CHECK(story.remedy("weak-key-derivation", look).find("--new-identity") == std::string::npos);
        story.mends("weak-key-derivation", look);
        CHECK(story.run("keyinspect --prove " + look).out.find("NOT proven") == std::string::npos);
        CHECK(story.run("keyinspect --prove " + look).status == 0);
        CHECK(story.mode_of(key) == "0600");
    }
    SECTION("a key that is not encrypted") {
        story.perform("openssl pkey -in " + key + " -passin pass:pw1 >plain.pem");
        story.write(key, "# ntpkey_IFFkey_grp." + STAMP + "\n\n" + story.read("plain.pem"), 0600);
        story.mends("key-unencrypted", look);
    }
    SECTION("a mode that is too open") {
        fs::permissions(story.directory() + "/" + key, fs::perms::others_read | fs::perms::group_read,
                        fs::perm_options::add);
        story.mends("mode-readable-encrypted", look);
        CHECK(story.mode_of(key) == "0640");
    }
    SECTION("a certificate that ends") {
        story.set("SOURCE_DATE_EPOCH", "1826000000");
        story.mends("certificate-expires-soon", look);
        CHECK(story.run("keyinspect " + look).out.find("server1@grp, trusted") != std::string::npos);
    }
}

TEST_CASE("remedies for a weak server take what the directory knows") {
    Advised story;
    const std::string look = "-p pw1 server";
    SECTION("a small modulus") {
        story.make_server("-T -I -b 512");
        story.later();
        CHECK(
            story.remedy("weak-modulus", look) ==
            "keygen --keysdir server -T -I --new-identity -s server1@grp --ask-password && keygen --keysdir "
            "server -s server1@grp -e -I --ask-password >iffpar.txt; then on each client, with a copy of "
            "that "
            "file: keylink --install --force iffpar.txt");
        story.mends("weak-modulus", "-p pw1 server/ntpkey_iffkey_grp");
        // What the clients get is of the new key.
        REQUIRE(story.run("keylink --install --keysdir client iffpar.txt").status == 0);
        CHECK(story.run("keyinspect --prove -p pw1 server client").out.find("NOT proven") ==
              std::string::npos);
    }
    SECTION("as many MV clients as there are") {
        story.make_server("-T -V 3 -b 512");
        const std::string expected =
            "keygen --keysdir server -T -V 3 --new-identity -s server1@grp --ask-password && ";
        CHECK(story.remedy("weak-modulus", look).starts_with(expected));
    }
    SECTION("a server key that the trusted authority can make again") {
        story.make_server("-T -V 3 -b 512");
        const std::string key = "server/ntpkey_MVkey_grp." + STAMP;
        story.perform("openssl dsa -in " + key + " -passin pass:pw1 >plain.pem");
        story.write(key, "# ntpkey_MVkey_grp." + STAMP + "\n\n" + story.read("plain.pem"), 0600);
        story.mends("key-unencrypted", look);
        CHECK(story.run("keyinspect --prove " + look).status == 0);
    }
    SECTION("the host's name as the password of a whole server") {
        const std::string options = GENERATE(as<std::string>(), "", "-T -I ", "-T -V 2 -b 512 ");
        REQUIRE(story.run("keygen --keysdir server -s server1 --quiet " + options).status == 0);
        story.later();
        CHECK(
            story.remedy("password-is-host-name", "server") ==
            "keygen --keysdir server --change-password -s server1 --ask-new-password; then write \"crypto pw "
            "<new password>\" into ntp.conf");
        story.mends("password-is-host-name", "server");
        CHECK(story.run("keyinspect --check --prove -p seekritword server").status ==
              (options.find("-b 512") == std::string::npos ? 0 : 1));
    }
    SECTION("a server key from before a revocation") {
        story.make_server("-T -V 3 -b 512");
        const std::string key = "server/ntpkey_MVkey_grp." + STAMP;
        const std::string all = story.read(key);
        REQUIRE(story.run("keygen --keysdir server --mv-revoke 2 -s server1@grp -p pw1 --quiet").status == 0);
        story.write(key, all, 0600);
        story.mends("identity-not-proven", "--prove " + look);
    }
    SECTION("GQ files of ntp-keygen") {
        lay_out_fixture(story, "ntp-4.2.8p15/gq", "gq");
        const std::string gq = "-p seekritword gq/ntpkey_gqkey_server1";
        const std::string remedy = story.remedy("gq-wrong-reading", gq);
        CHECK(remedy == "keygen --keysdir gq --repair -s server1 --ask-password");
        REQUIRE(story.run(replaced(remedy, "--ask-password", "-p seekritword")).status == 0);
        CHECK(story.find("gq-wrong-reading", gq).is_null());
    }
}

TEST_CASE("remedies for a client name the server, and make nothing on the client") {
    Advised story;
    story.host = "client1";
    story.make_client();
    const auto put = [&](const std::string& text) {
        story.write("client/ntpkey_IFFpar_grp." + STAMP, text, 0644);
        fs::remove(story.directory() + "/client/ntpkey_iffpar_grp");
        fs::create_symlink("ntpkey_IFFpar_grp." + STAMP, story.directory() + "/client/ntpkey_iffpar_grp");
    };
    SECTION("encrypted parameters") {
        story.make_server();
        story.write("plain.pem", story.run("keygen --keysdir server -e -s server1 -p pw1").out);
        story.perform("openssl dsa -aes128 -passout pass:pw1 -in plain.pem >encrypted.pem");
        put("# ntpkey_IFFpar_grp." + STAMP + "\n\n" + story.read("encrypted.pem"));
        story.mends_with_server("parameters-encrypted", "client");
        CHECK(story.run("keyinspect --prove -p pw1 server client").status == 0);
    }
    SECTION("a lost public value") {
        story.make_server();
        story.write("plain.pem", story.run("keygen --keysdir server -e -s server1 -p pw1").out);
        story.perform("openssl pkcs8 -topk8 -nocrypt -in plain.pem >lost.pem");
        put("# ntpkey_IFFpar_grp." + STAMP + "\n\n" + story.read("lost.pem"));
        story.mends_with_server("iff-no-public-value", "client");
        CHECK(story.run("keyinspect --prove -p pw1 server client").status == 0);
    }
    SECTION("a small modulus") {
        story.make_server("-T -I -b 512");
        put(story.run("keygen --keysdir server -e -s server1 -p pw1").out);
        CHECK(
            story.remedy("weak-modulus", "client") ==
            "on the server of grp: keygen -T -I --new-identity --ask-password && keygen -e -I --ask-password "
            ">iffpar.txt; then on each client, with a copy of that file: keylink --install --force "
            "iffpar.txt");
    }
    SECTION("another generation") {
        story.make_server();
        put(story.run("keygen --keysdir server -e -s server1 -p pw1").out);
        story.later();
        story.make_server("-T -I --new-identity");
        story.mends_with_server("identity-not-proven", "--prove -p pw1 server client");
    }
}

TEST_CASE("a member of a PC group is sent to the one that made the certificate") {
    Advised story;
    REQUIRE(story.run("keygen -P --keysdir server -s server1@grp -p pw1 --quiet").status == 0);
    for (const auto* sort : {"ntpkey_RSAhost_server1.", "ntpkey_RSA-SHA256cert_server1."})
        REQUIRE(story
                    .run("keylink --install --keysdir client --host client1 --quiet server/" +
                         std::string(sort) + STAMP)
                    .status == 0);
    story.set("SOURCE_DATE_EPOCH", "1826000000");
    story.host = "client1";
    CHECK(story.remedy("certificate-expires-soon", "client") ==
          "on server1, which made it: keygen -s server1 --ask-password; then here, with a copy of the new "
          "certificate: keylink --install --keysdir client --host client1 <copy>");
    story.host = "server1";
    CHECK(story.remedy("certificate-expires-soon", "server") ==
          "keygen --keysdir server --renew-before 30 -s server1 --ask-password");
}

TEST_CASE("remedies for keys files work, or there is none") {
    struct Case {
        const char* id;
        const char* dialect;
        const char* text;
        bool has_remedy;
    };
    const auto c = GENERATE(values<Case>({
        {"keys-chrony-prefix", "ntpd", "1 SHA1 HEX:00112233445566778899AABBCCDDEEFF00112233\n", true},
        {"keys-refused", "ntpd", "1 SHA1 HEX:00112233445566778899AABBCCDDEEFF00112233\n", true},
        {"keys-unknown-type", "ntpd", "1 AES-128 00112233445566778899aabbccddeeff\n", true},
        {"keys-hex-without-prefix", "chrony", "1 SHA1 00112233445566778899aabbccddeeff00112233\n", true},
        {"keys-trailing-text", "chrony", "1 SHA1 abcdefghijkl # SHA1 key\n", true},
        {"keys-none", "chrony", "1 SHA1 abcdefghijkl # SHA1 key\n", true},
        {"keys-none", "ntpd", "# nothing yet\n", true},
        {"keys-carriage-return", "ntpd", "1 MD5 abcdefghijkl\r\n2 MD5 abcdefghijkm\r\n", true},
        {"keys-byte-order-mark", "ntpd",
         "\xef\xbb\xbf"
         "1 MD5 abcdefghijkl\n",
         true},
        {"keys-bad-id", "ntpd", "one MD5 abcdefghijkl\n", false},
        {"keys-duplicate-id", "ntpd", "1 MD5 abcdefghijkl\n1 MD5 abcdefghijkm\n", false},
        {"keys-id-out-of-range", "ntpd", "0 MD5 abcdefghijkl\n", false},
        {"keys-missing-key", "ntpd", "1 MD5\n", false},
        {"keys-odd-hex", "ntpd", "1 SHA1 00112233445566778899aabbccddeeff0011223\n", false},
        {"keys-bad-hex", "ntpd", "1 SHA1 0011223344556677889xaabbccddeeff00112233\n", false},
        {"keys-cmac-length", "ntpd", "1 AES128CMAC 00112233445566778899aabb\n", false},
    }));
    CAPTURE(c.id, c.dialect, c.text);
    Advised story;
    story.write("server/my ntp.keys", c.text, 0640);
    const std::string look = std::string("--dialect ") + c.dialect + " 'server/my ntp.keys'";
    CHECK(story.remedy(c.id, look).empty() == !c.has_remedy);
    if (!c.has_remedy)
        return;
    story.mends(c.id, look);
    CHECK(story.mode_of("server/my ntp.keys") == "0640");
    CHECK_FALSE(story.exists("server/my ntp.keys.new"));
}

#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "story.hpp"

namespace {

constexpr const char* CHANGE_PASSWORD = "keygen -s server1@grp --change-password ";

struct KeysUnderPassword : Story {
    KeysUnderPassword() {
        set("SOURCE_DATE_EPOCH", MORNING);
        write("new", "newsecret\n", 0600);
        keep_secret("oldsecret");
        keep_secret("newsecret");
    }
    void make(const std::string& options) {
        REQUIRE(run("keygen -s server1@grp -b 512 -p oldsecret --quiet " + options).status == 0);
    }
    /// Fails for this key, and changes nothing.
    void cannot_change(const std::string& key) {
        const auto before = snapshot();
        const Outcome outcome = run(CHANGE_PASSWORD + std::string("-p oldsecret --new-password-file new"));
        CHECK(outcome.status == 1);
        CHECK(outcome.err.find(key) != std::string::npos);
        CHECK(snapshot() == before);
    }
    /// All of it, and strongly encrypted.
    void check_all_open_with(const std::string& password) {
        const auto report = nlohmann::json::parse(run("keyinspect --json --prove -p " + password + " .").out);
        for (const auto& finding : report.at("findings")) {
            CAPTURE(finding.dump());
            CHECK(finding.at("id").get<std::string>().find("password") == std::string::npos);
            CHECK(finding.at("id") != "weak-key-derivation");
            CHECK(finding.at("id") != "key-unencrypted");
        }
        REQUIRE(!report.at("files").empty());
        for (const auto& file : report.at("files"))
            CHECK(file.at("state") != "unopened");
        for (const auto& proof : report.at("proofs"))
            CHECK(proof.at("is_proven") == proof.at("is_expected"));
    }
};

}  // namespace

TEST_CASE("option --change-password: all private keys of a directory, and only those") {
    const std::string options = GENERATE(as<std::string>(), "-T -I -S RSA -m 512", "-T -G -m 512",
                                         "-T -V 3 -m 512", "-T -I -S DSA -c DSA-SHA1 -m 1024");
    CAPTURE(options);
    KeysUnderPassword story;
    story.make(options);
    const std::string host_key = story.link_target("ntpkey_host_server1").value();
    story.run("chmod 0640 " + host_key);
    auto before = story.snapshot();
    before.erase(".ntpkey-history");  // of a run that cannot be undone any more
    const Outcome outcome = story.run(CHANGE_PASSWORD + std::string("-p oldsecret --new-password-file new"));
    CHECK(outcome.status == 0);
    CHECK(outcome.err.empty());
    story.check_all_open_with("newsecret");
    CHECK(story.mode_of(host_key) == "0640");
    const auto after = story.snapshot();
    for (const auto& [name, content] : before) {
        const bool is_private =
            name.find("host_") != std::string::npos || name.find("sign_") != std::string::npos ||
            name.find("key_grp") != std::string::npos || name.find("ta_grp") != std::string::npos;
        CAPTURE(name);
        REQUIRE(after.contains(name));
        CHECK((after.at(name) != content) == (is_private && !story.link_target(name)));
    }
    CHECK(after.size() == before.size());
}

TEST_CASE("option --change-password encrypts anew under the same password") {
    KeysUnderPassword story;
    story.make("-T -I -m 512");
    story.shell(
        "openssl pkcs8 -topk8 -iter 2048 -passin pass:oldsecret -passout pass:oldsecret -in "
        "ntpkey_iffkey_grp "
        "-out weak; { head -n 3 ntpkey_iffkey_grp; cat weak; } >both; cat both >$(readlink "
        "ntpkey_iffkey_grp); rm weak both");
    story.write("new", "oldsecret\n", 0600);
    CHECK(story.run("keyinspect -p oldsecret .").out.find("weak-key-derivation") != std::string::npos);
    CHECK(story.run(CHANGE_PASSWORD + std::string("-p oldsecret --new-password-file new")).status == 0);
    story.check_all_open_with("oldsecret");
}

TEST_CASE("option --change-password changes nothing where one key cannot follow") {
    KeysUnderPassword story;
    story.make("-T -I -m 512");
    const std::string key = story.link_target("ntpkey_iffkey_grp").value();
    SECTION("another password") {
        story.shell(
            "openssl pkcs8 -topk8 -passin pass:oldsecret -passout pass:third -in ntpkey_iffkey_grp -out x; "
            "{ head -n 3 ntpkey_iffkey_grp; cat x; } >y; cat y >" +
            key + "; rm x y");
        story.cannot_change(key);
    }
    SECTION("damage") {
        story.write(key, "# " + key + "\n-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
                    0600);
        story.cannot_change(key);
    }
    SECTION("no new password") {
        story.refuses(CHANGE_PASSWORD + std::string("-p oldsecret"), 2,
                      "keygen: error: --change-password needs a new password\n"
                      "keygen: hint: --new-password-file, --new-password-env or --ask-new-password\n");
    }
    SECTION("a dry run") {
        const auto before = story.snapshot();
        CHECK(story.run(CHANGE_PASSWORD + std::string("-p oldsecret --new-password-file new --dry-run"))
                  .status == 0);
        CHECK(story.snapshot() == before);
    }
    SECTION("no key at all") {
        story.shell("rm ntpkey_*");
        story.refuses(CHANGE_PASSWORD + std::string("-p oldsecret --new-password-file new"), 1,
                      "keygen: error: .: no private key here\n");
    }
}

#include <sstream>

#include "catch.hpp"
#include "story.hpp"

namespace {

std::vector<std::string> key_lines(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        if (!line.empty() && line[0] != '#')
            lines.push_back(line);
    }
    return lines;
}

std::vector<std::string> words(const std::string& line) {
    std::istringstream stream(line);
    std::vector<std::string> result;
    for (std::string word; stream >> word;)
        result.push_back(word);
    return result;
}

}  // namespace

TEST_CASE("option -M makes ten MD5 and ten SHA1 keys as ntp-keygen does") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    const Outcome outcome = story.run("keygen -M -s server1");
    CHECK(outcome.status == 0);
    CHECK(outcome.err.empty());
    CHECK(outcome.out ==
          "made ntpkey_MD5key_server1.4004388800 (20 symmetric keys, ntpd dialect, mode 0600)\n"
          "linked ntp.keys -> ntpkey_MD5key_server1.4004388800\n"
          "\nIn the daemon's configuration:\n    keys " +
              story.directory() + "/ntp.keys\n    trustedkey (1 ... 20)\n    server <address> key 1\n");
    CHECK(story.mode_of("ntpkey_MD5key_server1.4004388800") == "0600");
    const std::string text = story.read("ntp.keys");
    CHECK(text.starts_with("# ntpkey_MD5key_server1.4004388800\n# Mon Nov 23 02:13:20 2026\n"));
    const auto lines = key_lines(text);
    REQUIRE(lines.size() == 20);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto word = words(lines[i]);
        CHECK(word.at(0) == std::to_string(i + 1));
        CHECK(word.at(1) == (i < 10 ? "MD5" : "SHA1"));
        CHECK(word.at(2).size() == (i < 10 ? 20 : 40));
        CHECK(outcome.out.find(word.at(2)) == std::string::npos);
    }

    // A second run is a second generation; the first stays for --rollback.
    REQUIRE(story.run("keygen -M -s server1").status == 0);
    CHECK(story.link_target("ntp.keys") == "ntpkey_MD5key_server1.4004388801");
    CHECK(story.read("ntpkey_MD5key_server1.4004388800") == text);
}

TEST_CASE("an ntp.keys that is a file stays without --force") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    story.write("ntp.keys", "1 MD5 mykey\n", 0600);
    story.refuses("keygen -M -s server1", 1,
                  "keygen: error: ntp.keys: a file, not a link, is in the way of the link\n"
                  "keygen: hint: move it away, or replace it with --force\n");
    CHECK(story.run("keygen -M -s server1 --force").status == 0);
    CHECK(story.link_target("ntp.keys") == "ntpkey_MD5key_server1.4004388800");
}

TEST_CASE("types, numbers and ids of keys are chosen") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    REQUIRE(
        story.run("keygen -M -s server1 --key-type AES128CMAC,SHA1 --key-count 2 --first-id 65532 --quiet")
            .status == 0);
    const auto lines = key_lines(story.read("ntp.keys"));
    REQUIRE(lines.size() == 4);
    CHECK(words(lines[0]).at(0) == "65532");
    CHECK(words(lines[0]).at(1) == "AES128CMAC");
    CHECK(words(lines[0]).at(2).size() == 32);
    CHECK(words(lines[3]).at(0) == "65535");
    CHECK(words(lines[3]).at(1) == "SHA1");

    REQUIRE(
        story.run("keygen -M -s chronyd --dialect chrony --key-type SHA256,AES256CMAC --key-count 1 --quiet")
            .status == 0);
    const auto chrony = key_lines(story.read("ntp.keys"));
    CHECK(words(chrony.at(0)).at(2).starts_with("HEX:"));
    CHECK(words(chrony.at(1)).at(1) == "AES256");
    const Outcome conf = story.run("keygen -M -s chronyd --dialect chrony --key-count 1");
    CHECK(conf.out.ends_with("\nIn the daemon's configuration:\n    keyfile " + story.directory() +
                             "/ntp.keys\n    server <address> key 1\n"));
    if (story.run("getent group nogroup").status == 0) {
        REQUIRE(story.run("keygen -M -s readable --group nogroup --quiet").status == 0);
        CHECK(story.mode_of("ntpkey_MD5key_readable.4004388800") == "0640");
        CHECK(story.run("stat -c %G ntpkey_MD5key_readable.4004388800").out == "nogroup\n");
    }
}

TEST_CASE("requests for symmetric keys that cannot be are refused") {
    Story story;
    const Outcome type = story.run("keygen -M -s h --key-type SHA265");
    CHECK(type.status == 2);
    CHECK(
        type.err.starts_with("keygen: error: unknown key type \"SHA265\"; did you mean \"SHA256\"?\n"
                             "keygen: hint: the key types are MD5, SHA1, "));
    const std::string once = "\nkeygen: hint: run the command once for each\n";
    story.refuses("keygen -M -I -s h", 2, "keygen: error: -I has no effect with -M" + once);
    story.refuses("keygen -M -T -s h", 2, "keygen: error: -T has no effect with -M" + once);
    story.refuses("keygen --merge x --convert y", 2,
                  "keygen: error: --convert and --merge exclude each other" + once);
    story.refuses("keygen --convert x", 2,
                  "keygen: error: --convert needs --dialect: ntpd, ntpsec, chrony or common\n");
    story.refuses("keygen --merge nowhere", 1,
                  "keygen: error: nowhere: no such keys file\nkeygen: hint: make one: keygen -M\n");
    story.refuses("keygen --convert nowhere --dialect ntpd", 1,
                  "keygen: error: nowhere: cannot read: No such file or directory\n");
    for (const std::string options : {"--key-count 0", "--first-id 0", "--first-id 65530", "--dialect crony",
                                      "--dialect common --key-type AES128CMAC"}) {
        const Outcome outcome = story.run("keygen -M -s h " + options);
        INFO(options << "\n" << outcome.err);
        CHECK(outcome.status != 0);
        CHECK(outcome.out.empty());
        CHECK(outcome.err.starts_with("keygen: error: "));
        CHECK(story.list().empty());
    }
}

TEST_CASE("option --merge adds keys under free ids and keeps the rest byte for byte") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    const std::string before =
        "# mine\n1 MD5 firstkey\n\n  3 SHA1 0123456789abcdef0123456789abcdef01234567 # third";
    story.write("keys", before, 0640);
    const Outcome outcome = story.run("keygen --merge keys --dialect ntpd --key-type MD5 --key-count 2");
    CHECK(outcome.status == 0);
    CHECK(outcome.err.empty());
    const std::string after = story.read("keys");
    CHECK(after.starts_with(before + "\n"));
    const auto lines = key_lines(after.substr(before.size()));
    REQUIRE(lines.size() == 2);
    CHECK(words(lines[0]).at(0) == "2");
    CHECK(words(lines[1]).at(0) == "4");
    CHECK(story.mode_of("keys") == "0640");
    CHECK(story.list() == std::vector<std::string>{"keys"});

    // Behind the link, the file is replaced and the link stays.
    REQUIRE(story.run("keygen -M -s server1 --quiet").status == 0);
    REQUIRE(story.run("keygen --merge ntp.keys --quiet").status == 0);
    CHECK(story.link_target("ntp.keys") == "ntpkey_MD5key_server1.4004388800");
    CHECK(key_lines(story.read("ntp.keys")).size() == 40);
}

TEST_CASE("bad keys files are refused with file and line") {
    Story story;
    story.keep_secret("hiddenword");
    const std::vector<std::pair<std::string, std::string>> bad = {
        {"1 MD5 hiddenword\n1 MD5 hiddenword2\n", "2"},
        {"1 MD5 hiddenword\n70000 MD5 hiddenword\n", "2"},
        {"1 MD5 hiddenword\n2 MDA hiddenword\n", "2"},
        {"1 MD5 hiddenword\r\n", "1"},
        {"\xef\xbb\xbf"
         "1 MD5 hiddenword\n",
         "1"},
        {"1 MD5 hidden#word\n", "1"},
        {"1 MD5 hiddenword\n2 SHA1 0123456789abcdef0123456789abcdef0123456\n", "2"},
        {"1 MD5 hiddenword\n2 AES128CMAC 00112233\n", "2"},
        {"1 MD5 hiddenword\n2 MD5\n", "2"},
    };
    for (const auto& [text, line] : bad) {
        story.write("keys", text, 0600);
        for (const std::string command :
             {"--merge keys --dialect ntpd", "--convert keys --from ntpd --dialect chrony"}) {
            const auto before = story.snapshot();
            const Outcome outcome = story.run("keygen " + command);
            INFO(text << command << "\n" << outcome.err);
            CHECK(outcome.status == 1);
            CHECK(outcome.out.empty());
            CHECK(outcome.err.starts_with("keygen: error: keys:" + line + ": "));
            CHECK(story.snapshot() == before);
        }
    }
}

TEST_CASE("option --convert prints a file in another dialect, or says which line cannot be said") {
    Story story;
    story.write("keys",
                "# head\n1 MD5 literalkey # MD5 key\n2 SHA1 0123456789abcdef0123456789abcdef01234567\n",
                0600);
    const Outcome chrony = story.run("keygen --convert keys --dialect chrony");
    CHECK(chrony.status == 0);
    CHECK(chrony.err.empty());
    CHECK(chrony.out == "# head\n 1 MD5 literalkey\n 2 SHA1 HEX:0123456789ABCDEF0123456789ABCDEF01234567\n");
    CHECK(story.run("keygen --convert - --from ntpd --dialect chrony", story.read("keys")).out == chrony.out);
    story.refuses("keygen --convert keys --dialect common", 1,
                  "keygen: error: keys:3: a file for all three daemons takes keys of up to 20 printable "
                  "characters without # "
                  "or space, not beginning with HEX: or ASCII:; this one is not\n");
    story.write("keys", "1 MD5 literalkey\n", 0644);
    CHECK(story.run("keygen --convert keys --dialect chrony").err ==
          "keygen: warning: keys: everybody on this machine can read these keys (mode 0644); chmod 640 "
          "helps\n");
}

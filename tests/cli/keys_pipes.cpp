// Keys files that are made, cut and changed piece by piece, in place and in pipes.
#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include <sstream>

#include "catch.hpp"
#include "story.hpp"

namespace {

using nlohmann::json;

std::vector<std::string> words_of(const std::string& line) {
    std::istringstream stream(line);
    std::vector<std::string> words;
    for (std::string word; stream >> word;)
        words.push_back(word);
    return words;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

/// "10 AES128CMAC, 11 AES128CMAC": what the lines of keys begin with.
std::string ids_and_types(const std::string& text) {
    std::string result;
    for (const std::string& line : lines_of(text)) {
        const auto words = words_of(line);
        if (words.size() >= 3 && words[0][0] != '#')
            result += (result.empty() ? "" : ", ") + words[0] + " " + words[1];
    }
    return result;
}

struct Times {
    explicit Times(const std::string& path) {
        struct stat status {};
        REQUIRE(::stat(path.c_str(), &status) == 0);
        inode = status.st_ino;
        seconds = status.st_mtim.tv_sec;
        nanoseconds = status.st_mtim.tv_nsec;
    }
    bool operator==(const Times&) const = default;
    ino_t inode;
    time_t seconds;
    long nanoseconds;
};

const std::string HAND_WRITTEN = "# clients\n\n 10 AES128 HEX:000102030405060708090A0B0C0D0E0F\n! later\n";

}  // namespace

TEST_CASE("option --ensure makes the keys that are missing, and the second run leaves even the times") {
    Story story;
    const std::string command =
        "keygen --ensure clients --ids 10-12,31 --key-type AES128CMAC --dialect chrony";
    const Outcome made = story.run(command);
    CHECK(made.status == 0);
    CHECK(made.err.empty());
    CHECK(made.out.starts_with("made clients (4 symmetric keys, chrony dialect, mode 0600)\n"));
    CHECK(ids_and_types(story.read("clients")) == "10 AES128, 11 AES128, 12 AES128, 31 AES128");
    CHECK(story.mode_of("clients") == "0600");

    const auto before = story.snapshot();
    const Times times(story.directory() + "/clients");
    const Outcome again = story.run(command);
    CHECK(again.status == 0);
    CHECK(again.out == "nothing to change in clients\n");
    CHECK(again.err.empty());
    CHECK(story.snapshot() == before);
    CHECK(Times(story.directory() + "/clients") == times);
    CHECK(json::parse(story.run(command + " --json").out).at("changed") == false);
}

TEST_CASE("option --ensure keeps the rest of the file byte for byte, its mode and its owner") {
    Story story;
    story.write("clients", HAND_WRITTEN, 0640);
    const Outcome made = story.run("keygen --ensure clients --ids 31,10 --key-type SHA1 --json");
    CHECK(made.status == 0);
    CHECK(made.err == "keygen: warning: key 10 stays as it is, AES128CMAC and not SHA1\n");
    const json report = json::parse(made.out);
    CHECK(report.at("changed") == true);
    CHECK(report.at("status") == "done");
    CHECK(report.at("dialect") == "chrony");
    CHECK(report.at("file") == "clients");
    CHECK(report.at("keys") == json::parse(R"([{"id": 31, "type": "SHA1"}])"));
    CHECK(story.read("clients").starts_with(HAND_WRITTEN + "31 SHA1 HEX:"));
    CHECK(story.mode_of("clients") == "0640");

    const auto before = story.snapshot();
    const Outcome planned = story.run("keygen --ensure clients --ids 40 --dry-run --json");
    CHECK(json::parse(planned.out).at("changed") == true);
    CHECK(json::parse(planned.out).at("status") == "dry-run");
    CHECK(story.snapshot() == before);
}

TEST_CASE("options --extract and --remove take single keys out, as often as they are told") {
    Story story;
    REQUIRE(story.run("keygen --ensure clients --ids 10-13 --dialect ntpsec --quiet").status == 0);
    const std::string text = story.read("clients");
    const auto lines = lines_of(text);
    const Outcome extracted = story.run("keygen --extract 12,10 clients");
    CHECK(extracted.status == 0);
    CHECK(extracted.err.empty());
    CHECK(extracted.out == lines[2] + "\n" + lines[0] + "\n");
    const Outcome converted = story.run("keygen --extract 12 --dialect chrony clients");
    CHECK(ids_and_types(converted.out) == "12 AES128");
    CHECK(json::parse(story.run("keygen --extract 12 --json clients").out).at("text") == lines[2] + "\n");
    story.refuses("keygen --extract 12,77 clients", 1, "keygen: error: clients: no key 77\n");

    const Outcome removed = story.run("keygen --remove 11,12 --json clients");
    CHECK(removed.status == 0);
    CHECK(story.read("clients") == lines[0] + "\n" + lines[3] + "\n");
    CHECK(json::parse(removed.out).at("keys").size() == 2);
    const Times times(story.directory() + "/clients");
    CHECK(story.run("keygen --remove 11,12 clients").out == "nothing to change in clients\n");
    CHECK(Times(story.directory() + "/clients") == times);
}

TEST_CASE("a minus sign is standard input and output for every change of a keys file") {
    Story story;
    const Outcome ensured = story.run("keygen --ensure - --ids 10,31 --dialect chrony", HAND_WRITTEN);
    CHECK(ensured.status == 0);
    CHECK(ensured.err.empty());
    CHECK(ensured.out.starts_with(HAND_WRITTEN + "31 AES128 HEX:"));
    CHECK(story.run("keygen --ensure - --ids 10,31 --dialect chrony", ensured.out).out == ensured.out);
    CHECK(story.run("keygen --remove 31 -", ensured.out).out == HAND_WRITTEN);
    CHECK(story.run("keygen --remove 31 -", HAND_WRITTEN).out == HAND_WRITTEN);
    CHECK(story.run("keygen --extract 10 -", HAND_WRITTEN).out == lines_of(HAND_WRITTEN)[2] + "\n");
    const Outcome merged = story.run("keygen --merge - --key-type SHA1 --key-count 1", HAND_WRITTEN);
    CHECK(merged.out.starts_with(HAND_WRITTEN + " 1 SHA1 HEX:"));
    const json report = json::parse(story.run("keygen --ensure - --ids 31 --json", HAND_WRITTEN).out);
    CHECK(report.at("file").is_null());
    CHECK(report.at("changed") == true);
    CHECK(report.at("text").get<std::string>().starts_with(HAND_WRITTEN));
    CHECK(story.list().empty());
    // From one command to the next, without a file in between.
    const Outcome piped = story.shell(
        "keygen --ensure - --ids 1-3 --dialect ntpd </dev/null | keygen --remove 2 - | keygen --extract 1,3 "
        "--dialect chrony -");
    CHECK(piped.status == 0);
    CHECK(ids_and_types(piped.out) == "1 AES128, 3 AES128");
}

TEST_CASE("a secret on a terminal, or in a file that others may read, is answered with a warning") {
    Story story;
    story.write("clients", HAND_WRITTEN, 0600);
    story.set("NO_COLOR", "1");
    CHECK(
        story.run_on_terminal("keygen --extract 10 clients")
            .out.starts_with("keygen: warning: a secret is shown on the terminal; redirect it to a file made "
                             "under umask 077\r\n"));
    CHECK(
        story.shell("umask 022; keygen --extract 10 clients >client10").err ==
        "keygen: warning: a secret is written to a file that everybody on this machine can read (mode 0644); "
        "chmod 600 it, and make the next one under umask 077\n");
    CHECK(story.shell("umask 077; keygen --extract 10 clients >private").err.empty());
    CHECK(story.read("private") == story.read("client10"));
}

TEST_CASE("key files that a daemon would refuse, and ids that it has not, stop every change") {
    Story story;
    story.write("twice", "1 MD5 firstkey\n1 MD5 secondkey\n", 0600);
    story.write("good", "1 MD5 firstkey\n", 0600);
    story.write("beyond", "1 MD5 firstkey\n70000 MD5 otherkey\n", 0600);
    story.write("wrong", "1 MD5 firstkey\nhello\n", 0600);
    const std::string twice = "keygen: error: twice:2: key id 1 is on line 1 already; ntpd keeps that one\n";
    story.refuses("keygen --ensure twice --ids 5 --dialect ntpd", 1, twice);
    story.refuses("keygen --remove 1 --dialect ntpd twice", 1, twice);
    story.refuses("keygen --extract 1 --from ntpd twice", 1, twice);
    for (const std::string file : {"beyond", "wrong"}) {
        for (const std::string& command :
             {"keygen --ensure " + file + " --ids 5 --dialect ntpd",
              "keygen --remove 1 --dialect ntpd " + file, "keygen --extract 1 --from ntpd " + file}) {
            const auto before = story.snapshot();
            const Outcome outcome = story.run(command);
            INFO(command << "\n" << outcome.err);
            CHECK(outcome.status == 1);
            CHECK(outcome.out.empty());
            CHECK(outcome.err.starts_with("keygen: error: " + file + ":2: "));
            CHECK(story.snapshot() == before);
        }
    }
    story.refuses("keygen --ensure good --ids 65536 --dialect ntpd", 2,
                  "keygen: error: key id 65536: ntpd takes ids from 1 to 65535\n");
    for (const std::string ids : {"0", "5-3", "1,1", "1-3,2", "x", "", "4294967296", "1-9999999"}) {
        const auto before = story.snapshot();
        const Outcome outcome = story.run("keygen --ensure good --dialect ntpd --ids '" + ids + "'");
        INFO(ids << "\n" << outcome.err);
        CHECK(outcome.status == 2);
        CHECK(outcome.out.empty());
        CHECK(story.snapshot() == before);
    }
    story.refuses("keygen --ensure good", 2,
                  "keygen: error: --ensure needs --ids\n"
                  "keygen: hint: ids and ranges, as in --ids 10-20,31\n");
    story.refuses("keygen --remove 3", 2,
                  "keygen: error: --remove needs a keys file behind the ids\n"
                  "keygen: hint: keygen --remove 10,31 FILE; - is standard input\n");
    story.refuses("keygen --remove 3 nowhere", 1,
                  "keygen: error: nowhere: no such keys file\nkeygen: hint: make one: keygen -M\n");
}

TEST_CASE("twenty that ensure different keys of one file at once lose none") {
    Story story;
    std::vector<Process> running;
    for (int i = 0; i < 20; ++i)
        running.push_back(story.start("keygen --ensure clients --ids 1-4," + std::to_string(100 + i) +
                                      " --dialect chrony --lock-timeout 60"));
    for (Process& process : running) {
        const Outcome outcome = process.finish();
        INFO(outcome.err);
        CHECK(outcome.status == 0);
        CHECK(outcome.err.empty());
    }
    CHECK(lines_of(story.read("clients")).size() == 24);
    CHECK(story.run("keygen --ensure clients --ids 1-4,100-119 --dialect chrony").out ==
          "nothing to change in clients\n");
    const Outcome all = story.run("keygen --extract 1-4,100-119 clients");
    CHECK(all.status == 0);
    CHECK(lines_of(all.out).size() == 24);
    CHECK(story.list() == std::vector<std::string>{"clients"});
}

TEST_CASE("every command of a pipe says the same of its own output, byte for byte") {
    Story story;
    const std::string keys = story.run("keygen --ensure - --ids 10-12 --key-type MD5 --dialect ntpd").out;
    for (const std::string command :
         {"keygen --ensure - --ids 10-14 --key-type MD5 --dialect ntpd",
          "keygen --remove 11,12 --dialect ntpd -", "keygen --extract 10,12 --from ntpd -",
          "keygen --convert - --from ntpd --dialect common"}) {
        INFO(command);
        const Outcome once = story.run(command, keys);
        REQUIRE(once.status == 0);
        CHECK(once.err.empty());
        CHECK(once.out != keys);
        CHECK(story.run(command, once.out).out == once.out);
    }
    for (const std::string dialect : {"chrony", "ntpsec", "common", "ios-xe", "junos", "eos"}) {
        INFO(dialect);
        const std::string command = "keygen --extract 10,12 --from ntpd --dialect " + dialect + " -";
        const Outcome once = story.run(command, keys);
        CHECK(once.status == 0);
        CHECK(!once.out.empty());
        CHECK(story.run(command, keys).out == once.out);
    }
    CHECK(story.list().empty());
}

TEST_CASE("keys become the lines of network devices, or are refused with what fits") {
    Story story;
    story.write(
        "keys",
        "10 MD5 Abcdefgh12345678\n11 SHA1 Abcdefgh12345678\n12 SHA1 "
        "00112233445566778899aabbccddeeff00112233\n13 AES128CMAC 00112233445566778899aabbccddeeff\n14 MD5 "
        "what?\n65535 SHA1 Abcdefgh12345678\n",
        0600);
    const auto lines = [&](const std::string& ids, const std::string& device) {
        const Outcome outcome =
            story.run("keygen --extract " + ids + " --from ntpd --dialect " + device + " keys");
        CHECK(outcome.err.empty());
        return outcome.out;
    };
    CHECK(lines("10", "ios-xe") == "ntp authentication-key 10 md5 Abcdefgh12345678\nntp trusted-key 10\n");
    CHECK(lines("11", "ios-xe") == "ntp authentication-key 11 sha1 Abcdefgh12345678\nntp trusted-key 11\n");
    CHECK(lines("10,11", "junos") ==
          "set system ntp authentication-key 10 type md5 value \"Abcdefgh12345678\"\n"
          "set system ntp trusted-key 10\n"
          "set system ntp authentication-key 11 type sha1 value \"Abcdefgh12345678\"\n"
          "set system ntp trusted-key 11\n");
    CHECK(lines("11", "eos") == "ntp authentication-key 11 sha1 0 Abcdefgh12345678\nntp trusted-key 11\n");
    CHECK(lines("12", "ontap") ==
          "cluster time-service ntp key create -id 12 -type sha1 -value "
          "00112233445566778899aabbccddeeff00112233\n");
    const std::string not_safe = " visible characters without ? \" ' \\ # ! ; | { }; this one is not";
    struct Refused {
        std::string id, device, why;
    };
    for (const auto& [id, device, why] : std::vector<Refused>{
             {"12", "ios-xe", "IOS-XE takes keys of up to 32" + not_safe},
             {"13", "ios-xe", "IOS-XE cannot hold AES128CMAC keys; it takes MD5, SHA1"},
             {"14", "ios-xe", "IOS-XE takes keys of up to 32" + not_safe},
             {"12", "junos", "Junos takes keys of up to 20" + not_safe},
             {"13", "junos", "Junos cannot hold AES128CMAC keys; it takes MD5, SHA1, SHA256"},
             {"14", "junos", "Junos takes keys of up to 20" + not_safe},
             {"12", "eos", "EOS takes keys of up to 20" + not_safe},
             {"13", "eos", "EOS cannot hold AES128CMAC keys; it takes MD5, SHA1"},
             {"65535", "eos", "EOS takes key ids from 1 to 65534"},
             {"10", "ontap", "ONTAP cannot hold MD5 keys; it takes SHA1"},
             {"11", "ontap", "ONTAP takes keys of exactly 20 bytes, in hexadecimal, and this one has 16"},
             {"13", "ontap", "ONTAP cannot hold AES128CMAC keys; it takes SHA1"}}) {
        const Outcome outcome =
            story.run("keygen --extract " + id + " --from ntpd --dialect " + device + " keys");
        INFO(id << " " << device << "\n" << outcome.err);
        CHECK(outcome.status == 1);
        CHECK(outcome.out.empty());
        CHECK(outcome.err.starts_with("keygen: error: keys: key " + id + ": " + why + "\n"));
        const std::string start = "keygen: hint: a key that fits: keygen --ensure <file> --ids " + id + " ";
        const auto hint = outcome.err.find(start);
        REQUIRE(hint != std::string::npos);
        // What the hint makes is held by the device, where its number is not the reason.
        if (id == "65535")
            continue;
        const std::string options =
            outcome.err.substr(hint + start.size(), outcome.err.size() - hint - start.size() - 1);
        REQUIRE(story.run("keygen --ensure fits --ids " + id + " " + options).status == 0);
        CHECK(story.run("keygen --extract " + id + " --from ntpd --dialect " + device + " fits").status == 0);
        REQUIRE(story.run("rm fits").status == 0);
    }
}

// -M --for DAEMON: keys where the daemon's package looks for them, on a machine whose /etc is the story's
// own.
#include "catch.hpp"
#include "story.hpp"

namespace {

struct Machine : Story {
    Machine() {
        make_directory("etc/chrony");
        make_directory("etc/ntpsec");
        write("etc/os-release", "NAME=\"Any Linux\"\nID=derived\nID_LIKE=\"ubuntu debian\"\n");
        write("etc/group", "root:x:0:\n_chrony:x:4242:\nntpsec:x:4243:\nntp:x:4244:\n");
        write("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
    }
    Outcome there(const std::string& command) {
        return run({"unshare", "--mount", "bash", "-c", "mount --bind etc /etc && " + command});
    }
    /// Whether this test may have an /etc of its own here.
    bool is_possible() { return there("true").status == 0; }
};

}  // namespace

TEST_CASE("option --for makes keys where the daemon's package looks, for root and the daemon's group") {
    Machine story;
    if (!story.is_possible()) {
        WARN("SKIPPED: only root can give a command another /etc");
        return;
    }
    struct Expected {
        std::string daemon, file, access, line, command;
    };
    for (const Expected& expected : std::vector<Expected>{
             {"chrony", "/etc/chrony/chrony.keys", "0:4242 640", "10 AES128 HEX:", "chronyc rekey"},
             {"ntpsec", "/etc/ntpsec/ntp.keys", "0:4243 640", "10 AES-128 ", "systemctl restart ntpsec"},
             {"ntpd", "/etc/ntp.keys", "0:4244 640", "10 AES128CMAC ", "systemctl restart ntp"}}) {
        const std::string command = "keygen -M --for " + expected.daemon;
        const std::string file = expected.file.substr(1);
        story.write(file, "# nothing yet\n");
        const Outcome made = story.there(command);
        INFO(command << "\n" << made.err << made.out);
        CHECK(made.status == 0);
        CHECK(made.err == "keygen: hint: the daemon takes the keys after: " + expected.command + "\n");
        CHECK(made.out.find(" " + expected.file + "\n") != std::string::npos);
        CHECK(story.run("stat -c '%u:%g %a' " + file).out == expected.access + "\n");
        CHECK(story.read(file).starts_with("# nothing yet\n 1 "));
        CHECK(story.read(file).find("\n" + expected.line) != std::string::npos);
        // Idempotent, and a mode that shuts the daemon out is set right.
        const std::string times = story.run("stat -c '%y %i' " + file).out;
        const Outcome again = story.there(command);
        CHECK(again.status == 0);
        CHECK(again.err.empty());
        CHECK(again.out == "nothing to change in " + expected.file + "\n");
        CHECK(story.run("stat -c '%y %i' " + file).out == times);
        REQUIRE(story.run("chmod 600 " + file).status == 0);
        CHECK(story.there(command).status == 0);
        CHECK(story.run("stat -c '%u:%g %a' " + file).out == expected.access + "\n");
    }
}

TEST_CASE("option --for refuses what it does not know, and a link in the file's place") {
    Machine story;
    if (!story.is_possible()) {
        WARN("SKIPPED: only root can give a command another /etc");
        return;
    }
    const auto refuses = [&](const std::string& options, int status, const std::string& err) {
        const auto before = story.snapshot();
        const Outcome outcome = story.there("keygen -M --for " + options);
        CHECK(outcome.err == err);
        CHECK(outcome.out.empty());
        CHECK(outcome.status == status);
        CHECK(story.snapshot() == before);
    };
    refuses("chronyd", 2, "keygen: error: unknown daemon \"chronyd\": ntpd, ntpsec, chrony or ntpd-rs\n");
    refuses("ntpd-rs", 2,
            "keygen: error: ntpd-rs has no keys file: it authenticates with Network Time Security alone\n");
    refuses("chrony --dialect ntpd", 2, "keygen: error: --for and --dialect name two daemons\n");
    REQUIRE(story.run("ln -s elsewhere etc/ntpsec/ntp.keys").status == 0);
    story.write("etc/ntpsec/elsewhere", "");
    refuses("ntpsec", 1,
            "keygen: error: /etc/ntpsec/ntp.keys: a link is in the place of the daemon's keys file\n"
            "keygen: hint: move it away; the daemon's profile of AppArmor may not let it follow one\n");
    story.run("rm -r etc/chrony");
    refuses("chrony", 1,
            "keygen: error: /etc/chrony: no such directory: is the package of chrony installed?\n");
    story.write("etc/os-release", "ID=other\n");
    refuses("chrony", 1,
            "keygen: error: it is not known where chrony looks for keys; os-release says other\n"
            "keygen: hint: name the file and its group: keygen --ensure <file> --group <group> --dialect "
            "<dialect>\n");
}

TEST_CASE("keyinspect --ntp-conf: a link that the daemon's profile of AppArmor does not let it follow") {
    Machine story;
    // The kernel of the story has AppArmor.
    const std::string kernel =
        "mount -t tmpfs none /sys/module && mkdir -p /sys/module/apparmor/parameters && "
        "echo Y >/sys/module/apparmor/parameters/enabled && mount -t tmpfs none /usr/sbin && "
        "install -m 755 /dev/null /usr/sbin/ntpd && "
        "install -m 755 /dev/null /usr/sbin/apparmor_parser && export PATH=\"$PATH:/usr/sbin\" && ";
    if (story.there(kernel + "true").status != 0) {
        WARN("SKIPPED: only root can give a command another /etc and /sys");
        return;
    }
    story.make_directory("etc/apparmor.d/local");
    story.write("etc/apparmor.d/usr.sbin.ntpd",
                "/usr/sbin/ntpd {\n  /etc/ntpsec/ntp.keys r,\n  #include <local/usr.sbin.ntpd>\n}\n");
    story.write("etc/ntpsec/ntp.conf", "keys /etc/ntpsec/ntp.keys\ntrustedkey 1\nserver a key 1\n");
    REQUIRE(story.there("cd /etc/ntpsec && keygen -M --dialect ntpsec --quiet -s a").status == 0);
    REQUIRE(story.run("find etc/ntpsec -name 'ntpkey_*key*_a*'").out.size() > 1);
    const std::string look =
        kernel + "keyinspect --json --daemon ntpsec --user root --ntp-conf /etc/ntpsec/ntp.conf";
    const auto finding = [&]() -> nlohmann::json {
        const auto report = nlohmann::json::parse(story.there(look).out);
        for (const auto& one : report.at("findings")) {
            if (one.at("id") == "conf-profile")
                return one;
        }
        return nullptr;
    };
    const auto found = finding();
    REQUIRE(found.is_object());
    CHECK(found.at("path") == "/etc/ntpsec/ntp.keys");
    REQUIRE(story.there(kernel + found.at("remedy").get<std::string>()).status == 0);
    CHECK(story.read("etc/apparmor.d/local/usr.sbin.ntpd") == "\"/etc/ntpsec/ntpkey_*\" r,\n");
    CHECK(finding().is_null());
}

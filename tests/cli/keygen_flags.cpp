// Options mean one thing, wherever and in whatever form of ntp-keygen's they are given.
#include "catch.hpp"
#include "story.hpp"

namespace {

std::string told_no(const std::string& option, const std::string& command = "keygen") {
    return command + ": error: " + option + " cannot be told no; leave it out\n" + command +
           ": hint: " + command + " --help lists the options\n";
}

}  // namespace

TEST_CASE(
    "an option without a value cannot be told no, on the command line, in a file and in the environment") {
    Story story;
    const std::string run = "keygen -s server1 -p x ";
    for (const std::string option : {"--id-key", "--repair", "--md5key", "--trusted-cert", "--host-key",
                                     "--dry-run", "--more-help", "--quiet"}) {
        for (const std::string no : {"no", "false", "n", "0", "off"})
            story.refuses(run + option + "=" + no, 2, told_no(option));
    }
    story.refuses(run + "--help=no", 2, told_no("--help"));
    story.write("options", "subject-name=server1\nid-key=no\n");
    story.refuses("keygen -p x --load-opts options", 2, told_no("--id-key"));
    story.set("NTP_KEYGEN_ID_KEY", "no");
    story.refuses(run, 2, told_no("--id-key"));
    story.unset("NTP_KEYGEN_ID_KEY");
    story.refuses("keylink --list=no", 2, told_no("--list", "keylink"));
}

TEST_CASE("option --version has ntp-keygen's forms and makes nothing") {
    Story story;
    const std::string version = story.run("keygen --version").out;
    CHECK(version.starts_with("keygen "));
    CHECK(version.find('\n') == version.size() - 1);
    CHECK(story.run("keygen --version=v").out == version);
    const std::string copyright = story.run("keygen --version=c").out;
    CHECK(copyright == version + "Copyright (c) 2026, The keygen authors\nLicence: BSD-2-Clause\n");
    CHECK(story.run("keygen --version=n").out.starts_with(copyright + "There is no warranty"));
    story.refuses("keygen --version=x", 2, "keygen: error: --version takes v, c or n, not \"x\"\n");
    CHECK(story.list().empty());
}

TEST_CASE("long options are completed where they begin no other, and values are left alone") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    REQUIRE(story.run("keygen --trust --subject server1 --mod=512 --pvt-pass=x").status == 0);
    CHECK(story.link_target("ntpkey_cert_server1").has_value());
    story.refuses("keygen --key server1", 2,
                  "keygen: error: --key abbreviates several options: --key-type, --key-count, --keysdir\n");
    // What begins like an option, or is one of the short forms, is a password here.
    story.keep_secret("--trusted-ce");
    REQUIRE(story.run("keygen -s one -m 512 -p --trusted-ce").status == 0);
    CHECK(story.run("openssl rsa -noout -passin pass:--trusted-ce -in ntpkey_host_one").status == 0);
    REQUIRE(story.run("keygen -s two -m 512 -p -!").status == 0);
    CHECK(story.run("openssl rsa -noout -passin pass:-! -in ntpkey_host_two").status == 0);
}

TEST_CASE("files of options are loaded and saved by ntp-keygen's short forms too") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    CHECK(story.run("keygen -s server1 -m 512 '->options'").status == 0);
    CHECK(story.read("options") ==
          "# options of keygen; load them with --load-opts\nsubject-name=server1\nmodulus=512\n");
    CHECK(story.run("keygen -< options -p x").status == 0);
    CHECK(story.exists("ntpkey_cert_server1"));
    story.set("NTP_KEYGEN_LOAD_OPTS", "nowhere");
    CHECK(story.run("keygen --no-load-opts -s server2 -m 512 -p x").status == 0);
    CHECK(story.run("keygen --no-load-opts --load-opts options").status == 2);
}

TEST_CASE("a file of options is a file, read to its end") {
    Story story;
    const std::string start = "keygen: error: ";
    const std::string reason = ": cannot use the file of options: not a regular file\n";
    REQUIRE(story.run("mkfifo pipe").status == 0);
    story.refuses("keygen --load-opts pipe -p x", 2, start + "pipe" + reason);
    story.refuses("keygen --load-opts /dev/zero -p x", 2, start + "/dev/zero" + reason);
    story.make_directory("folder");
    CHECK(story.run("keygen --load-opts folder -p x").status == 2);
    // Reading fails where nobody can read: /proc/self/mem is a regular file.
    const Outcome failed = story.run("keygen --load-opts /proc/self/mem -p x");
    CHECK(failed.status == 2);
    CHECK(failed.err ==
          start + "/proc/self/mem: cannot use the file of options: cannot read: Input/output error\n");
    CHECK(story.list() == std::vector<std::string>{"folder", "pipe"});
}

TEST_CASE(
    "what a run that was killed left behind does not stop --save-opts, and without HOME there is no ~") {
    Story story;
    story.write("options.unfinished", "half");
    CHECK(story.run("keygen -s server1 --save-opts=options").status == 0);
    CHECK(story.list() == std::vector<std::string>{"options"});
    story.unset("HOME");
    story.refuses("keygen -s server1 --save-opts", 2,
                  "keygen: error: there is no HOME in the environment whose .ntprc could be written\n"
                  "keygen: hint: name the file: --save-opts=FILE\n");
}

TEST_CASE("a variable that stands for no option is answered with a warning") {
    Story story;
    story.set("NTP_KEYGEN_SUBJECT_NAMES", "server1");
    const Outcome outcome = story.run("keygen -s h -p x --dry-run");
    CHECK(outcome.status == 0);
    CHECK(outcome.err ==
          "keygen: warning: the variable NTP_KEYGEN_SUBJECT_NAMES stands for no option; did you mean "
          "\"NTP_KEYGEN_SUBJECT_NAME\"?\n");
}

TEST_CASE("digests and ciphers have the short names that ntp-keygen takes") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    REQUIRE(story.run("keygen -s server1 -m 1024 -p x -c SHA384 -C aes256").status == 0);
    CHECK(story.link_target("ntpkey_cert_server1") == "ntpkey_RSA-SHA384cert_server1.4004388800");
    CHECK(story.run("openssl rsa -noout -passin pass:x -in ntpkey_host_server1").status == 0);
    REQUIRE(story.run("keygen -s server2 -m 1024 -S DSA -p x --quiet -c sha256").status == 0);
    CHECK(story.link_target("ntpkey_cert_server2") == "ntpkey_DSA-SHA256cert_server2.4004388800");
}

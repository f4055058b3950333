// What keeps a directory that is in use working: renewal, rewriting, advice that can be followed to the
// letter.
#include <unistd.h>

#include "catch.hpp"
#include "story.hpp"

namespace {

/// The lines of `text` behind the one that is `title`, up to an empty line, without their indentation.
std::vector<std::string> lines_behind(const std::string& text, const std::string& title) {
    std::vector<std::string> lines;
    const auto start = text.find(title + "\n");
    if (start == std::string::npos)
        return lines;
    for (std::size_t begin = start + title.size() + 1; text.compare(begin, 4, "    ") == 0;) {
        const auto end = text.find('\n', begin);
        lines.push_back(text.substr(begin + 4, end - begin - 4));
        begin = end + 1;
    }
    return lines;
}

std::string with_password(std::string command, const std::string& password) {
    const std::string placeholder = "<password>";
    return command.replace(command.find(placeholder), placeholder.size(), password);
}

}  // namespace

TEST_CASE("the advice to export a kept identity again works as it is printed") {
    for (const std::string scheme : {"-G", "-I"}) {
        Story story;
        story.set("SOURCE_DATE_EPOCH", MORNING);
        const std::string place = " -s server1@grp -m 512 -p x";
        REQUIRE(story.run("keygen -T -b 512 " + scheme + place).status == 0);
        const std::string file = story.find(scheme == "-G" ? "ntpkey_GQpar" : "ntpkey_IFFpar");
        const std::string before = story.read(file);
        REQUIRE(story.run("rm " + file).status == 0);
        const auto steps = lines_behind(story.run("keygen " + scheme + place).out, "Then, here:");
        REQUIRE(steps.size() == 1);
        // The shell makes the empty file before keygen looks.
        CHECK(story.shell(with_password(steps[0], "x")).status == 0);
        CHECK(story.read(file) == before);
    }
}

TEST_CASE("a file that is rewritten stays readable for whom it was") {
    if (::geteuid() != 0) {
        WARN("SKIPPED: only root can give files to others");
        return;
    }
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    REQUIRE(story.run("keygen -T -V 2 -b 512 -m 512 -s h -p x --group daemon").status == 0);
    const std::string key = story.find("ntpkey_MVkey_");
    REQUIRE(story.run("chown nobody " + key).status == 0);
    REQUIRE(story.run("keygen --mv-revoke 2 -s h -p x").status == 0);
    CHECK(story.run("stat -c '%U:%G %a' " + key).out == "nobody:daemon 640\n");
    CHECK(story.run("stat -c '%U:%G %a' " + story.find("ntpkey_MVta_")).out == "root:daemon 640\n");
    REQUIRE(story.run("keygen --mv-revoke '' -s h -p x --group root").status == 0);
    CHECK(story.run("stat -c '%U:%G %a' " + key).out == "nobody:root 640\n");
    REQUIRE(story.run("chmod 666 " + key).status == 0);
    REQUIRE(story.run("keygen --mv-revoke 1 -s h -p x").status == 0);
    CHECK(story.mode_of(key) == "0640");
}

TEST_CASE("a dry run fails where the run would") {
    if (::geteuid() != 0) {
        WARN("SKIPPED: only root can become another user here");
        return;
    }
    Story story;
    story.set("LLVM_PROFILE_FILE", "/dev/null");  // nobody may not add to the counts of a coverage build
    REQUIRE(story.run("keygen -T -I -b 512 -m 512 -s h -p x").status == 0);
    story.run("chmod 711 .");
    story.make_directory("keys");
    const std::string as_nobody = "setpriv --reuid=65534 --regid=65534 --clear-groups ";
    for (const std::string command : {"keygen -s h -p x", "keygen -M -s h", "keygen --mv-revoke 1 -s h -p x",
                                      "keygen --repair -s h -p x"}) {
        const std::string line = as_nobody + command + " --keysdir keys";
        const std::string err =
            "keygen: error: keys: cannot write to the key directory: Permission denied\n"
            "keygen: hint: run it as the directory's owner, or name another directory with "
            "--keysdir\n";
        story.refuses(line, 1, err);
        story.refuses(line + " --dry-run", 1, err);
    }
}

TEST_CASE("a GQ value that the certificate lacks makes it due") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    REQUIRE(story.run("keygen -T -G -b 512 -m 512 -s h -p x").status == 0);
    const auto target = story.link_target("ntpkey_gqkey_h");
    REQUIRE(story.run("rm ntpkey_gqkey_h").status == 0);
    REQUIRE(story.run("keygen -s h -p x").status == 0);
    REQUIRE(story.run("ln -s " + *target + " ntpkey_gqkey_h").status == 0);
    CHECK(story.run("keygen --renew-before 30 -s h -p x").out.find("nothing to do") == std::string::npos);
    CHECK(story.run("keygen --renew-before 30 -s h -p x").out.find("nothing to do") != std::string::npos);
}

TEST_CASE("a private group shares host key, sign key and certificate, and no member leaves it by chance") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    story.make_directory("server");
    story.make_directory("client");
    const Outcome made = story.run("keygen -P -S RSA -I -b 512 -m 512 -s srv@grp -p x --keysdir server");
    REQUIRE(made.status == 0);
    const auto steps = lines_behind(made.out, "On each client:");
    REQUIRE(steps.size() == 2);
    CHECK(steps[0] ==
          "keylink --install ntpkey_RSAhost_srv.4004388800 ntpkey_RSAsign_srv.4004388800 "
          "ntpkey_RSA-SHA256cert_srv.4004388800");
    CHECK(steps[1] == "keylink --install ntpkey_IFFpar_grp.4004388800");
    for (const std::string& step : steps)
        REQUIRE(story.shell("cd server && " + step + " --keysdir ../client --host client1").status == 0);
    const std::string findings = story.run("keyinspect -p x client").out;
    CHECK(findings.find("critical") == std::string::npos);
    story.set("SOURCE_DATE_EPOCH", "1795486400");
    story.refuses(
        "keygen -s client1 -p x --keysdir client", 1,
        "keygen: error: client/ntpkey_RSA-SHA256cert_srv.4004388800: this is the private certificate "
        "that srv made for its group\n"
        "keygen: hint: renew it on srv and install it here with keylink --install, with its host key; "
        "--force makes another for this host alone\n");
    CHECK(story.run("keygen -s client1 -p x --keysdir client --renew-before 30").status == 0);
}

TEST_CASE("trustedkey after a merge names all keys, since ntpd keeps the last such line only") {
    Story story;
    story.write("ntp.keys", "1 MD5 literalkey\n2 MD5 literalkey\n3 MD5 literalkey\n9 MD5 literalkey\n", 0600);
    const Outcome merged = story.run("keygen --merge ntp.keys --key-type SHA1 --key-count 2");
    CHECK(merged.status == 0);
    CHECK(merged.out.find("\n    trustedkey (1 ... 5) 9\n") != std::string::npos);
    const Outcome ntpsec =
        story.run("keygen --merge ntp.keys --key-type SHA1 --key-count 1 --dialect ntpsec");
    CHECK(ntpsec.out.find("\n    trustedkey 1 2 3 4 5 6 9\n") != std::string::npos);

    story.make_directory("elsewhere");
    story.run("ln -s ../ntp.keys elsewhere/linked");
    story.refuses("keygen --merge elsewhere/linked", 1,
                  "keygen: error: elsewhere/linked: the link leads out of the directory, to ../ntp.keys\n"
                  "keygen: hint: name the file itself\n");
}

TEST_CASE("a password for a keys file is answered with a warning") {
    Story story;
    const Outcome outcome = story.run("ntp-keygen -M -s h -p seekritword");
    CHECK(outcome.status == 0);
    CHECK(outcome.err ==
          "ntp-keygen: warning: daemons read keys files without a password; this one is not encrypted\n");
}

TEST_CASE("an export of a locked-out client's parameters says so") {
    Story story;
    REQUIRE(story.run("keygen -T -V 2 -b 512 -m 512 -s h -p x").status == 0);
    REQUIRE(story.run("keygen --mv-revoke 2 -s h -p x").status == 0);
    CHECK(story.run("keygen -e --mv-client 1 -s h -p x").err.empty());
    CHECK(story.run("keygen -e --mv-client 2 -s h -p x").err ==
          "keygen: warning: client 2 is locked out: servers refuse this file until --mv-revoke lets it back "
          "in\n");
}

#include "catch.hpp"
#include "story.hpp"

namespace {

struct OptionCase {
    const char* short_form;
    const char* long_form;
    const char* makes;  ///< the start of a name, or a link, that is there afterwards
    const char* says;   ///< a part of `openssl x509 -text` of the certificate, or empty
};

// What the manual of ntp-keygen 4.2.8 promises, option for option, each beside -s server1 -p x and small
// sizes.
const std::vector<OptionCase> OPTIONS = {
    {"-b 512 -I", "--imbits=512 --iffkey", "ntpkey_IFFkey_server1.", ""},
    {"-c RSA-SHA1", "--certificate=RSA-SHA1", "ntpkey_RSA-SHA1cert_server1.", "sha1WithRSAEncryption"},
    {"-C aes-128-cbc", "--cipher=aes-128-cbc", "ntpkey_RSAhost_server1.", ""},
    {"-d", "--debug-level", "ntpkey_host_server1", ""},
    {"-D 2", "--set-debug-level=2", "ntpkey_host_server1", ""},
    {"-G -b 512", "--gq-params --imbits 512", "ntpkey_gqkey_server1", "Subject Key Identifier"},
    {"-H", "--host-key", "ntpkey_RSAhost_server1.", ""},
    {"-I -b 256", "--iffkey --imbits 256", "ntpkey_iffkey_server1", ""},
    {"-i grp", "--ident=grp", "ntpkey_cert_server1", "Subject: CN = server1@grp\n"},
    {"-l 10", "--lifetime=10", "ntpkey_cert_server1", "Not After : Dec  3 02:13:20 2026 GMT"},
    {"-m 1024", "--modulus=1024", "ntpkey_cert_server1", "Public-Key: (1024 bit)"},
    {"-P", "--pvt-cert", "ntpkey_cert_server1", "X509v3 Extended Key Usage: \n                Private\n"},
    {"-S RSA", "--sign-key=RSA", "ntpkey_sign_server1", "sha256WithRSAEncryption"},
    {"-S DSA -m 1024", "--sign-key=DSA --modulus 1024", "ntpkey_DSAsign_server1.", "dsa_with_SHA256"},
    {"-s server1@grp", "--subject-name=server1@grp", "ntpkey_cert_server1", "Subject: CN = server1@grp\n"},
    {"-T", "--trusted-cert", "ntpkey_cert_server1", "Trust Root"},
    {"-V 2 -b 512", "--mv-params=2 --imbits 512", "ntpkey_mvkey_server1", ""},
};

bool exists(const Story& story, const std::string& start) {
    for (const std::string& name : story.list()) {
        if (name.starts_with(start))
            return true;
    }
    return false;
}

}  // namespace

TEST_CASE("every option that makes keys, by letter and by long name, under both names") {
    for (const OptionCase& option : OPTIONS) {
        for (const std::string command : {"keygen", "ntp-keygen"}) {
            for (const std::string form : {option.short_form, option.long_form}) {
                Story story;
                story.set("SOURCE_DATE_EPOCH", MORNING);
                const std::string subject =
                    form.find("-s ") == 0 || form.find("--subject") == 0 ? "" : " -s server1";
                const std::string size =
                    form.find("-m ") != std::string::npos || form.find("modulus") != std::string::npos
                        ? ""
                        : " -m 512";
                const std::string line = command + " -p x" + subject + size + " " + form;
                INFO("$ " << line);
                const Outcome outcome = story.run(line);
                INFO(outcome.err);
                CHECK(outcome.status == 0);
                CHECK(exists(story, option.makes));
                if (*option.says != '\0') {
                    const Outcome text =
                        story.run("openssl x509 -noout -text -nameopt oneline -in ntpkey_cert_server1");
                    INFO(text.out);
                    CHECK(text.out.find(option.says) != std::string::npos);
                }
            }
        }
    }
}

TEST_CASE("options about passwords, exports and updates, by letter and by long name, under both names") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    REQUIRE(story.run("ntp-keygen -T -V 2 -b 512 -m 512 -s server1 -p x").status == 0);
    for (const std::string command : {"keygen", "ntp-keygen"}) {
        for (const std::string password : {"-p x", "-px", "--password=x", "--password x", "--pvt-passwd=x"}) {
            const std::string start = command + " -s server1 " + password;
            for (const std::string form : {"-e", "--id-key"})
                CHECK(story.run(start + " " + form).out == story.read("ntpkey_MVpar1_server1.4004388800"));
            for (const std::string form : {"-q y", "--export-passwd=y", "--get-pvt-passwd=y"}) {
                const Outcome exported = story.run(start + " " + form);
                CHECK(exported.status == 0);
                story.write("exported", exported.out);
                CHECK(story.run("openssl dsa -noout -passin pass:y -in exported").status == 0);
            }
            for (const std::string form : {"-v 2", "--mv-keys=2"})
                CHECK(story.run(start + " " + form).status == 0);
        }
        for (const std::string form : {"-M", "--md5key"})
            CHECK(story.run(command + " -s server1 " + form).status == 0);
        for (const std::string form : {"-?", "--help", "-h"}) {
            const Outcome help = story.run(command + " " + form);
            CHECK(help.status == 0);
            CHECK(help.err.empty());
            CHECK(help.out.find("Usage: " + command + " [OPTIONS]") != std::string::npos);
            // One look with every release of CLI11.
            CHECK(help.out.find("\n  -m,--modulus BITS                 Size of host and sign keys") !=
                  std::string::npos);
            CHECK(help.out.find("\n  -q,--export-passwd,--get-pvt-passwd PASSWORD\n"
                                "                                    Print the server's") !=
                  std::string::npos);
        }
        CHECK(story.run(command + " --version").out.starts_with(command + " 1."));
        const Outcome wrong = story.run(command + " --frobnicate");
        CHECK(wrong.status == 2);
        CHECK(wrong.err == command + ": error: unknown option --frobnicate\n" + command +
                               ": hint: " + command + " --help lists the options\n");
    }
}

TEST_CASE("option -! shows the manual page, or the help where there is none") {
    Story story;
    story.make_directory("bin");
    story.set("PATH", KEYGEN_BIN ":" + story.directory() + "/bin:/usr/bin:/bin");
    story.write("bin/man", "#!/bin/sh\n[ \"$1\" = -w ] || echo the page of \"$@\"\n", 0755);
    for (const std::string form : {"-!", "--more-help"})
        CHECK(story.run("keygen " + form).out == "the page of keygen\n");
    story.write("bin/man", "#!/bin/sh\necho No manual entry >&2\nexit 16\n", 0755);
    const Outcome help = story.run("keygen -!");
    CHECK(help.status == 0);
    CHECK(help.err.empty());
    CHECK(help.out == story.run("keygen --help").out);
}

TEST_CASE("every digest scheme of the build works with a sign key that fits") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    REQUIRE(story.run("keygen -s rsa -m 1024 -p x").status == 0);
    const Outcome dsa = story.run("keygen -s dsa -m 1024 -S DSA -p x");
    CHECK(dsa.status == 0);
    CHECK(dsa.err ==
          "keygen: warning: today's ntpd clients refuse DSA certificates (unsupported_digest_type); this one "
          "is "
          "for older daemons\n");
    const std::string hint = story.run("keygen -s rsa -p x -c nonsense").err;
    const std::string start = "this build signs with ";
    std::string schemes = hint.substr(hint.find(start) + start.size());
    schemes.back() = ',';
    int count = 0;
    for (std::size_t at = 0; at < schemes.size();) {
        const auto end = schemes.find(',', at);
        const std::string scheme = schemes.substr(at, end - at);
        at = end + 2;
        const std::string host = scheme.starts_with("RSA") ? "rsa" : "dsa";
        const Outcome outcome = story.run("keygen -p x -s " + host + " -c " + scheme);
        INFO(scheme << "\n" << outcome.err);
        CHECK(outcome.status == 0);
        CHECK(story.link_target("ntpkey_cert_" + host)
                  .value_or("")
                  .starts_with("ntpkey_" + scheme + "cert_" + host + "."));
        ++count;
    }
    CHECK(count >= 10);
}

TEST_CASE("every cipher of the build encrypts a key that openssl opens") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    const std::string hint = story.run("keygen -s h -p x -C nonsense").err;
    const std::string start = "this build encrypts PEM with ";
    std::string ciphers = hint.substr(hint.find(start) + start.size());
    ciphers.back() = ',';
    int count = 0;
    for (std::size_t at = 0; at < ciphers.size(); ++count) {
        const auto end = ciphers.find(',', at);
        const std::string cipher = ciphers.substr(at, end - at);
        at = end + 2;
        const std::string host = "h" + std::to_string(count);
        const Outcome outcome = story.run("keygen -p x -m 512 -s " + host + " -C " + cipher);
        INFO(cipher << "\n" << outcome.err);
        CHECK(outcome.status == 0);
        CHECK(story.run("openssl rsa -noout -passin pass:x -in ntpkey_host_" + host).status == 0);
        CHECK(story.run("keygen -p x --quiet -s " + host).status == 0);
    }
    CHECK(count >= 10);
}

TEST_CASE("options come from the environment as ntp-keygen takes them") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    story.set("NTP_KEYGEN_TRUSTED_CERT", "1");
    story.set("NTP_KEYGEN_MODULUS", "512");
    story.set("NTP_KEYGEN_PASSWORD", "word1");
    story.set("NTP_KEYGEN_SUBJECT_NAME", "server1");
    story.set("NTP_KEYGEN_CERTIFICATE", "RSA-SHA1");
    story.keep_secret("word1");
    const Outcome outcome = story.run("keygen");
    CHECK(outcome.status == 0);
    CHECK(outcome.err.empty());
    CHECK(story.link_target("ntpkey_cert_server1") == "ntpkey_RSA-SHA1cert_server1.4004388800");
    CHECK(story.run("openssl rsa -noout -passin pass:word1 -in ntpkey_host_server1").status == 0);
    // The command line wins.
    REQUIRE(story.run("keygen -s other -c RSA-SHA224").status == 0);
    CHECK(story.link_target("ntpkey_cert_other") == "ntpkey_RSA-SHA224cert_other.4004388800");
    story.set("NTP_KEYGEN_MODULUS", "many");
    story.refuses("keygen", 2,
                  "keygen: error: --modulus takes a whole number within its range, not \"many\"\n"
                  "keygen: hint: keygen --help lists the options\n");
}

TEST_CASE("options are saved without passwords, and loaded") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    const Outcome saved =
        story.run("keygen -T -I -m 512 -b 256 -s server1 -p hush1 -q hush2 --save-opts options");
    CHECK(saved.status == 0);
    CHECK(saved.out.empty());
    CHECK(saved.err.empty());
    CHECK(story.list() == std::vector<std::string>{"options"});
    CHECK(story.mode_of("options") == "0600");
    CHECK(story.read("options") ==
          "# options of keygen; load them with --load-opts\n"
          "trusted-cert=true\nsubject-name=server1\nmodulus=512\niffkey=true\nimbits=256\n");
    REQUIRE(story.run("keygen --load-opts options -p hush1").status == 0);
    CHECK(story.exists("ntpkey_iffkey_server1"));
    REQUIRE(story.run("keygen -s server1 -p hush1 --save-opts").status == 0);
    CHECK(story.read(".ntprc") == "# options of keygen; load them with --load-opts\nsubject-name=server1\n");

    story.refuses(
        "keygen --load-opts nowhere", 2,
        "keygen: error: nowhere: cannot use the file of options: cannot read: No such file or directory\n");
    story.write("options", "modulus=512\ntrusted-cart=true\n");
    story.refuses("keygen --load-opts options", 2,
                  "keygen: error: options:2: not an option; did you mean \"trusted-cert\"?\n"
                  "keygen: hint: keygen --help lists the options; a file has them by long name\n");
    story.keep_secret("hush3");
    story.write("options", "hush3\n");
    story.refuses("keygen --load-opts options", 2,
                  "keygen: error: options:1: not an option\n"
                  "keygen: hint: keygen --help lists the options; a file has them by long name\n");
    story.write("options", "modulus=512\nimbits=many\n");
    story.refuses("keygen --load-opts options -p x", 2,
                  "keygen: error: options:2: --imbits takes a whole number within its range, not \"many\"\n"
                  "keygen: hint: keygen --help lists the options\n");
    story.refuses("keygen --imbits few --load-opts nowhere", 2,
                  "keygen: error: nowhere: cannot use the file of options: cannot read: No such file or "
                  "directory\n");
    story.refuses("keygen -s server1 --save-opts nowhere/options", 1,
                  "keygen: error: nowhere/options: cannot save the options: No such file or directory\n");
}

TEST_CASE("a file of options takes what the command line takes") {
    Story story;
    story.set("SOURCE_DATE_EPOCH", MORNING);
    story.keep_secret("second line");
    REQUIRE(story
                .run({"keygen", "-d", "-d", "-s", "server1", "-p", "first line\nsecond line", "-q",
                      "one more\nsecond line", "--save-opts=options"})
                .status == 0);
    CHECK(story.read("options") ==
          "# options of keygen; load them with --load-opts\nsubject-name=server1\ndebug-level=2\n");
    CHECK(story.run("keygen --load-opts options -p x --dry-run").err.find("keygen: debug: ") == 0);
    story.refuses("keygen -s other --save-opts=options", 1,
                  "keygen: error: options: cannot save the options: File exists\n"
                  "keygen: hint: --force replaces the file\n");
    CHECK(story.run("keygen -s other --save-opts=options --force").status == 0);
    CHECK(story.read("options").ends_with("\nsubject-name=other\nforce=true\n"));
    story.refuses(
        "keygen -s 'a\nb' --save-opts=more", 2,
        "keygen: error: --subject-name holds a line break, for which a file of options has no place\n");

    story.write("by-hand",
                "[keygen]\n; symmetric keys\n  md5key\nkey-type = MD5,SHA1\nkey-count=2\n"
                "subject-name = \"server1\"\r\n");
    CHECK(story.run("keygen --load-opts by-hand").status == 0);
    CHECK(story.read("ntp.keys").find("\n 4 SHA1 ") != std::string::npos);
    story.run("rm ntp.keys");
    story.set("NTP_KEYGEN_LOAD_OPTS", "by-hand");
    CHECK(story.run("keygen --key-count 1").status == 0);
    CHECK(story.read("ntp.keys").find("\n 2 SHA1 ") != std::string::npos);
    story.set("NTP_KEYGEN_LOAD_OPTS", "gone");
    story.refuses(
        "keygen", 2,
        "keygen: error: gone: cannot use the file of options: cannot read: No such file or directory\n");
}

TEST_CASE("option -d and -D say more, on standard error") {
    Story story;
    const std::string version = story.run("openssl version").out;
    const std::string library = version.substr(0, version.find(" (Library: "));
    for (const std::string form : {"-d", "-D 1", "-dd", "--debug-level"}) {
        const Outcome outcome = story.run("keygen -s h -p x --dry-run --jobs 3 " + form);
        CHECK(outcome.status == 0);
        CHECK(outcome.err.find("keygen: debug: " + library + ", 3 threads\n") != std::string::npos);
        CHECK(outcome.out.find("debug") == std::string::npos);
    }
    CHECK(story.run("keygen -s h -p x --dry-run").err.empty());
    CHECK(story.list().empty());
}

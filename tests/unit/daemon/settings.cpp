#include "daemon/settings.hpp"

#include "catch.hpp"
#include "thrown.hpp"
#include "workplace.hpp"

using namespace keygen;
using namespace keygen::test;

namespace {

daemon::Settings read(const Workplace& place, const std::string& conf, Daemon daemon = Daemon::ntpd) {
    place.write("conf", conf);
    ConfigurationRequest request;
    request.path = place.path_of("conf");
    request.daemon = daemon;
    return daemon::read_settings(request);
}

std::vector<std::string> findings(const daemon::Settings& settings) {
    std::vector<std::string> result;
    for (const Finding& finding : settings.findings)
        result.push_back(std::string(name_of(finding.severity)) + " " + std::to_string(finding.line));
    return result;
}
using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("what ntp.conf says about keys") {
    const Workplace place;
    const auto settings =
        read(place,
             "keysdir /keys\ncrypto host server1 ident grp pw \"a b\" digest SHA1\nkeys /etc/ntp.keys\n"
             "trustedkey 1 (5 ... 7)\ncontrolkey 1\nserver -4 a.example iburst key 7\n"
             "server b.example autokey ident grp\npool c.example\nserver d key 0\n");
    CHECK(settings.keysdir == "/keys");
    CHECK(settings.host == "server1");
    CHECK(settings.ident == "grp");
    CHECK(settings.password->equals("a b"));
    CHECK(settings.digest == "SHA1");
    CHECK(settings.keys_path == "/etc/ntp.keys");
    CHECK(settings.trusted_keys.count() == 4);
    CHECK(settings.control_keys.size() == 1);
    REQUIRE(settings.associations.size() == 4);
    CHECK(settings.associations[0].address == "a.example");
    CHECK(settings.associations[0].key == 7U);
    CHECK(settings.associations[1].authentication == Association::Authentication::autokey);
    CHECK(settings.associations[1].ident == "grp");
    CHECK(settings.associations[2].authentication == Association::Authentication::none);
    CHECK(settings.associations[3].authentication == Association::Authentication::none);
    CHECK(settings.findings.empty());
}

TEST_CASE("a key setting that breaks off is critical, a word that is new is not") {
    const Workplace place;
    CHECK(
        findings(read(place, "server\ncrypto pw\ncontrolkey x\ntrustedkey (1 2)\nkeys\nserver a key b\n")) ==
        Lines{"critical 1", "critical 2", "critical 3", "critical 4", "critical 5", "critical 6"});
    CHECK(findings(read(place, "newstatement 1\nserver a newoption 3\nrestrict default newflag\n")).empty());
    CHECK(findings(read(place, "newdirective 1\nserver a newoption 3\nallow\n", Daemon::chrony)).empty());
    CHECK(findings(read(place, "trustdkey 1\nserver a autokye\n")) == Lines{"warning 1", "warning 2"});
    CHECK(findings(read(place, "keyfle /x\n", Daemon::chrony)) == Lines{"warning 1"});
    CHECK(findings(read(place, "crypto host a\nserver b autokey\n", Daemon::ntpsec)) ==
          Lines{"critical 1", "critical 2"});
}

TEST_CASE("ntpd drops a crypto statement that breaks off, and keeps what stands before a word too many") {
    const Workplace place;
    CHECK_FALSE(read(place, "crypto host server1 pw\n").crypto_at);
    CHECK(read(place, "crypto host server1 foo\n").host == "server1");
    const auto settings = read(place, "crypto pw=secret host=a\n");
    CHECK(settings.host == "=a");
    CHECK(settings.findings.front().remedy == "sed -i --follow-symlinks '1s/=/ /g' " + place.path_of("conf"));
    CHECK(read(place, "crypto digest FOO\n").digest == "MD5");
}

TEST_CASE("a second trustedkey replaces the first in ntpd, and adds to it in NTPsec") {
    const Workplace place;
    const std::string conf = "trustedkey 1 2\ntrustedkey 7 (70000 ... 70001)\n";
    CHECK(read(place, conf).trusted_keys.count() == 1);
    CHECK(read(place, conf, Daemon::ntpsec).trusted_keys.count() == 3);
    CHECK(findings(read(place, conf)) == Lines{"warning 2"});
}

TEST_CASE("40,000 lines of trusted keys are no more than the keys they name", "[slow]") {
    const Workplace place;
    std::string conf;
    for (int i = 0; i < 40000; ++i)
        conf += "trustedkey (1 ... 65535)\n";
    CHECK(read(place, conf, Daemon::ntpsec).trusted_keys.count() == 65535);
}

TEST_CASE("no word behind a password is in a finding") {
    const Workplace place;
    for (const auto* line :
         {"crypto pw my verysecret", "crypto pw abc=verysecret", "crypto pw my host server1 verysecret",
          "crypto pw my digest verysecret", "crypto pw \"my\" \"verysecret\"", "crypto pw my -6verysecret"}) {
        for (const auto daemon : {Daemon::ntpd, Daemon::ntpsec, Daemon::chrony}) {
            CAPTURE(line);
            for (const Finding& finding : read(place, std::string(line) + "\n", daemon).findings)
                CHECK((finding.cause + finding.remedy).find("verysecret") == std::string::npos);
        }
    }
}

TEST_CASE("what chrony.conf says about keys") {
    const Workplace place;
    const auto settings =
        read(place,
             "keyfile /etc/chrony.keys\nSERVER a.example iburst Key 25\npool b.example nts\n"
             "user _chrony\nntsserverkey /k\nntsservercert /c\nntstrustedcerts 1 /ca\n",
             Daemon::chrony);
    CHECK(settings.keys_path == "/etc/chrony.keys");
    CHECK(settings.user == "_chrony");
    CHECK(settings.associations.at(0).key == 25U);
    CHECK(settings.associations.at(1).authentication == Association::Authentication::nts);
    CHECK(settings.nts_files.size() == 3);
    CHECK(settings.findings.empty());
    const auto cause = [&](const std::string& conf) {
        return read(place, conf, Daemon::chrony).findings.at(0).cause;
    };
    CHECK(cause("keyfile \"/etc/chrony.keys\"\n").starts_with("quotes in a path"));
    CHECK(cause("keyfile /etc/chrony.keys # mine\n").starts_with("a comment behind a directive"));
    CHECK(cause("server a key 1 # mine\n").starts_with("a comment behind a directive"));
    CHECK(cause("keys /etc/ntp.keys\n").starts_with("keys is ntpd's word"));
    CHECK(cause("server a key 0\n").starts_with("key without the number"));
}

TEST_CASE("ntp.toml is no ntp.conf") {
    const Workplace place;
    const auto settings =
        read(place,
             "[[source]]\nmode = \"nts\"\naddress = \"a.example\"\n"
             "certificate-authority = \"/ca\"\n[[source]]\nmode = \"pool\"\naddress = \"b\"\n"
             "[[nts-ke-server]]\ncertificate-chain-path = \"/c\"\nprivate-key-path = \"/k\"\n",
             Daemon::ntpd_rs);
    REQUIRE(settings.associations.size() == 2);
    CHECK(settings.associations[0].authentication == Association::Authentication::nts);
    CHECK(settings.associations[0].line == 1);
    CHECK(settings.associations[1].authentication == Association::Authentication::none);
    CHECK(settings.nts_files.size() == 3);
    CHECK(findings(read(place, "[[source]\n", Daemon::ntpd_rs)) == Lines{"critical 1"});
}

TEST_CASE("included files of the three daemons") {
    const Workplace place;
    std::filesystem::create_directories(place.path_of("inner.d"));
    place.write("inner.d/a.conf", "server 10.0.0.1 key 1\n");
    place.write("inner.d/b.conf", "server 10.0.0.2 key 2\n");
    place.write("inner.d/c.sources", "server 10.0.0.4 key 4\nbogus\nserver 10.0.0.6 key 6");
    const std::string dir = place.path_of("inner.d");
    const auto sources = [&](const std::string& conf, Daemon daemon) {
        return read(place, conf, daemon).associations.size();
    };
    CHECK(sources("includefile " + dir + "/a.conf\n", Daemon::ntpd) == 1);
    CHECK(sources("includefile inner.d\n", Daemon::ntpsec) == 2);
    CHECK(sources("include " + dir + "/*.conf\n", Daemon::chrony) == 2);
    CHECK(sources("confdir " + dir + "\n", Daemon::chrony) == 2);
    const auto of_directory = read(place, "sourcedir " + dir + "\n", Daemon::chrony);
    CHECK(of_directory.associations.size() == 1);
    CHECK(findings(of_directory) == Lines{"warning 2", "warning 3"});
    CHECK(findings(read(place, "include " + dir + "/none.conf\n", Daemon::chrony)) == Lines{"critical 1"});
    CHECK(findings(read(place, "includefile /nonexistent\n")) == Lines{"critical 1"});
    std::filesystem::rename(dir, place.path_of("ntp.d"));
    CHECK(sources("", Daemon::ntpsec) == 2);
}

TEST_CASE("circles of included files end") {
    const Workplace place;
    const std::string line = "include" + std::string("file ") + place.path_of("conf") + "\n";
    CHECK(findings(read(place, line)) == Lines{"critical 1"});
    std::string many;
    for (int i = 0; i < 100; ++i)
        many += line;
    CHECK_FALSE(read(place, many).findings.empty());
    CHECK_FALSE(read(place, "include " + place.path_of("conf") + "\n", Daemon::chrony).findings.empty());
}

TEST_CASE("whose configuration it is") {
    const Workplace place;
    const auto guess = [&](const std::string& path, const std::string& conf) {
        std::filesystem::create_directories(std::filesystem::path(place.path_of(path)).parent_path());
        place.write(path, conf);
        ConfigurationRequest request;
        request.path = place.path_of(path);
        return std::string(name_of(daemon::read_settings(request).daemon));
    };
    CHECK(guess("chrony-old/ntp.conf", "server 10.0.0.1\n") == "ntpd");
    CHECK(guess("chrony.conf", "server 10.0.0.1\n") == "chrony");
    CHECK(guess("time.conf", "refclock SHM 0 refid GPS\nmakestep 1 3\n") == "chrony");
    CHECK(guess("time.conf", "refclock shm unit 0\nrestrict default\n") == "ntpsec");
    CHECK(guess("time.conf", "crypto pw x\n") == "ntpd");
    CHECK(guess("time.conf", "restrict default\nserver a nts\n") == "ntpsec");
    CHECK(guess("ntpsec/ntp.conf", "server 10.0.0.1\n") == "ntpsec");
    CHECK(guess("ntp.toml", "[[source]]\nmode = \"pool\"\naddress = \"a\"\n") == "ntpd-rs");
}

TEST_CASE("a configuration that cannot be read is an error") {
    ConfigurationRequest request;
    request.path = "/nonexistent/ntp.conf";
    CHECK(describe_error([&] { (void)daemon::read_settings(request); }) ==
          "not_found: /nonexistent/ntp.conf: cannot read: No such file or directory");
}

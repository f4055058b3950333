#include "catch.hpp"
#include "inspect/configuration_start.hpp"
#include "thrown.hpp"

using namespace keygen;
using namespace keygen::test;

TEST_CASE("ntpd starts silently with what it accepted") {
    const FixtureDirectory directory_scan("accepted-by-ntpd/iff-512-server");
    const auto report =
        start(directory_scan, conf_of(directory_scan, "crypto host server1 ident grp pw pw1\n"));
    CHECK(log_of(report, directory_scan) == Lines{});
    CHECK_FALSE(report.ends_at_start);
    CHECK(report.daemon == Daemon::ntpd);
    Lines outcomes;
    for (const ExpectedFile& file : report.files)
        outcomes.push_back(fmt::format("{} {}", name_of(file.outcome), file.purpose));
    CHECK(outcomes == Lines{"loaded host key", "absent sign key", "loaded certificate",
                            "loaded IFF server key", "absent GQ server key", "absent MV server key"});
    CHECK(finding_ids(report).empty());
}

TEST_CASE("ntpd's last words at start") {
    const FixtureDirectory directory_scan("accepted-by-ntpd/iff-512-server");
    const auto log = [&](const std::string& crypto) {
        return log_of(
            start(directory_scan,
                  conf_of(directory_scan, "crypto " + crypto + "\nserver 127.0.0.1 autokey ident grp\n")),
            directory_scan);
    };
    const std::string host_key = "ntpkey_host_server1";
    const std::string certificate = "ntpkey_cert_server1";
    const std::string key_text = directory_scan.read("ntpkey_RSAhost_server1.4004387960");
    const std::string certificate_text = directory_scan.read("ntpkey_RSA-SHA1cert_server1.4004387960");
    const auto put = [&](const std::string& name, const std::string& text) {
        directory_scan.remove(name);
        directory_scan.write(name, text);
    };
    const std::string all = "host server1 pw pw1";
    SECTION("wrong password") {
        CHECK(log("host server1 pw no") == Lines{"crypto_key: error:...:bad decrypt (end)"});
    }
    SECTION("no password: the host's name") {
        CHECK(log("host server1") == Lines{"crypto_key: error:...:bad decrypt (end)"});
    }
    SECTION("no host key") {
        CHECK(log("host nobody pw pw1") ==
              Lines{"crypto_setup: host key file ntpkey_host_nobody not found or corrupt (end)"});
        CHECK(log("pw pw1") ==
              Lines{"crypto_setup: host key file ntpkey_host_vm not found or corrupt (end)"});
    }
    SECTION("no certificate") {
        directory_scan.remove(certificate);
        CHECK(log(all) ==
              Lines{"crypto_setup: certificate file ntpkey_cert_server1 not found or corrupt (end)"});
    }
    SECTION("empty certificate") {
        put(certificate, "");
        CHECK(log(all) ==
              Lines{"crypto_cert: empty file DIR/ntpkey_cert_server1",
                    "crypto_setup: certificate file ntpkey_cert_server1 not found or corrupt (end)"});
    }
    SECTION("no filestamp") {
        put(certificate, "# none\n" + certificate_text);
        CHECK(log(all).front() == "crypto_cert: no filestamp DIR/ntpkey_cert_server1");
        put(certificate, "# a.b\n" + certificate_text);
        CHECK(log(all).front() == "crypto_cert: invalid filestamp DIR/ntpkey_cert_server1");
        put(host_key, "# none\n" + key_text);
        CHECK(log(all) ==
              Lines{"crypto_key: no filestamp DIR/ntpkey_host_server1",
                    "crypto_setup: host key file ntpkey_host_server1 not found or corrupt (end)"});
    }
    SECTION("a key in the certificate's place") {
        put(certificate, key_text);
        CHECK(log(all).front() == "crypto_cert: wrong PEM type ENCRYPTED PRIVATE KEY");
    }
    SECTION("a certificate in the key's place") {
        put(host_key, certificate_text);
        CHECK(log(all) == Lines{"crypto_key: error:...:no start line (end)"});
    }
    SECTION("certificate before its filestamp") {
        put(certificate, "# a.4294967000\n" + certificate_text);
        CHECK(log(all).front() ==
              "cert_parse: invalid times server1@grp first 2026-11-23T01:59:33 last "
              "2027-11-23T01:59:33 fstamp 2036-02-07T06:23:20");
    }
    SECTION("unknown digest") {
        CHECK(log("digest FOO " + all) == Lines{"crypto_config: invalid digest name FOO",
                                                "crypto_ident: no identity parameters found for group grp"});
        // Behind a password it may be a part of one.
        CHECK(log(all + " digest FOO").front() == "crypto_config: invalid digest name ...");
    }
}

TEST_CASE("what becomes of an association with autokey") {
    const FixtureDirectory directory_scan("accepted-by-ntpd/iff-512-client");
    const auto evaluate = [&](const std::string& line) {
        const auto report =
            start(directory_scan, conf_of(directory_scan, "crypto host client1 pw pw1\n" + line));
        const Association& association = report.associations.at(0);
        return fmt::format("{} {}: {}", association.scheme, name_of(association.verdict),
                           association.explanation);
    };
    CHECK(evaluate("server ntp.example autokey ident grp\n") ==
          "IFF depends: IFF with ntpkey_iffpar_grp, if the server's key is of generation "
          "IFF:877acf5a7b53d3d7, filestamp "
          "4004387960");
    CHECK(evaluate("server ntp.example autokey\n").starts_with("TC depends"));
    CHECK(evaluate("server ntp.example autokey ident other\n")
              .find("no identity parameters found for group other") != std::string::npos);
    directory_scan.write("ntpkey_iffpar_bad", fixture("ntp-4.2.8p15/iff/exported-iffpar"));
    CHECK(evaluate("server ntp.example autokey ident bad\n").starts_with("IFF fails: PKCS#8"));

    const auto without_crypto = start(directory_scan, "server ntp.example autokey ident grp\n");
    CHECK(log_of(without_crypto, directory_scan) == Lines{"Autokey not configured"});
    CHECK(finding_ids(without_crypto) == std::set<std::string>{"conf-crypto-missing"});
}

TEST_CASE("a private certificate makes the scheme PC") {
    const FixtureDirectory directory_scan("accepted-by-ntpd/pc-client");
    const auto report = start(
        directory_scan, conf_of(directory_scan, "crypto host client1 pw pw1\nserver 10.0.0.1 autokey\n"));
    CHECK(report.associations.at(0).scheme == "PC");
}

TEST_CASE("symmetric keys of ntpd") {
    const Workplace directory_scan;
    directory_scan.write("keys", "1 SHA1 abcdefghijklmnopqrst\n2 FOO abc\n");
    ::chmod(directory_scan.path_of("keys").c_str(), 0600);
    const std::string conf = "keys " + directory_scan.path_of("keys") +
                             "\ntrustedkey 1 (7 ... 9)\nserver 10.0.0.1 key 1\nserver 10.0.0.2 key 2 "
                             "iburst\npeer 10.0.0.3 key 5\n";
    const auto report = start(directory_scan, conf);
    CHECK(log_of(report, directory_scan) == Lines{"authreadkeys: invalid type for key 2"});
    CHECK(report.trusted_keys == std::vector<std::uint32_t>{1, 7, 8, 9});
    CHECK(report.associations.at(0).verdict == Association::Verdict::depends);
    CHECK(report.associations.at(1).explanation ==
          "key 2 is not in the keys file; ntpd says nothing about it");
    CHECK(finding_ids(report) == std::set<std::string>{"conf-key-missing", "conf-trusted-missing"});
    CHECK(finding_ids(start(directory_scan,
                            "keys " + directory_scan.path_of("keys") + "\nserver 10.0.0.1 key 1\n")) ==
          std::set<std::string>{"conf-key-untrusted"});
}

TEST_CASE("ntpd refuses a keys file, and says five of the reasons") {
    const Workplace directory_scan;
    std::string keys =
        "2 FOO xyz\n3 MD5\nx MD5 fff\n70000 MD5 abcd\n5 SHA1 zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz\n";
    directory_scan.write("keys", keys);
    const std::string conf = "keys " + directory_scan.path_of("keys") + "\ntrustedkey 1\n";
    CHECK(log_of(start(directory_scan, conf), directory_scan) ==
          Lines{"authreadkeys: invalid type for key 2", "authreadkeys: no key for key 3",
                "authreadkeys: cannot change key ...", "authreadkeys: key 70000 > 65535 reserved for Autokey",
                "authreadkeys: invalid hex digit for key 5",
                "authreadkeys: rejecting file 'DIR/keys' after 4 error(s)"});
    keys.clear();
    for (int i = 1; i <= 20; ++i)
        keys += fmt::format("{} MD5\n", i);
    directory_scan.write("keys", keys);
    const Lines log = log_of(start(directory_scan, conf), directory_scan);
    REQUIRE(log.size() == 6);
    CHECK(log.back() == "authreadkeys: rejecting file 'DIR/keys' after 16 error(s) (emergency break)");
    directory_scan.remove("keys");
    CHECK(log_of(start(directory_scan, conf), directory_scan) ==
          Lines{"authreadkeys: file 'DIR/keys': No such file or directory"});
}

TEST_CASE("NTPsec and chrony say it in their own words") {
    const Workplace directory_scan;
    directory_scan.write("keys", "1 MD5 abcdefghijklmnopqrst\n2 FOO xyz\n");
    ::chmod(directory_scan.path_of("keys").c_str(), 0600);
    const std::string keys = directory_scan.path_of("keys");
    CHECK(log_of(start(directory_scan,
                       "keys " + keys + "\ntrustedkey 1\nserver 10.0.0.1 key 1\nserver 10.0.0.2 key 9\n",
                       Daemon::ntpsec),
                 directory_scan) ==
          Lines{"AUTH: authreadkeys: reading DIR/keys", "AUTH: authreadkeys: unknown auth type 2, ...",
                "AUTH: authreadkeys: added 1 keys", "ERR: key 9 not found for server 10.0.0.2"});
    CHECK(log_of(start(directory_scan,
                       "keyfile " + keys +
                           "\nSERVER 10.0.0.1 iburst Key 1\nserver 10.0.0.2 key 9\nmakestep 1 3\n"),
                 directory_scan) == Lines{"Invalid type in key 2", "Key 9 is missing"});
    CHECK(start(directory_scan, "keyfile " + keys + "\n").daemon == Daemon::chrony);
    CHECK(log_of(start(directory_scan, "keyfile " + keys + "x\nserver 10.0.0.1 nts\n"), directory_scan) ==
          Lines{"Could not open keyfile DIR/keysx"});
}

TEST_CASE("included files, and lines that ntpd does not understand") {
    const Workplace directory_scan;
    directory_scan.write("more", "server 10.0.0.1\nfoo bar\n");
    const auto report =
        start(directory_scan, "includefile " + directory_scan.path_of("more") +
                                  "\nincludefile /nonexistent\n" + "server 127.0.0.1 key 99 bogus 3\n");
    CHECK(report.associations.size() == 2);
    CHECK(log_of(report, directory_scan) ==
          Lines{"line 2 column 0 syntax error, unexpected T_String, expecting $end",
                "syntax error in DIR/more line 2, column 0", "getconfig: Couldn't open </nonexistent>",
                "line 3 column 24 syntax error, unexpected T_String, expecting T_EOC",
                "syntax error in DIR/conf line 3, column 24"});
    directory_scan.write("more", "includefile " + directory_scan.path_of("more") + "\n");
    CHECK(finding_ids(start(directory_scan, "includefile " + directory_scan.path_of("more") + "\n"))
              .contains("conf-include"));
}

TEST_CASE("the password of a configuration is nowhere in the report") {
    const FixtureDirectory directory_scan("accepted-by-ntpd/iff-512-server");
    const auto report =
        start(directory_scan, conf_of(directory_scan, "crypto host server1 pw verysecretword pw\n"));
    for (const Finding& finding : report.findings)
        CHECK(finding.cause.find("verysecret") == std::string::npos);
    for (const LogLine& line : report.log)
        CHECK(line.text.find("verysecret") == std::string::npos);
}

TEST_CASE("a configuration that cannot be read is an error") {
    ConfigurationRequest request;
    request.path = "/nonexistent/ntp.conf";
    CHECK(describe_error([&] { (void)inspect_configuration(request); }) ==
          "not_found: /nonexistent/ntp.conf: cannot read: No such file or directory");
}

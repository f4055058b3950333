#include <fmt/format.h>

#include <set>

#include "catch.hpp"
#include "inspect/configuration_start.hpp"

using namespace keygen;
using namespace keygen::test;

namespace {

Lines parse(const Workplace& directory_scan, const std::string& conf, Daemon daemon = Daemon::ntpd) {
    return log_of(start(directory_scan, conf, daemon), directory_scan);
}

std::string syntax_error(const std::string& position, const std::string& detail) {
    return fmt::format("line {} syntax error{}{}", position, detail.empty() ? "" : ", ", detail);
}

}  // namespace

TEST_CASE("behind pw and host, ntpd takes = ( ) for letters") {
    const FixtureDirectory directory_scan("accepted-by-ntpd/iff-512-server");
    const auto report = start(directory_scan, conf_of(directory_scan, "crypto pw=pw1 host=server1\n"));
    CHECK(report.host == "=server1");
    CHECK(log_of(report, directory_scan) ==
          Lines{"crypto_setup: host key file ntpkey_host_=server1 not found or corrupt (end)"});
    CHECK(finding_of(report, "conf-syntax").remedy ==
          "sed -i --follow-symlinks '2s/=/ /g' " + directory_scan.path_of("conf"));
    const auto brackets = start(directory_scan, conf_of(directory_scan, "crypto host server1 pw pw=1(x)\n"));
    CHECK(log_of(brackets, directory_scan) == Lines{"crypto_key: error:...:bad decrypt (end)"});
}

TEST_CASE("ntpd loses a statement that breaks off, and keeps one with a word too many") {
    const Workplace directory_scan;
    const auto host_of = [&](const std::string& crypto) {
        const auto report = start(directory_scan, conf_of(directory_scan, crypto + "\n"));
        return report.host.empty() ? "no Autokey" : report.host;
    };
    CHECK(host_of("crypto host server1 pw") == "no Autokey");
    CHECK(host_of("crypto hots x") == "vm");
    CHECK(host_of("crypto host server1 foo") == "server1");
    using Keys = std::vector<std::uint32_t>;
    CHECK(start(directory_scan, "trustedkey 5\ntrustedkey 1 ... 10\n").trusted_keys == Keys{1});
    CHECK(start(directory_scan, "trustedkey 5\ntrustedkey (1 ... 10\n").trusted_keys == Keys{5});
    CHECK(start(directory_scan, "server 10.0.0.1 prefer bogus\nserver 10.0.0.2 key\n", Daemon::ntpd)
              .associations.size() == 1);
}

TEST_CASE("a second trustedkey replaces the first in ntpd, and adds to it in NTPsec") {
    const Workplace directory_scan;
    const std::string conf = "trustedkey 1 2\ntrustedkey 7 (70000 ... 70001)\n";
    CHECK(start(directory_scan, conf, Daemon::ntpd).trusted_keys == std::vector<std::uint32_t>{7});
    CHECK(start(directory_scan, conf, Daemon::ntpsec).trusted_keys == std::vector<std::uint32_t>{1, 2, 7});
    CHECK(parse(directory_scan, conf) ==
          Lines{"Ignoring invalid trustedkey range 70000 ... 70001, min 1 max 65535."});
}

TEST_CASE("repeated ranges of trusted keys do not add up") {
    const Workplace directory_scan;
    std::string conf;
    for (int i = 0; i < 1000; ++i)
        conf += "trustedkey (1 ... 65535)\n";
    CHECK(start(directory_scan, conf, Daemon::ntpsec).trusted_keys.size() == 65535);
}

TEST_CASE("what ntpd's parser says") {
    const Workplace directory_scan;
    const auto file_line = [](const std::string& position) {
        return "syntax error in DIR/conf line " + position;
    };
    struct Case {
        std::string conf;
        std::string position;
        std::string detail;
    };
    const std::vector<Case> cases = {
        {"foo bar\n", "1 column 0", "unexpected T_String"},
        {"\nauth x\n", "2 column 0", "unexpected T_Auth, expecting $end"},
        {"server\n", "1 column 0", "unexpected T_EOC, expecting T_Ipv4_flag or T_Ipv6_flag or T_String"},
        {"server -4 -6 a\n", "1 column 10", "unexpected T_Ipv6_flag, expecting T_String"},
        {"server 10.0.0.1 key # none\n", "1 column 20", "unexpected T_EOC, expecting T_Integer or T_U_int"},
        {"server 10.0.0.1 minpoll 1.5\n", "1 column 24",
         "unexpected T_Double, expecting T_Integer or T_U_int"},
        {"server 10.0.0.1 host\n", "1 column 16", "unexpected T_Host, expecting T_EOC"},
        {"crypto pw -4abc\n", "1 column 10", "unexpected T_Ipv4_flag, expecting T_String"},
        {"trustedkey\n", "1 column 0", "unexpected T_EOC, expecting T_Integer or '('"},
        {"trustedkey (1 2)\n", "1 column 14", "unexpected T_Integer, expecting T_Ellipsis"},
        {"trustedkey (1 ... 2\n", "1 column 18", "unexpected T_EOC, expecting ')'"},
        {"controlkey x\n", "1 column 11", "unexpected T_String, expecting T_Integer"},
        {"includefile\n", "1 column 0", "unexpected T_EOC, expecting T_String"}};
    for (const Case& c : cases) {
        CAPTURE(c.conf);
        std::string comma = c.position;
        comma.replace(comma.find(" column"), 0, ",");
        CHECK(parse(directory_scan, c.conf) == Lines{syntax_error(c.position, c.detail), file_line(comma)});
    }
}

TEST_CASE("ntpd's parser keeps quiet about the next error until it has understood three words") {
    const Workplace directory_scan;
    CHECK(parse(directory_scan, "trustedkey (1\ntrustedkey x\n\n\nfoo\n") ==
          Lines{"line 1 column 12 syntax error, unexpected T_EOC, expecting T_Ellipsis",
                "syntax error in DIR/conf line 1, column 12", "syntax error in DIR/conf line 1, column 12",
                "line 5 column 0 syntax error, unexpected T_String, expecting $end",
                "syntax error in DIR/conf line 5, column 0"});
    CHECK(parse(directory_scan, "keys\nfoo\n") ==
          Lines{"line 1 column 0 syntax error, unexpected T_EOC, expecting T_String",
                "syntax error in DIR/conf line 1, column 0", "syntax error in DIR/conf line 1, column 0"});
}

TEST_CASE("NTPsec's parser says less, and counts other columns") {
    const Workplace directory_scan;
    CHECK(
        parse(directory_scan, "server 10.0.0.1 iburst nts foo\n", Daemon::ntpsec) ==
        Lines{"CONFIG: line 1 column 19 syntax error", "CONFIG: syntax error in DIR/conf line 1, column 19"});
    const auto report = start(directory_scan, "crypto host server1 pw pw1\n", Daemon::ntpsec);
    CHECK(log_of(report, directory_scan) ==
          Lines{"CONFIG: line 1 column 0 syntax error", "CONFIG: syntax error in DIR/conf line 1, column 0"});
    CHECK(finding_ids(report) == std::set<std::string>{"conf-syntax", "conf-nothing"});
    CHECK(finding_of(report, "conf-syntax").cause ==
          "NTPsec does not understand crypto and drops the statement: it has no Autokey");
    CHECK(report.inspected.findings.empty());
    CHECK(parse(directory_scan, "server 10.0.0.1 key 70000\n", Daemon::ntpsec) ==
          Lines{"CONFIG: key: invalid argument"});
}

TEST_CASE("no word behind a password is ever shown") {
    const FixtureDirectory directory_scan("accepted-by-ntpd/iff-512-server");
    const auto line = GENERATE(as<std::string>{}, "crypto pw my verysecret", "crypto pw abc=verysecret",
                               "crypto pw my host server1 verysecret", "crypto pw my digest verysecret",
                               "crypto pw \"my\" \"verysecret\"", "crypto pw my #verysecret",
                               "crypto pw my -6verysecret", "crypto pw my verysecret=x");
    for (const auto daemon : {Daemon::ntpd, Daemon::ntpsec, Daemon::chrony}) {
        const auto report =
            start(directory_scan, conf_of(directory_scan, line + "\nserver 10.0.0.1 autokey\n"), daemon);
        std::string all = report.host + report.ident;
        for (const Finding& finding : report.findings)
            all += finding.cause + finding.remedy;
        for (const LogLine& text : report.log)
            all += text.text;
        for (const ExpectedFile& file : report.files)
            all += file.detail + file.path;
        CHECK(all.find("verysecret") == std::string::npos);
    }
}

TEST_CASE("whose configuration it is") {
    const Workplace directory_scan;
    directory_scan.write("x", "");
    const auto guess = [&](const std::string& path, const std::string& conf) {
        std::filesystem::create_directories(
            std::filesystem::path(directory_scan.path_of(path)).parent_path());
        directory_scan.write(path, conf);
        ConfigurationRequest request;
        request.path = directory_scan.path_of(path);
        return std::string(name_of(inspect_configuration(request).daemon));
    };
    CHECK(guess("chrony-old/ntp.conf", "server 10.0.0.1\n") == "ntpd");
    CHECK(guess("chrony.conf", "server 10.0.0.1\n") == "chrony");
    CHECK(guess("time.conf", "refclock SHM 0 refid GPS\nmakestep 1 3\n") == "chrony");
    CHECK(guess("time.conf", "refclock shm unit 0\nrestrict default\n") == "ntpsec");
    CHECK(guess("time.conf", "crypto pw x\n") == "ntpd");
    CHECK(guess("time.conf", "restrict default\nserver a nts\n") == "ntpsec");
    CHECK(guess("ntpsec/ntp.conf", "server 10.0.0.1\n") == "ntpsec");
}

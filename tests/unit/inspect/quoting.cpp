#include "inspect/findings.hpp"

#include <algorithm>

#include "base/printable.hpp"
#include "catch.hpp"
#include "inspect/fixture_directory.hpp"

using namespace keygen;
using namespace keygen::test;
using inspection::path_word;
using inspection::shell_word;

TEST_CASE("a word of a shell command shows as what it is") {
    CHECK(shell_word("ntpkey_host_server1.example") == "ntpkey_host_server1.example");
    CHECK(shell_word("") == "''");
    CHECK(shell_word("two words") == "'two words'");
    CHECK(shell_word("it's") == "'it'\\''s'");
    CHECK(shell_word("a\\b$(c)") == "'a\\b$(c)'");
    CHECK(shell_word("gr\xc3\xbc\xc3\x9f") == "'gr\xc3\xbc\xc3\x9f'");
    CHECK(shell_word("a\x1b[31m'\\") == "$'a\\033[31m\\'\\\\'");
    CHECK(shell_word("bell\a\n") == "$'bell\\007\\012'");
    CHECK(shell_word("\xff\x9b") == "$'\\377\\233'");
    CHECK(shell_word("x\xe2\x80\xae"
                     "fdp") == "$'x\\342\\200\\256fdp'");
    CHECK(path_word("-rf") == "./-rf");
    CHECK(path_word("/etc/ntp") == "/etc/ntp");
}

TEST_CASE("characters that turn or hide text are none to print") {
    for (const char* text : {"\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x80\x8b", "\xef\xbb\xbf", "\xc2\xad",
                             "\xd8\x9c", "\xf3\xa0\x81\x81", "\xe2\x80\xa8"}) {
        CAPTURE(text);
        CHECK(base::printable_length(text) == 0);
        CHECK(escaped(text).starts_with("\\x"));
    }
    for (const char* text : {"\xe2\x82\xac", "\xd8\xa7", "\xf0\x9f\x94\x91", "\xd7\xa9"})
        CHECK(base::printable_length(text) == std::string_view(text).size());
}

TEST_CASE("no name gets its raw bytes into a finding") {
    const Workplace directory_scan;
    ::chmod(directory_scan.path().c_str(), 0700);
    for (const char* owner : {"a\x1b]0;x\x07", "b\xff",
                              "c\xe2\x80\xae"
                              "fdp",
                              "d'\n"}) {
        directory_scan.write(std::string("ntpkey_RSAhost_") + owner + ".1", "rubbish");
        directory_scan.write(std::string("ntpkey_cert_") + owner, "ntpkey_RSAhost_x.1");
        directory_scan.write(owner + std::string(".keys"), "1 MD5 abc\r\n2 MD5 HEX:00\n");
        directory_scan.link(std::string("ntpkey_iffpar_") + owner, "nowhere");
        directory_scan.link(std::string("ntpkey_host_") + owner,
                            std::string("ntpkey_RSAhost_") + owner + ".1");
    }
    const InspectReport report = look_at({directory_scan.path()});
    CHECK(report.findings.size() > 20);
    for (const Finding& finding : report.findings) {
        for (std::string_view text : {std::string_view(finding.cause), std::string_view(finding.remedy)}) {
            for (; !text.empty(); text.remove_prefix(base::printable_length(text)))
                REQUIRE(base::printable_length(text) > 0);
        }
    }
}

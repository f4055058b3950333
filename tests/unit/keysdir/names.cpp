#include <keygen/keysdir.hpp>

#include "catch.hpp"
#include "keysdir/filename.hpp"
#include "keysdir/header.hpp"
#include "thrown.hpp"

using namespace keygen;
using namespace keygen::keysdir;
using namespace keygen::test;

TEST_CASE("a file's name has a type, an owner and a filestamp") {
    const auto name = FileName::parse("ntpkey_RSA-SHA256cert_time.example.org_2.4004387960");
    REQUIRE(name);
    CHECK(name->type == "RSA-SHA256cert");
    CHECK(name->owner == "time.example.org_2");
    CHECK(name->filestamp == Filestamp(4004387960U));
    CHECK(name->text() == "ntpkey_RSA-SHA256cert_time.example.org_2.4004387960");
}

TEST_CASE("what is no file name is none") {
    using namespace std::string_literals;
    for (const std::string& text : {""s,
                                    "ntpkey"s,
                                    "ntpkey_"s,
                                    "ntpkey_RSAhost"s,
                                    "ntpkey_RSAhost_"s,
                                    "ntpkey__host.1"s,
                                    "ntpkey_RSAhost_.1"s,
                                    "ntpkey_RSAhost_host"s,
                                    "ntpkey_RSAhost_host."s,
                                    "ntpkey_RSAhost_host.1x"s,
                                    "ntpkey_RSAhost_host.-1"s,
                                    "ntpkey_RSAhost_host.4294967296"s,
                                    "ntpkey_RSAhost_host.01"s,
                                    "ntpkey_RSAhost_../../etc/passwd.1"s,
                                    "ntpkey_RSAhost_a\nb.1"s,
                                    "ntpkey_RSAhost_a\x7f.1"s,
                                    "ntpkey_RSAhost_a\0b.1"s,
                                    "NTPKEY_RSAhost_host.1"s,
                                    " ntpkey_RSAhost_host.1"s,
                                    "ntpkey_RSAhost_host.1 "s,
                                    "/ntpkey_RSAhost_host.1"s}) {
        INFO(text);
        CHECK_FALSE(FileName::parse(text).has_value());
    }
    CHECK(FileName::parse("ntpkey_RSAhost_" + std::string(100000, 'x') + ".1").has_value());
}

TEST_CASE("a link's name has a known key and an owner") {
    const auto link = LinkName::parse("ntpkey_iffpar_my_group.x");
    REQUIRE(link);
    CHECK(link->key == "iffpar");
    CHECK(link->owner == "my_group.x");
    CHECK(link->text() == "ntpkey_iffpar_my_group.x");
    for (const auto key : link_kinds())
        CHECK(LinkName::parse(LinkName{std::string(key), "h"}.text()).has_value());
    for (const char* text : {"ntpkey_IFFpar_g", "ntpkey_iffpar_", "ntpkey_iffpar", "ntpkey_other_g",
                             "ntp.keys", "ntpkey_host_a/b", "ntpkey_host_a\nb"})
        CHECK_FALSE(LinkName::parse(text).has_value());
}

TEST_CASE("each type of file has its link, and its readers") {
    const auto link_of = [](std::string_view type) { return link_key_of(type).value_or("none"); };
    CHECK(link_of("RSAhost") == "host");
    CHECK(link_of("RSAsign") == "sign");
    CHECK(link_of("DSAsign") == "sign");
    CHECK(link_of("RSA-SHA256cert") == "cert");
    CHECK(link_of("IFFkey") == "iffkey");
    CHECK(link_of("IFFpar") == "iffpar");
    CHECK(link_of("GQkey") == "gqkey");
    CHECK(link_of("GQpar") == "gqpar");
    CHECK(link_of("MVta") == "mvta");
    CHECK(link_of("MVkey") == "mvkey");
    CHECK(link_of("MVpar") == "mvpar");
    CHECK(link_of("MVpar17") == "mvpar");
    CHECK(link_of("iffpar") == "iffpar");  // as ntp-keygen -e names it
    for (const char* type : {"cert", "MVpar1x", "MVparx", "MD5key", "rsahost", "", "../cert"})
        CHECK((link_of(type) == "none" || type == std::string_view("cert") ||
               type == std::string_view("../cert")));
    for (const char* type :
         {"RSAhost", "DSAsign", "IFFkey", "GQkey", "MVta", "MVkey", "MVpar1", "MD5key", "unknown"})
        CHECK(is_private_type(type));
    for (const char* type : {"RSA-MD5cert", "IFFpar", "GQpar", "iffpar"})
        CHECK_FALSE(is_private_type(type));
}

TEST_CASE("owners that cannot stand in names, certificates and ntp.conf are refused") {
    CHECK_NOTHROW(require_usable_owner("time-1.example.org", "host name"));
    CHECK_NOTHROW(require_usable_owner(std::string(MAX_OWNER_BYTES, 'x'), "host name"));
    const auto error = [](std::string_view owner) {
        return describe_error([&] { require_usable_owner(owner, "host name"); });
    };
    CHECK(error("") == "bad_request: host name \"\" is empty");
    CHECK(error(".hidden") == "bad_request: host name \".hidden\" starts with a dot");
    CHECK(error("..") == "bad_request: host name \"..\" starts with a dot");
    CHECK(error("a/b") == "bad_request: host name \"a/b\" holds a slash");
    CHECK(error("a@b") == "bad_request: host name \"a@b\" holds an @");
    CHECK(error("a b") == "bad_request: host name \"a b\" holds white space or a control character");
    CHECK(error("a\nb") == "bad_request: host name \"a\\x0ab\" holds white space or a control character");
    CHECK(error(std::string_view("a\0b", 3)) ==
          "bad_request: host name \"a\\x00b\" holds white space or a control character");
    CHECK(error(std::string(216, 'x')) ==
          "bad_request: host name of 216 bytes; file names leave room for 215");
    // The longest type with the longest owner is still a name.
    CHECK(FileName{"RSA-RIPEMD160cert", std::string(MAX_OWNER_BYTES, 'x'), Filestamp(UINT32_MAX)}
              .text()
              .size() <= 255);
}

TEST_CASE("a header is the name, the date and an empty line") {
    const FileName name{"RSAhost", "server1", Filestamp(4004387960U)};
    CHECK(format_header(name, 1795399160) ==
          "# ntpkey_RSAhost_server1.4004387960\n# Mon Nov 23 01:59:20 2026\n\n");
    CHECK(with_header(name, 1795399160, SecretBytes("body\n")).text() ==
          "# ntpkey_RSAhost_server1.4004387960\n# Mon Nov 23 01:59:20 2026\n\nbody\n");
    CHECK(require_header(format_header(name, 0)).text() == name.text());
}

TEST_CASE("the first line is read as ntpd reads it") {
    const auto stamp_in = [](std::string_view text) {
        const auto header = parse_header(text);
        return header && header->filestamp ? header->filestamp->text() : "none";
    };
    CHECK(stamp_in("# ntpkey_IFFpar_grp.17\nmore.99\n") == "17");
    CHECK(stamp_in("# ntpkey_IFFpar_grp.17\r\n") == "17");
    CHECK(stamp_in("#ntpkey_IFFpar_grp.17") == "17");
    CHECK(stamp_in("#    ntpkey_IFFpar_grp.17") == "17");
    CHECK(stamp_in("# some.thing.else.18\n") == "18");
    CHECK(stamp_in("# ntpkey_IFFpar_grp\n") == "none");
    CHECK(stamp_in("# ntpkey_IFFpar_grp.\n") == "none");
    CHECK(stamp_in("#") == "none");
    CHECK(stamp_in("\n# ntpkey_IFFpar_grp.17\n") == "none");
    CHECK(stamp_in("\xef\xbb\xbf# ntpkey_IFFpar_grp.17\n") == "none");
    CHECK_FALSE(parse_header("").has_value());
    CHECK_FALSE(parse_header("-----BEGIN CERTIFICATE-----").has_value());
    // fgets(3) with a buffer of 256 bytes: what is behind the 255th is another line to ntpd.
    const std::string longest = "# " + std::string(250, 'x') + ".17";
    CHECK(longest.size() == 255);
    CHECK(stamp_in(longest + "\n") == "17");
    CHECK(stamp_in("# " + std::string(250, 'x') + ".178\n") == "17");
    CHECK(stamp_in("# " + std::string(1 << 20, 'x') + ".17\n") == "none");
}

TEST_CASE("a first line that names no key file is refused and shown") {
    const auto error = [](std::string_view text) {
        return describe_error([&] { (void)require_header(text); });
    };
    const std::string wanted = "bad_file: line 1 is not \"# ntpkey_<type>_<owner>.<filestamp>\"";
    CHECK(error("") == "bad_file: the file is empty");
    CHECK(error("-----BEGIN") == wanted);
    CHECK(error("# hello\x1b[2J\n") == wanted + " but \"# hello\\x1b[2J\"");
    CHECK(error("# ntpkey_IFFkey_../x.1\n") == wanted + " but \"# ntpkey_IFFkey_../x.1\"");
    CHECK(error("# " + std::string(200, 'y')) == wanted + " but \"# " + std::string(60, 'y') + "\"");
    CHECK(error("# " + std::string(29, 'y') + "\xff" + std::string(100, 'y')) ==
          wanted + " but \"# " + std::string(29, 'y') + "\\xff" + std::string(30, 'y') + "\"");
}

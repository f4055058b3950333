#include <keygen/keysdir.hpp>

#include <fcntl.h>

#include "catch.hpp"
#include "inspect/fixture_directory.hpp"

using namespace keygen;
using namespace keygen::test;

namespace {

constexpr const char* CERTIFICATE = "ntpkey_RSA-SHA1cert_server1.4004387960";
constexpr const char* HOST_KEY = "ntpkey_RSAhost_server1.4004387960";
constexpr const char* IFF_KEY = "ntpkey_IFFkey_grp.4004387960";
constexpr UnixTime DAY = SECONDS_PER_DAY;

struct ServerDirectory : FixtureDirectory {
    ServerDirectory() : FixtureDirectory("accepted-by-ntpd/iff-512-server") {}
    [[nodiscard]] std::set<std::string> look(const char* password = "pw1", UnixTime now = FIXTURE_NOW) const {
        return ids(look_at({path()}, password, false, now));
    }
    void rewrite(const std::string& name, const std::string& from, const std::string& to) const {
        std::string text = read(name);
        const auto directory_scan = text.find(from);
        REQUIRE(directory_scan != std::string::npos);
        text.replace(directory_scan, from.size(), to);
        write(name, text);
    }
};

std::string about(std::string_view severity, std::string_view id, std::string_view name) {
    return fmt::format("{} {} {}", severity, id, name);
}

}  // namespace

TEST_CASE("a certificate's dates are judged by the clock that is passed in") {
    const ServerDirectory directory_scan;
    const UnixTime end = 1826935173;  // 2027-11-23 01:59:33 UTC
    CHECK(directory_scan.look("pw1", end - 31 * DAY) == std::set<std::string>{});
    CHECK(directory_scan.look("pw1", end - 29 * DAY) ==
          std::set{about("warning", "certificate-expires-soon", CERTIFICATE)});
    CHECK(directory_scan.look("pw1", end) ==
          std::set{about("warning", "certificate-expires-soon", CERTIFICATE)});
    CHECK(directory_scan.look("pw1", end + 1) ==
          std::set{about("critical", "certificate-expired", CERTIFICATE)});
    CHECK(directory_scan.look("pw1", end - 366 * DAY)
              .contains(about("critical", "certificate-not-yet-valid", CERTIFICATE)));
    CHECK(days_left(look_at({directory_scan.path()}, nullptr, false, end - DAY - 1)) == 1);
    CHECK(days_left(look_at({directory_scan.path()}, nullptr, false, end + 1)) == -1);
}

TEST_CASE("filestamps of name, header and certificate are compared") {
    const ServerDirectory directory_scan;
    SECTION("the header has another one") {
        directory_scan.rewrite(HOST_KEY, "server1.4004387960", "server1.4004387961");
        CHECK(directory_scan.look() == std::set{about("warning", "header-mismatch", HOST_KEY)});
    }
    SECTION("the header has none") {
        directory_scan.rewrite(HOST_KEY, "# ntpkey_RSAhost_server1.4004387960", "# some key");
        CHECK(directory_scan.look() == std::set{about("critical", "header-missing", HOST_KEY)});
    }
    SECTION("the certificate begins before it") {
        directory_scan.rewrite(CERTIFICATE, "server1.4004387960", "server1.4004400000");
        CHECK(directory_scan.look().contains(about("critical", "certificate-before-filestamp", CERTIFICATE)));
    }
    SECTION("the certificate begins long after it: a renewal under the old one") {
        directory_scan.rewrite(CERTIFICATE, "server1.4004387960", "server1.4003387960");
        CHECK(directory_scan.look().contains(about("warning", "certificate-old-filestamp", CERTIFICATE)));
    }
}

TEST_CASE("links are followed as ntpd follows them") {
    const ServerDirectory directory_scan;
    SECTION("dangling") {
        directory_scan.remove(IFF_KEY);
        CHECK(directory_scan.look().contains(about("critical", "link-dangling", "ntpkey_iffkey_grp")));
    }
    SECTION("in a circle") {
        directory_scan.remove("ntpkey_cert_server1");
        directory_scan.link("ntpkey_cert_server1", "ntpkey_cert_server1");
        CHECK(directory_scan.look().contains(about("critical", "link-loop", "ntpkey_cert_server1")));
        CHECK(
            directory_scan.look().contains(about("critical", "certificate-missing", "ntpkey_cert_server1")));
    }
    SECTION("absolute") {
        directory_scan.remove("ntpkey_cert_server1");
        directory_scan.link("ntpkey_cert_server1", directory_scan.path_of(CERTIFICATE));
        CHECK(directory_scan.look() == std::set{about("warning", "link-absolute", "ntpkey_cert_server1")});
    }
    SECTION("out of the directory") {
        const ServerDirectory elsewhere;
        directory_scan.remove("ntpkey_cert_server1");
        directory_scan.link("ntpkey_cert_server1", elsewhere.path_of(CERTIFICATE));
        CHECK(directory_scan.look().contains(about("warning", "link-foreign", "ntpkey_cert_server1")));
    }
    SECTION("to a file of another type") {
        directory_scan.remove("ntpkey_cert_server1");
        directory_scan.link("ntpkey_cert_server1", HOST_KEY);
        CHECK(directory_scan.look().contains(about("critical", "link-wrong-type", "ntpkey_cert_server1")));
    }
    SECTION("copied as text") {
        directory_scan.remove("ntpkey_cert_server1");
        directory_scan.write("ntpkey_cert_server1", CERTIFICATE);
        CHECK(directory_scan.look().contains(about("critical", "link-as-text", "ntpkey_cert_server1")));
    }
}

TEST_CASE("the certificate has to be that of the linked key and name") {
    const ServerDirectory directory_scan;
    SECTION("another key") {
        const FixtureDirectory other("accepted-by-ntpd/mv-512x5-server");
        directory_scan.write(HOST_KEY, other.read("ntpkey_RSAhost_server1.4004388985"));
        CHECK(directory_scan.look().contains(about("critical", "certificate-key-mismatch", CERTIFICATE)));
    }
    SECTION("another name") {
        directory_scan.link("ntpkey_cert_server2", CERTIFICATE);
        directory_scan.link("ntpkey_host_server2", HOST_KEY);
        CHECK(directory_scan.look().contains(about("warning", "certificate-name-mismatch", CERTIFICATE)));
    }
    SECTION("no host key") {
        directory_scan.remove("ntpkey_host_server1");
        CHECK(directory_scan.look().contains(about("critical", "host-key-missing", "ntpkey_host_server1")));
    }
}

TEST_CASE("modes of secrets") {
    const ServerDirectory directory_scan;
    SECTION("an encrypted key that others can read") {
        ::chmod(directory_scan.path_of(HOST_KEY).c_str(), 0644);
        CHECK(directory_scan.look() == std::set{about("warning", "mode-readable-encrypted", HOST_KEY)});
    }
    SECTION("a file that the group can write") {
        ::chmod(directory_scan.path_of(HOST_KEY).c_str(), 0620);
        CHECK(directory_scan.look() == std::set{about("warning", "mode-writable", HOST_KEY)});
    }
    SECTION("a file that all can write") {
        ::chmod(directory_scan.path_of(CERTIFICATE).c_str(), 0666);
        CHECK(directory_scan.look() == std::set{about("critical", "mode-writable", CERTIFICATE)});
    }
    SECTION("symmetric keys that others can read") {
        directory_scan.write("ntp.keys", "1 SHA1 abcdefghijklmnopqrst\n");
        ::chmod(directory_scan.path_of("ntp.keys").c_str(), 0644);
        CHECK(directory_scan.look() == std::set{about("critical", "mode-readable", "ntp.keys")});
    }
}

TEST_CASE("passwords") {
    const ServerDirectory directory_scan;
    CHECK(directory_scan.look("no").contains(about("critical", "wrong-password", HOST_KEY)));
    CHECK(directory_scan.look("no").contains(about("critical", "wrong-password", IFF_KEY)));
    InspectRequest request;
    request.paths = {directory_scan.path()};
    request.now = FIXTURE_NOW;
    request.host_name = "pw1";  // the host's name is tried where no password is given, and opens all the rest
    const auto report = inspect(request);
    CHECK(ids(report) == std::set{about("warning", "password-is-host-name", HOST_KEY)});
    CHECK(file_named(report, IFF_KEY).bits == 512);
}

TEST_CASE("generations that nothing uses are counted, and a newer one is pointed out") {
    const ServerDirectory directory_scan;
    const std::string old = "ntpkey_RSAhost_server1.4004000000";
    std::string text = directory_scan.read(HOST_KEY);
    text.replace(text.find("4004387960"), 10, "4004000000");
    directory_scan.write(old, text);
    ::chmod(directory_scan.path_of(old).c_str(), 0600);
    const auto report = look_at({directory_scan.path()}, "pw1");
    CHECK(ids(report) == std::set{about("note", "superseded",
                                        directory_scan.path().substr(directory_scan.path().rfind('/') + 1))});
    directory_scan.remove("ntpkey_host_server1");
    directory_scan.link("ntpkey_host_server1", old);
    CHECK(directory_scan.look().contains(about("warning", "link-superseded", old)));
}

TEST_CASE("filestamps that ntpd would refuse") {
    const FixtureDirectory server("accepted-by-ntpd/iff-512-server");
    const FixtureDirectory client("accepted-by-ntpd/iff-512-client");
    std::string text = client.read("ntpkey_iffpar_grp");
    text.replace(text.find("4004387960"), 10, "4004387961");
    client.write("ntpkey_iffpar_grp", text);
    const auto report = look_at({server.path(), client.path()}, "pw1", true);
    CHECK(ids(report).contains(about("critical", "identity-filestamp", "ntpkey_iffpar_grp")));
    CHECK(file_named(report, "ntpkey_iffpar_grp").assurance != VerificationState::proven);
}

TEST_CASE("no secret and no password is ever in a report") {
    const FixtureDirectory directory_scan("ntp-4.2.8p15/symmetric");
    InspectRequest request;
    request.paths = {directory_scan.path()};
    request.now = FIXTURE_NOW;
    request.with_numbers = true;
    const auto report = inspect(request);
    const InspectedFile& file = file_named(report, "ntpkey_MD5key_server1.4004390719");
    REQUIRE(file.keys.size() == 20);
    CHECK(file.keys[10].fingerprint.starts_with("SHA256:"));
    const std::string text = directory_scan.read("ntpkey_MD5key_server1.4004390719");
    for (const Finding& finding : report.findings)
        CHECK(finding.cause.find("ebcf8d1a72e432a3323fcf8192428038454cb132") == std::string::npos);
}

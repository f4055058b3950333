#include <keygen/error.hpp>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "catch.hpp"
#include "inspect/fixture_directory.hpp"
#include "thrown.hpp"

using namespace keygen;
using namespace keygen::test;

namespace {

struct PlainDirectory : Workplace {
    PlainDirectory() { ::chmod(path().c_str(), 0700); }
};

std::set<std::string> look(const std::string& path) {
    return ids(look_at({path}));
}

}  // namespace

TEST_CASE("what is no regular file is a finding and not a wait") {
    const PlainDirectory directory_scan;
    REQUIRE(::mkfifo(directory_scan.path_of("ntpkey_host_fifo").c_str(), 0600) == 0);
    std::filesystem::create_directory(directory_scan.path_of("ntpkey_cert_directory"));
    directory_scan.link("ntpkey_iffkey_device", "/dev/zero");
    const auto in_directory = look(directory_scan.path());
    CHECK(in_directory.contains("critical not-regular ntpkey_host_fifo"));
    CHECK(in_directory.contains("critical not-regular ntpkey_cert_directory"));
    CHECK(look(directory_scan.path_of("ntpkey_host_fifo")) ==
          std::set<std::string>{"critical not-regular ntpkey_host_fifo"});
    CHECK(look("/dev/zero") == std::set<std::string>{"critical not-regular zero"});
    CHECK(look(directory_scan.path_of("nothing")) == std::set<std::string>{"critical unreadable nothing"});
}

TEST_CASE("links in a circle end") {
    const PlainDirectory directory_scan;
    directory_scan.link("ntpkey_cert_a", "ntpkey_cert_b");
    directory_scan.link("ntpkey_cert_b", "ntpkey_cert_a");
    directory_scan.link("directory", ".");
    CHECK(look(directory_scan.path()) ==
          std::set<std::string>{"critical link-loop ntpkey_cert_a", "critical link-loop ntpkey_cert_b"});
    CHECK(look(directory_scan.path_of("ntpkey_cert_a")) ==
          std::set<std::string>{"critical link-loop ntpkey_cert_a"});
}

TEST_CASE("a sparse file of 5 GB is not read") {
    const PlainDirectory directory_scan;
    directory_scan.write("ntpkey_host_huge", "");
    REQUIRE(::truncate(directory_scan.path_of("ntpkey_host_huge").c_str(), 5LL << 30) == 0);
    const std::set<std::string> expected = {"critical too-large ntpkey_host_huge"};
    const auto found = ids(look_at({directory_scan.path()}), Severity::critical);
    CHECK(found.contains("critical too-large ntpkey_host_huge"));
    CHECK(look(directory_scan.path_of("ntpkey_host_huge")) == expected);
}

TEST_CASE("any bytes are something") {
    const PlainDirectory directory_scan;
    ::chmod(directory_scan.path().c_str(), 0700);
    const auto found = [&](std::string_view content) {
        directory_scan.write("file", content);
        ::chmod(directory_scan.path_of("file").c_str(), 0600);
        const auto all = look(directory_scan.path_of("file"));
        return all.empty() ? std::string("nothing") : *all.begin();
    };
    CHECK(found("") == "critical empty file");
    CHECK(found(std::string(3, '\0')) == "warning unknown-content file");
    CHECK(found("hello\n") == "warning unknown-content file");
    CHECK(found("-----BEGIN CERTIFICATE-----\nAAAA\n") == "critical damaged file");
    CHECK(found("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n") == "critical damaged file");
    CHECK(found("-----BEGIN X-----\nAAAA\n-----END X-----\n") == "warning unknown-content file");
    CHECK(found("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n") == "critical damaged file");
    CHECK(found("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n") ==
          "critical damaged file");
    std::string all_bytes;
    for (int i = 0; i < 65536; ++i)
        all_bytes += static_cast<char>(i * 7 + i / 256);
    CHECK(found(all_bytes) == "warning unknown-content file");
}

TEST_CASE("one bad file does not keep the others from being looked at") {
    const FixtureDirectory directory_scan("accepted-by-ntpd/iff-512-server");
    directory_scan.write("ntpkey_RSAhost_other.1", "rubbish");
    directory_scan.write("ntpkey_\x1b[31m_x.1", "rubbish");
    const auto report = look_at({directory_scan.path(), directory_scan.path_of("nothing")}, "pw1");
    CHECK(file_named(report, "ntpkey_RSAhost_server1.4004387960").assurance == VerificationState::consistent);
    CHECK(ids(report).contains("critical damaged ntpkey_RSAhost_other.1"));
    CHECK(ids(report).contains("critical unreadable nothing"));
}

TEST_CASE("content without a name is inspected as well") {
    InspectRequest request;
    request.now = FIXTURE_NOW;
    request.contents.push_back({"-", secret(fixture("ntp-4.2.8p15/iff/exported-iffpar"))});
    const auto report = inspect(request);
    REQUIRE(report.files.size() == 1);
    CHECK(report.files[0].scheme == IdentityScheme::iff);
    CHECK(report.files[0].owner == "server1");
    CHECK(has_id(report, "iff-no-public-value"));
}

TEST_CASE("an empty request is refused") {
    CHECK(describe_error([] { (void)inspect({}); }) ==
          "bad_request: nothing to inspect: no file and no directory was named");
}

TEST_CASE("other files in a key directory are left alone") {
    const FixtureDirectory directory_scan("accepted-by-ntpd/iff-512-server");
    directory_scan.write("ntp.conf", "server 127.0.0.1\n");
    directory_scan.write("leap-seconds.list", "# leap\n2272060800\t10\t# 1 Jan 1972\n");
    std::filesystem::create_directory(directory_scan.path_of("backup"));
    const auto report = look_at({directory_scan.path()}, "pw1");
    CHECK(report.directories.at(0).others == 3);
    CHECK(ids(report) == std::set<std::string>{});
}

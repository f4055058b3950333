#include "catch.hpp"
#include "inspect/fixture_directory.hpp"

using namespace keygen;
using namespace keygen::test;

namespace {

constexpr const char* LINKED_CERTIFICATE = "ntpkey_RSA-SHA1cert_server1.4004387960";
constexpr const char* OLD_CERTIFICATE = "ntpkey_RSA-SHA1cert_server1.4004000000";

struct UnusedFilesDirectory : FixtureDirectory {
    UnusedFilesDirectory() : FixtureDirectory("accepted-by-ntpd/iff-512-server") {}
    /// The same certificate as another file; `stamp` goes into its first line.
    void put_certificate(const std::string& name, const std::string& stamp, bool is_damaged = false) const {
        std::string text = read(LINKED_CERTIFICATE);
        text.replace(text.find("4004387960"), 10, stamp);
        if (is_damaged) {  // in the signature, at the end
            char& letter = text[text.find("-----END") - 20];
            letter = letter == 'A' ? 'B' : 'A';
        }
        write(name, text);
        ::chmod(path_of(name).c_str(), 0644);
    }
};

}  // namespace

TEST_CASE("what nothing uses is critical no more") {
    const UnusedFilesDirectory directory_scan;
    SECTION("a certificate whose signature is wrong") {
        directory_scan.put_certificate(OLD_CERTIFICATE, "4004000000", true);
        CHECK(ids(look_at({directory_scan.path()}, "pw1"))
                  .contains(std::string("note certificate-signature ") + OLD_CERTIFICATE));
        // The caller names it: then it is what matters.
        CHECK(ids(look_at({directory_scan.path_of(OLD_CERTIFICATE)}))
                  .contains(std::string("critical certificate-signature ") + OLD_CERTIFICATE));
    }
    SECTION("a certificate from before its filestamp") {
        directory_scan.put_certificate(OLD_CERTIFICATE, "4004400000");
        CHECK(ids(look_at({directory_scan.path()}, "pw1"))
                  .contains(std::string("note certificate-before-filestamp ") + OLD_CERTIFICATE));
    }
    SECTION("an MV key that has lost its value") {
        const std::string name = "ntpkey_MVkey_grp.4004000000";
        directory_scan.write(name, fixture("ntp-4.2.8p15/mv/exported-mvkey"));
        directory_scan.write("ntpkey_MVkey_grp.4004000001", fixture("ntp-4.2.8p15/mv/exported-mvkey"));
        directory_scan.link("ntpkey_mvkey_grp", "ntpkey_MVkey_grp.4004000001");
        const auto found = ids(look_at({directory_scan.path()}));
        CHECK(found.contains("note mv-no-public-value " + name));
        CHECK(found.contains("critical mv-no-public-value ntpkey_MVkey_grp.4004000001"));
    }
    SECTION("a host key that is none") {
        const std::string name = "ntpkey_RSAhost_server1.4004000000";
        directory_scan.write(name, fixture("ntp-4.2.8p15/dsa-sign/ntpkey_DSAsign_server1.4004390718"));
        ::chmod(directory_scan.path_of(name).c_str(), 0600);
        CHECK(ids(look_at({directory_scan.path()}, "seekritword")).contains("note host-key-type " + name));
    }
}

TEST_CASE("a link is judged by what it leads to, not by how it is written") {
    const UnusedFilesDirectory directory_scan;
    const std::string base = directory_scan.path().substr(directory_scan.path().rfind('/') + 1);
    const auto target =
        GENERATE_COPY(values<std::string>({"../" + base + "/", ".//", "./././", "nested/../"}));
    CAPTURE(target);
    std::filesystem::create_directory(directory_scan.path_of("nested"));
    directory_scan.remove("ntpkey_cert_server1");
    directory_scan.link("ntpkey_cert_server1", target + LINKED_CERTIFICATE);
    CHECK(ids(look_at({directory_scan.path()}, "pw1")) == std::set<std::string>{});
    CHECK(look_at({directory_scan.path()}).files.size() == 3);
}

TEST_CASE("an absolute link home is no foreign one, whatever the directory is called") {
    const UnusedFilesDirectory directory_scan;
    const Workplace elsewhere;
    elsewhere.link("keys", directory_scan.path());
    directory_scan.remove("ntpkey_cert_server1");
    directory_scan.link("ntpkey_cert_server1", directory_scan.path_of(LINKED_CERTIFICATE));
    for (const std::string& path :
         {elsewhere.path_of("keys"), directory_scan.path() + "/", directory_scan.path() + "/."})
        CHECK(ids(look_at({path}, "pw1")) ==
              std::set<std::string>{"warning link-absolute ntpkey_cert_server1"});
}

TEST_CASE("a long chain of links ends where ntpd's open(2) ends it") {
    const UnusedFilesDirectory directory_scan;
    directory_scan.remove("ntpkey_cert_server1");
    directory_scan.link("step0", LINKED_CERTIFICATE);
    for (int i = 1; i < 12; ++i)
        directory_scan.link(fmt::format("step{}", i), fmt::format("step{}", i - 1));
    directory_scan.link("ntpkey_cert_server1", "step11");
    CHECK(ids(look_at({directory_scan.path()}, "pw1")) == std::set<std::string>{});
}

TEST_CASE("a file is looked at once, however often it is named") {
    const UnusedFilesDirectory directory_scan;
    directory_scan.write("ntp.keys", "1 MD5 abcdefghijkl\n");
    ::chmod(directory_scan.path_of("ntp.keys").c_str(), 0644);
    const std::string directory = directory_scan.path();
    const std::string keys = directory_scan.path_of("ntp.keys");
    const std::string link = directory_scan.path_of("ntpkey_cert_server1");
    const std::set<std::string> expected = {"critical mode-readable ntp.keys"};
    for (const auto& paths : std::vector<std::vector<std::string>>{{directory, directory},
                                                                   {directory, directory + "/."},
                                                                   {keys, directory},
                                                                   {directory, keys},
                                                                   {directory, link, keys, keys},
                                                                   {keys, link, directory, link}}) {
        const InspectReport report = look_at(paths, "pw1");
        CHECK(report.files.size() == 4);
        CHECK(ids(report) == expected);
        CHECK(std::ssize(report.findings) -
                  std::count_if(report.findings.begin(), report.findings.end(),
                                [](const Finding& f) { return f.id.starts_with("weak-"); }) ==
              1);
    }
    CHECK(look_at({keys, keys}).files.size() == 1);
}

TEST_CASE("what cannot be read is there all the same") {
    const UnusedFilesDirectory directory_scan;
    const std::string key = "ntpkey_IFFkey_grp.4004387960";
    std::string text = fixture("accepted-by-ntpd/iff-512-client/ntpkey_iffpar_grp");
    text.replace(text.find("iffpar"), 6, "IFFpar");
    directory_scan.write("ntpkey_IFFpar_grp.4004387960", text);
    ::chmod(directory_scan.path_of("ntpkey_IFFpar_grp.4004387960").c_str(), 0644);
    SECTION("too large") {
        REQUIRE(::truncate(directory_scan.path_of(key).c_str(), 1LL << 30) == 0);
    }
    SECTION("damaged") {
        directory_scan.write(key, "# " + key + "\nrubbish\n");
    }
    SECTION("empty") {
        directory_scan.write(key, "");
    }
    const auto report = look_at({directory_scan.path()}, "pw1");
    CHECK_FALSE(has_id(report, "identity-missing"));
    CHECK_FALSE(has_id(report, "link-missing"));
}

TEST_CASE("a file of another owner under a link's name is no mismatch where ntpd wants it there") {
    SECTION("a member of a PC group") {
        const FixtureDirectory directory_scan("accepted-by-ntpd/pc-client");
        for (const auto* key : {"ntpkey_host_client1", "ntpkey_cert_client1"}) {
            const std::string text = directory_scan.read(directory_scan.target_of(key));
            const std::string file = directory_scan.target_of(key);
            directory_scan.remove(key);
            directory_scan.write(key, text);
            ::chmod(directory_scan.path_of(key).c_str(), 0600);
            directory_scan.remove(file);
        }
        CHECK_FALSE(has_id(look_at({directory_scan.path()}, "pw1"), "header-mismatch"));
    }
    SECTION("a server's identity key under its host's name") {
        const UnusedFilesDirectory directory_scan;
        directory_scan.remove("ntpkey_iffkey_server1");
        directory_scan.write("ntpkey_iffkey_server1", directory_scan.read("ntpkey_IFFkey_grp.4004387960"));
        CHECK_FALSE(has_id(look_at({directory_scan.path()}, "pw1"), "header-mismatch"));
    }
}

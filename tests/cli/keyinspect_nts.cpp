#include <nlohmann/json.hpp>

#include <set>
#include <string>

#include "catch.hpp"
#include "story.hpp"

namespace {

using nlohmann::json;
using Ids = std::set<std::string>;

/// An authority, and what it issues to a server of Network Time Security.
struct NtsServer : Story {
    NtsServer() {
        openssl(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=ca -days 3000 "
            "-keyout ca.key -out ca.pem");
        issue("leaf", "subjectAltName=DNS:ntp.example,extendedKeyUsage=serverAuth");
    }
    void openssl(const std::string& arguments) { REQUIRE(run("openssl " + arguments).status == 0); }
    void issue(const std::string& name, const std::string& extensions) {
        write("ext", replaced_commas(extensions));
        openssl("req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=ntp.example -keyout " +
                name + ".key -out " + name + ".csr");
        openssl("x509 -req -in " + name +
                ".csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2000 -extfile ext -out " + name +
                ".pem");
        run("chmod 600 " + name + ".key");
    }
    static std::string replaced_commas(std::string text) {
        for (char& c : text)
            c = c == ',' ? '\n' : c;
        return text + "\n";
    }
    Ids ids_of(const std::string& file, const std::string& conf) {
        write(file, conf);
        Ids result;
        const Outcome outcome = run("keyinspect --json --ntp-conf " + file);
        CHECK(outcome.err.empty());
        const json report = json::parse(outcome.out);
        for (const json& finding : report.at("findings")) {
            if (finding.at("severity") != "note")
                result.insert(finding.at("id"));
        }
        return result;
    }
    Ids chrony(const std::string& certificate, const std::string& key) {
        return ids_of("chrony.conf",
                      "ntsservercert " + certificate + "\nntsserverkey " + key + "\nserver a nts\n");
    }
};

}  // namespace

TEST_CASE("keyinspect says nothing about a certificate and key that serve NTS") {
    NtsServer server;
    CHECK(server.chrony("leaf.pem", "leaf.key").empty());
    CHECK(server.ids_of("ntp.conf", "nts cert leaf.pem\nnts key leaf.key\nserver a nts\n").empty());
    CHECK(
        server
            .ids_of(
                "ntp.toml",
                "[[source]]\nmode = \"nts\"\naddress = \"a\"\ncertificate-authority = \"ca.pem\"\n"
                "[[nts-ke-server]]\ncertificate-chain-path = \"leaf.pem\"\nprivate-key-path = \"leaf.key\"\n")
            .empty());
    CHECK(server.run("keyinspect leaf.pem leaf.key").status == 0);
    server.shell("cat leaf.pem ca.pem >chain.pem");
    CHECK(server.chrony("chain.pem", "leaf.key").empty());
}

TEST_CASE("keyinspect finds what is wrong with the files of NTS") {
    NtsServer server;
    server.issue("other", "subjectAltName=DNS:ntp.example");
    CHECK(server.chrony("leaf.pem", "other.key") == Ids{"nts-key-mismatch"});
    CHECK(server.chrony("leaf.pem", "none.key") == Ids{"nts-file-missing"});
    CHECK(server.chrony("leaf.key", "leaf.key") == Ids{"nts-file-refused"});
    CHECK(server.ids_of("chrony.conf", "ntsservercert leaf.pem\n") == Ids{"nts-incomplete"});
    server.issue("client", "subjectAltName=DNS:ntp.example,extendedKeyUsage=clientAuth");
    CHECK(server.chrony("client.pem", "client.key") == Ids{"nts-certificate-purpose"});
    server.issue("bare", "basicConstraints=CA:FALSE");
    CHECK(server.chrony("bare.pem", "bare.key") == Ids{"nts-certificate-name"});
    server.run("chmod 600 ca.key");
    CHECK(server.chrony("ca.pem", "ca.key") == Ids{"nts-certificate-name", "nts-certificate-authority"});
    server.shell("cat leaf.pem leaf.pem >chain.pem");
    CHECK(server.chrony("chain.pem", "leaf.key") == Ids{"nts-chain"});
    server.run("chmod 644 leaf.key");
    CHECK(server.chrony("leaf.pem", "leaf.key") == Ids{"mode-readable"});
    server.run("chmod 600 leaf.key");
    server.set("SOURCE_DATE_EPOCH", "4102444800");
    CHECK(server.chrony("leaf.pem", "leaf.key") == Ids{"certificate-expired"});
    CHECK(server.ids_of("ntp.conf", "server a nts ca ca.pem\n") == Ids{"nts-authorities-expired"});
}

TEST_CASE("keyinspect --check counts the days of a certificate for NTS") {
    NtsServer server;
    server.write("chrony.conf", "ntsservercert leaf.pem\nntsserverkey leaf.key\n");
    const Outcome outcome = server.run("keyinspect --check --ntp-conf chrony.conf");
    CHECK(outcome.status == 0);
    CHECK(outcome.out.find(" days_left=") != std::string::npos);
}

TEST_CASE("keyinspect compares an NTS server's certificate with what its client asks for") {
    NtsServer server;
    const auto serve = [&](const std::string& name) {
        server.write("chrony.conf", "ntsservercert " + name + ".pem\nntsserverkey " + name + ".key\nallow\n");
    };
    // Verdict and cause.
    const auto asked = [&](const std::string& file, const std::string& conf) {
        server.write(file, conf);
        const json report =
            json::parse(server.run("keyinspect --json --ntp-conf chrony.conf --ntp-conf " + file).out);
        const json association = report.at("configurations").at(1).at("associations").at(0);
        const json cause = association.at("cause");
        return association.at("verdict").get<std::string>() +
               (cause.is_string() ? " " + cause.get<std::string>() : "");
    };
    const auto chrony = [&](const std::string& host) {
        return asked("client.conf", "ntstrustedcerts ca.pem\nnosystemcert\nserver " + host + " nts\n");
    };
    const auto ntpsec = [&](const std::string& authority) {
        return asked("ntp.conf", "server ntp.example:4460 nts ca " + authority + "\n");
    };
    const auto ntpd_rs = [&] {
        return asked(
            "ntp.toml",
            "[[source]]\nmode = \"nts\"\naddress = \"ntp.example\"\ncertificate-authority = \"ca.pem\"\n");
    };
    serve("leaf");
    CHECK(chrony("ntp.example") == "verifies");
    CHECK(ntpsec("ca.pem") == "verifies");
    CHECK(ntpd_rs() == "verifies");
    CHECK(chrony("other.example") == "fails conf-nts-name");
    CHECK(ntpsec("none.pem") == "fails nts-file-missing");
    server.openssl(
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=x -keyout x.key -out x.pem");
    CHECK(ntpsec("x.pem") == "fails conf-nts-untrusted");

    server.issue("purpose", "subjectAltName=DNS:ntp.example,extendedKeyUsage=clientAuth");
    serve("purpose");
    CHECK(chrony("ntp.example") == "verifies");
    CHECK(ntpsec("ca.pem") == "fails nts-certificate-purpose");
    CHECK(ntpd_rs() == "fails nts-certificate-purpose");
    server.issue("bare", "basicConstraints=CA:FALSE");
    serve("bare");
    CHECK(chrony("ntp.example") == "verifies");
    CHECK(ntpd_rs() == "fails nts-certificate-name");
    server.issue("address", "subjectAltName=IP:192.0.2.1");
    serve("address");
    CHECK(chrony("192.0.2.1") == "verifies");
    server.write("chrony.conf", "allow\n");
    CHECK(chrony("ntp.example") == "fails conf-server-without-nts");
    server.write("chrony.conf", "ntsservercert leaf.pem\nntsserverkey none.key\n");
    CHECK(chrony("ntp.example") == "fails nts-file-missing");
    serve("leaf");
    server.set("SOURCE_DATE_EPOCH", "2000000000");
    CHECK(chrony("ntp.example") == "fails certificate-expired");
}

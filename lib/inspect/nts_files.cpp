#include "inspect/nts_files.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>

#include "crypto/tls_certificate.hpp"
#include "daemon/file_probe.hpp"

namespace keygen::inspection {

namespace {

using crypto::TlsCertificate;
using daemon::NtsFile;
using Outcome = ExpectedFile::Outcome;

std::string purpose_of(NtsFile::Role role) {
    switch (role) {
        case NtsFile::Role::certificate:
            return "NTS certificate";
        case NtsFile::Role::key:
            return "NTS key";
        case NtsFile::Role::authorities:
            return "NTS authorities";
    }
    return "";
}

class NtsCheck {
  public:
    explicit NtsCheck(ExaminedDaemon& examined) : examined_(examined) {}

    void run() {
        const NtsFile* certificate = nullptr;
        const NtsFile* key = nullptr;
        for (const NtsFile& file : examined_.settings.nts_files) {
            load(file);
            if (file.role == NtsFile::Role::certificate)
                certificate = &file;
            if (file.role == NtsFile::Role::key)
                key = &file;
        }
        if (certificate == nullptr && key != nullptr)
            fail("nts-incomplete", *key, "a key without a certificate: the daemon serves no NTS");
        if (certificate != nullptr && key == nullptr)
            fail("nts-incomplete", *certificate, "a certificate without a key: the daemon serves no NTS");
        if (!examined_.nts_chain.empty())
            judge(*certificate);
        if (!examined_.nts_chain.empty() && !key_.empty())
            compare(*key);
    }

  private:
    void add(std::string_view id, const NtsFile& file, std::string cause,
             Severity severity = Severity::critical, std::string remedy = {}) {
        examined_.findings.add(id, severity, file.place.path, file.place.line, std::move(cause),
                               std::move(remedy));
    }

    // Without its own files a daemon serves no NTS, without the authorities it asks for none.
    void fail(std::string_view id, const NtsFile& file, std::string cause, std::string remedy = {}) {
        add(id, file, std::move(cause), Severity::critical, std::move(remedy));
        if (file.role == NtsFile::Role::authorities)
            examined_.nts_authorities.push_back({file.association, {}, std::string(id)});
        else if (examined_.nts_defect.empty())
            examined_.nts_defect = id;
    }

    void list(const NtsFile& file, Outcome outcome, std::string detail) {
        examined_.report.files.push_back({purpose_of(file.role), file.path, outcome, std::move(detail)});
    }

    void load(const NtsFile& file) {
        daemon::FileProbe probed = daemon::probe(file.path);
        if (probed.state == daemon::FileProbe::State::unknown) {
            leave_open(examined_, purpose_of(file.role), file.path, probed.cause);
            examined_.are_nts_files_known = false;
            return;
        }
        if (probed.state == daemon::FileProbe::State::absent) {
            list(file, Outcome::missing, "not there");
            fail("nts-file-missing", file,
                 fmt::format("the {} {} is not there", purpose_of(file.role), escaped(file.path)));
            return;
        }
        // A directory of authorities is looked into by name.
        if (probed.is_directory) {
            list(file, Outcome::loaded, "a directory");
            examined_.are_nts_files_known = false;
            return;
        }
        try {
            read(file, std::move(probed.content));
        } catch (const Error& error) {
            list(file, Outcome::refused, error.message());
            fail("nts-file-refused", file,
                 fmt::format("the {} {}: {}", purpose_of(file.role), escaped(file.path), error.message()));
        }
        check_reader(file);
    }

    void read(const NtsFile& file, SecretBytes content) {
        if (file.role == NtsFile::Role::key) {
            key_ = std::move(content);
            list(file, Outcome::loaded, "a private key");
            return;
        }
        std::vector<TlsCertificate> certificates = crypto::parse_tls_certificates(content.text());
        const TlsCertificate& first = certificates.front();
        list(file, Outcome::loaded,
             certificates.size() == 1
                 ? fmt::format("{}, until {}", escaped(first.subject), format_utc(first.not_after))
                 : fmt::format("{} certificates, the first of {}, until {}", certificates.size(),
                               escaped(first.subject), format_utc(first.not_after)));
        if (file.role == NtsFile::Role::certificate)
            examined_.nts_chain = std::move(certificates);
        else
            take_authorities(file, std::move(certificates));
    }

    // chronyd and ntpd-rs read them when root is given up, and NTPsec does so again each hour.
    void check_reader(const NtsFile& file) {
        const std::string closed = find_closed_to_user(examined_, file.path);
        if (!closed.empty())
            fail("conf-user-unreadable", file,
                 fmt::format("user {} cannot read {}, which the daemon opens for NTS", examined_.user->name,
                             escaped(closed)),
                 opening(examined_, closed));
    }

    // One that has ended among many is no obstacle.
    void take_authorities(const NtsFile& file, std::vector<TlsCertificate> certificates) {
        const bool have_all_ended = std::all_of(
            certificates.begin(), certificates.end(),
            [&](const TlsCertificate& certificate) { return certificate.not_after < examined_.request.now; });
        if (have_all_ended)
            fail("nts-authorities-expired", file,
                 fmt::format("no authority in {} is valid any more", escaped(file.path)));
        else
            examined_.nts_authorities.push_back({file.association, std::move(certificates), ""});
    }

    // Which clients refuse it was run with chrony 4.9, NTPsec 1.2.5 and ntpd-rs 1.9.
    void judge(const NtsFile& file) {
        const TlsCertificate& leaf = examined_.nts_chain.front();
        if (!leaf.serves)
            add("nts-certificate-purpose", file,
                "extendedKeyUsage lacks serverAuth: NTPsec and ntpd-rs refuse the certificate",
                Severity::warning);
        if (!leaf.names_hosts)
            add("nts-certificate-name", file, "no host in subjectAltName: ntpd-rs refuses the certificate",
                Severity::warning);
        if (leaf.is_authority)
            add("nts-certificate-authority", file,
                "the certificate is an authority's (CA:TRUE): ntpd-rs refuses it for a server",
                Severity::warning);
        for (std::size_t i = 0; i + 1 < examined_.nts_chain.size(); ++i) {
            if (!crypto::is_issued_by(examined_.nts_chain[i], examined_.nts_chain[i + 1]))
                add("nts-chain", file,
                    fmt::format(
                        "certificate {} of the file does not issue certificate {}: the chain is not in order",
                        i + 2, i + 1));
        }
    }

    void compare(const NtsFile& key) {
        try {
            if (!crypto::is_key_of(key_.text(), examined_.nts_chain.front()))
                fail("nts-key-mismatch", key,
                     fmt::format("the key is not that of the certificate of {}",
                                 escaped(examined_.nts_chain.front().subject)));
        } catch (const Error& error) {
            if (error.code() == ErrorCode::crypto)
                throw;
            fail("nts-file-refused", key,
                 fmt::format("the NTS key {}: {}", escaped(key.path), error.message()));
        }
    }

    ExaminedDaemon& examined_;
    SecretBytes key_;
};

}  // namespace

void check_nts_files(ExaminedDaemon& examined) {
    NtsCheck(examined).run();
}

}  // namespace keygen::inspection

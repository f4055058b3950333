#include "inspect/nts_associations.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace keygen::inspection {

namespace {

using crypto::TlsCertificate;
using Verdict = Association::Verdict;

// "host", "host:port", "[address]:port" or an address.
std::string host_of(const std::string& address) {
    if (address.starts_with('['))
        return address.substr(1, address.find(']') - 1);
    const auto colon = address.find(':');
    return colon == address.rfind(':') ? address.substr(0, colon) : address;
}

class NtsJudge {
  public:
    NtsJudge(ExaminedDaemon& client, Association& association, const ExaminedDaemon* server)
        : client_(client), association_(association), server_(server) {}

    void judge() {
        for (const NtsAuthorities& named : client_.nts_authorities) {
            if (!named.defect.empty() && is_for_this(named)) {
                decide(association_, Verdict::fails, "the authorities' file does not work", named.defect);
                return;
            }
        }
        if (server_ == nullptr)
            decide(association_, Verdict::depends,
                   "Network Time Security: certificates of TLS, not keys of this directory");
        else if (!server_->are_nts_files_known || !client_.are_nts_files_known)
            decide(association_, Verdict::unknown, "this user cannot read all that decides it");
        else
            judge_both();
    }

  private:
    void fail(std::string_view id, std::string cause) {
        inspection::fail(client_, association_, id, std::move(cause));
    }

    [[nodiscard]] bool is_for_this(const NtsAuthorities& named) const {
        return !named.association || &client_.report.associations[*named.association] == &association_;
    }

    // Which clients refuse what was run with chrony 4.9, NTPsec 1.2.5 and ntpd-rs 1.9.
    void judge_both() {
        if (!server_->nts_defect.empty() || server_->nts_chain.empty()) {
            fail(server_->nts_defect.empty() ? "conf-server-without-nts" : server_->nts_defect,
                 fmt::format("{} has no certificate and key that work: the server serves no NTS",
                             escaped(server_->report.path)));
            return;
        }
        const TlsCertificate& leaf = server_->nts_chain.front();
        const bool is_rustls = client_.report.daemon == Daemon::ntpd_rs;
        if (leaf.not_after < client_.request.now)
            fail("certificate-expired",
                 fmt::format("the server's certificate ended {}", format_utc(leaf.not_after)));
        else if (!leaf.serves && client_.report.daemon != Daemon::chrony)
            fail("nts-certificate-purpose", "extendedKeyUsage of the server's certificate lacks serverAuth");
        else if (is_rustls && leaf.is_authority)
            fail("nts-certificate-authority", "the server's certificate is an authority's (CA:TRUE)");
        else if (is_rustls && !leaf.names_hosts)
            fail("nts-certificate-name", "the server's certificate has no host in subjectAltName");
        else if (!shows_nts_certificate(*server_, association_))
            fail("conf-nts-name", fmt::format("the server's certificate is for {}, and not for {}",
                                              escaped(leaf.subject), escaped(host_of(association_.address))));
        else if (!is_vouched_for())
            fail("conf-nts-untrusted",
                 "no authority that the client has vouches for the server's certificate");
        else
            decide(association_, Verdict::verifies,
                   fmt::format("NTS, the server's certificate is for {}", escaped(leaf.subject)));
    }

    [[nodiscard]] bool is_vouched_for() const {
        const auto& named = client_.nts_authorities;
        return std::any_of(named.begin(), named.end(),
                           [&](const NtsAuthorities& each) {
                               return is_for_this(each) &&
                                      crypto::is_vouched_for(server_->nts_chain, &each.certificates);
                           }) ||
               (client_.settings.has_system_authorities &&
                crypto::is_vouched_for(server_->nts_chain, nullptr));
    }

    ExaminedDaemon& client_;
    Association& association_;
    const ExaminedDaemon* server_;
};

}  // namespace

void judge_nts(ExaminedDaemon& client, Association& association, const ExaminedDaemon* server) {
    NtsJudge(client, association, server).judge();
}

bool shows_nts_certificate(const ExaminedDaemon& server, const Association& association) {
    return !server.nts_chain.empty() &&
           crypto::is_for_host(server.nts_chain.front(), host_of(association.address));
}

}  // namespace keygen::inspection

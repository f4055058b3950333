#include "inspect/autokey_files.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

#include "inspect/identify.hpp"
#include "inspect/key_file.hpp"
#include "inspect/newest_files.hpp"
#include "inspect/remedy.hpp"
#include "keysdir/filename.hpp"

namespace keygen::inspection {

namespace {

using Outcome = ExpectedFile::Outcome;

class AutokeyStart {
  public:
    AutokeyStart(ExaminedDaemon& examined, const ExaminedDaemon* server)
        : examined_(examined), report_(examined.report), server_(server) {}

    void run() {
        const KeyFile host = load("host key", "ntpkey_host_" + report_.host);
        require("host key", "ntpkey_host_" + report_.host, host);
        if (host.outcome == Outcome::loaded && host.file->algorithm == "DSA")
            report_.ends_at_start = true;  // its finding is the file's
        if (!report_.ends_at_start)
            load("sign key", "ntpkey_sign_" + report_.host);
        if (report_.ends_at_start)
            return;
        const std::string name = "ntpkey_cert_" + report_.host;
        const KeyFile certificate =
            take("certificate", load_certificate(path_of(name), examined_.request), name);
        require("certificate", name, certificate);
        if (certificate.outcome == Outcome::loaded) {
            examined_.autokey.certificate = *certificate.file->certificate;
            examined_.autokey.key = certificate.file->fingerprint;
            if (examined_.autokey.certificate.subject != examined_.autokey.certificate.issuer)
                report_.ends_at_start = true;
        }
        if (!report_.ends_at_start)
            load_identity(certificate);
        examined_.autokey.starts = !report_.ends_at_start && host.outcome == Outcome::loaded &&
                                   certificate.outcome == Outcome::loaded;
    }

  private:
    [[nodiscard]] std::string path_of(const std::string& name) const {
        return fmt::format("{}/{}", report_.keysdir, name);
    }

    KeyFile load(const std::string& purpose, const std::string& name) {
        return take(purpose, load_key(path_of(name), examined_.password(), examined_.request), name);
    }

    KeyFile take(const std::string& purpose, KeyFile key, const std::string& name) {
        if (key.outcome == Outcome::unknown) {
            leave_open(examined_, purpose, path_of(name), key.detail);
            examined_.is_certain = false;
            return key;
        }
        report_.files.push_back({purpose, path_of(name), key.outcome, key.detail});
        if (key.ends)
            report_.ends_at_start = true;
        return key;
    }

    void require(const std::string& what, const std::string& name, const KeyFile& key) {
        if (key.outcome == Outcome::loaded || key.outcome == Outcome::unknown)
            return;
        report_.ends_at_start = true;
        const std::string path = path_of(name);
        if (key.outcome == Outcome::absent) {
            report_.files.back().outcome = Outcome::missing;
            examined_.findings.add(
                "conf-file-missing", path,
                fmt::format("ntpd needs the {} {} and ends without it", what, escaped(name)),
                provision(path));
        } else {
            examined_.findings.add("conf-file-refused", path,
                                   fmt::format("ntpd cannot use the {}: {}", what, key.detail));
        }
    }

    // What lies there lacks its link only; who is asked, and asks nobody, serves an identity.
    [[nodiscard]] std::string provision(const std::string& path) const {
        for (const Finding& finding : report_.inspected.findings) {
            const bool is_of_file = finding.id == "certificate-missing" || finding.id == "host-key-missing" ||
                                    finding.remedy.starts_with("keylink ");
            if (finding.path == path && is_of_file)
                return finding.remedy;
        }
        if (std::string linking = linking_of_all(); !linking.empty())
            return linking;
        if (const auto at = report_.host.find('@'); at != std::string::npos && examined_.settings.host)
            return fmt::format("sed -i --follow-symlinks {} {}",
                               shell_word(fmt::format("s/\\(crypto.*host[[:space:]]\\+\\){}/\\1{}/",
                                                      report_.host, report_.host.substr(0, at))),
                               path_word(examined_.settings.crypto_at->path));
        const bool is_server = examined_.settings.ident && !examined_.autokey.asks_others;
        if (is_server)
            return make_directory() + identity_command(*examined_.settings.ident, IdentityScheme::iff, {});
        return client_provision();
    }

    [[nodiscard]] std::string client_provision() const {
        const std::string group =
            server_ != nullptr ? split_common_name(server_->autokey.certificate.subject).group : "";
        const std::string making = keygen_command(
            report_.keysdir, fmt::format("-s {}{} --ask-password", shell_word(report_.host),
                                         group.empty() ? std::string() : " -i " + shell_word(group)));
        const std::string directory = make_directory();
        // There the server's parameters are missing too.
        const bool needs_parameters =
            !directory.empty() && server_ != nullptr && !server_->server_keys.empty();
        if (!needs_parameters)
            return directory + making;
        InspectedFile parameters;
        parameters.owner = server_->report.ident;
        parameters.scheme = server_->server_keys.front().scheme;
        return client_reissue(
            parameters,
            fmt::format(" --keysdir {} --host {}", shell_word(report_.keysdir), shell_word(report_.host)),
            fmt::format("{}{} && ", directory, making));
    }

    // Where both have no links, since one alone makes ntpd end for want of the other.
    [[nodiscard]] std::string linking_of_all() const {
        const auto& files = report_.inspected.files;
        NewestFiles newest;
        for (std::size_t index = 0; index < files.size(); ++index)
            newest.add(files[index], index);
        const auto host = newest.find({"host", report_.host});
        return host && newest.find({"cert", report_.host})
                   ? remedy_of(report_.inspected.findings, "link-missing", files[*host].path)
                   : "";
    }

    [[nodiscard]] std::string identity_command(const std::string& ident, IdentityScheme scheme,
                                               const std::vector<std::string>& lost_links) const {
        unsigned mv_clients = 0;
        for (const InspectedFile& file : report_.inspected.files) {
            if (file.owner == ident)
                mv_clients = std::max(mv_clients, mv_client_of(file.type));
        }
        return identity_making({report_.host, ident == report_.host ? "" : ident}, scheme, mv_clients,
                               lost_links, report_.keysdir);
    }

    // keygen makes no directory.
    [[nodiscard]] std::string make_directory() const {
        struct stat status {};
        const bool is_there = ::stat(report_.keysdir.c_str(), &status) == 0;
        return is_there ? "" : fmt::format("mkdir -p -m 700 {} && ", shell_word(report_.keysdir));
    }

    void load_identity(const KeyFile& certificate) {
        bool is_open = false;
        for (const IdentityScheme scheme : {IdentityScheme::iff, IdentityScheme::gq, IdentityScheme::mv}) {
            const std::string name = fmt::format("ntpkey_{}key_{}", scheme_word(scheme), report_.ident);
            const KeyFile key = load(fmt::format("{} server key", name_of(scheme)), name);
            is_open = is_open || key.outcome == Outcome::unknown;
            if (key.outcome == Outcome::loaded)
                examined_.server_keys.push_back({scheme, path_of(name), *key.file});
            if (report_.ends_at_start)
                return;
        }
        if (examined_.server_keys.size() > 1)
            examined_.findings.add("conf-scheme-conflict", report_.path,
                                   "keys of several schemes: clients run the first of IFF, GQ and MV only, "
                                   "and need its parameters");
        if (examined_.server_keys.empty() && !is_open && !is_pure_client(examined_))
            check_downgrade(certificate);
    }

    // Without an identity key ntpd serves all the same, and logs nothing.
    void check_downgrade(const KeyFile& certificate) {
        const bool is_trusted = certificate.outcome == Outcome::loaded &&
                                certificate.file->certificate->kind == CertificateKind::trusted;
        const auto& files = report_.inspected.files;
        const auto is_server_key = [](const InspectedFile& file) {
            return file.role == IdentityRole::server;
        };
        const auto is_of_group = [&](const InspectedFile& file) { return file.owner == report_.ident; };
        const bool is_client = std::any_of(files.begin(), files.end(), [&](const InspectedFile& file) {
            return file.role == IdentityRole::client && is_of_group(file);
        });
        std::string others;
        const InspectedFile* own = nullptr;
        for (const InspectedFile& file : files) {
            if (is_server_key(file) && is_of_group(file))
                own = &file;
            else if (is_server_key(file))
                others += fmt::format("{}{}", others.empty() ? "" : ", ", file.name);
        }
        const bool is_meant = examined_.settings.ident ? is_trusted || !is_client
                                                       : is_trusted && (own != nullptr || !others.empty());
        if (!is_meant)
            return;
        std::string cause = fmt::format(
            "no ntpkey_iffkey_{0}, ntpkey_gqkey_{0} or ntpkey_mvkey_{0}: ntpd serves without an "
            "identity scheme (TC), and logs nothing",
            escaped(report_.ident));
        if (own != nullptr)
            cause += fmt::format("; no such link leads to {}", escaped(own->name));
        else if (!others.empty())
            cause += fmt::format("; the keys that lie there are of other groups: {}", escaped(others));
        std::string remedy;
        if (own != nullptr)
            remedy =
                fmt::format("keylink --keysdir {} {}", shell_word(report_.keysdir), shell_word(own->path));
        else if (others.empty() && certificate.outcome == Outcome::loaded)
            remedy = identity_provision();
        examined_.findings.add("conf-identity-missing", report_.path, std::move(cause), remedy);
    }

    [[nodiscard]] std::string identity_provision() const {
        // keygen puts no identity key in the place of another that got lost.
        std::vector<std::string> lost_links;
        IdentityScheme scheme = IdentityScheme::iff;
        for (const Finding& finding : report_.inspected.findings) {
            const auto name = keysdir::LinkName::parse(keysdir::last_component(finding.path));
            const auto kind = name ? scheme_and_role_of(name->key) : std::nullopt;
            const bool is_ours = name && (name->owner == report_.ident || name->owner == report_.host);
            if (!is_ours || !kind || kind->role != IdentityRole::server || !is_about_broken_link(finding))
                continue;
            scheme = kind->scheme;
            lost_links.push_back(finding.path);
        }
        return identity_command(report_.ident, scheme, lost_links);
    }

    ExaminedDaemon& examined_;
    ConfigurationReport& report_;
    const ExaminedDaemon* server_;
};

}  // namespace

void load_autokey_files(ExaminedDaemon& examined, const ExaminedDaemon* server) {
    AutokeyStart(examined, server).run();
    if (!examined.settings.password && !examined.settings.is_incomplete)
        examined.findings.add(
            "conf-password-default", examined.report.path,
            fmt::format("no \"crypto pw\": ntpd takes {} for the password, which protects nothing",
                        escaped(examined.report.host)),
            // Keys that do not open with it have another one, which the configuration lacks.
            examined.report.ends_at_start
                ? ""
                : password_setting(
                      keygen_command(examined.report.keysdir, fmt::format("--change-password -s {}",
                                                                          shell_word(examined.report.host))),
                      path_word(examined.report.path)));
}

}  // namespace keygen::inspection

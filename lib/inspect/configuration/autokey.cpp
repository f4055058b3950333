#include <keygen/error.hpp>

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>

#include "inspect/configuration/file_probe.hpp"
#include "inspect/configuration/key_file.hpp"
#include "inspect/configuration/startup.hpp"

namespace keygen::inspection {

namespace {

using Outcome = ExpectedFile::Outcome;

constexpr std::array<std::string_view, 3> SCHEMES = {"iff", "gq", "mv"};

std::string to_upper(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return result;
}

/// crypto_setup() in ntpd/ntp_crypto.c.
class AutokeyStart {
  public:
    explicit AutokeyStart(Startup& startup)
        : startup_(startup), report_(startup.report), default_password_(report_.host) {
        password_ = startup.settings.password ? &*startup.settings.password : &default_password_;
    }

    void run() {
        for (const std::string& digest : startup_.settings.bad_digests)
            startup_.log(fmt::format("crypto_config: invalid digest name {}", digest));
        const KeyFile host = load("host key", "ntpkey_host_" + report_.host);
        require("host key", "ntpkey_host_" + report_.host, host);
        if (report_.ends_at_start)
            return;
        if (host.outcome == Outcome::loaded && host.file->algorithm == "DSA") {
            end("crypto_setup: host key is not RSA key type");
            return;
        }
        load("sign key", "ntpkey_sign_" + report_.host);
        if (report_.ends_at_start)
            return;
        const std::string name = "ntpkey_cert_" + report_.host;
        const KeyFile certificate =
            take("certificate", load_certificate(path_of(name), startup_.request), name);
        require("certificate", name, certificate);
        if (report_.ends_at_start)
            return;
        if (certificate.outcome == Outcome::loaded &&
            certificate.file->certificate->subject != certificate.file->certificate->issuer) {
            end(fmt::format("crypto_setup: certificate {} is not self-signed", name));
            return;
        }
        load_identity(certificate);
    }

  private:
    [[nodiscard]] std::string path_of(const std::string& name) const {
        return fmt::format("{}/{}", report_.keysdir, name);
    }

    KeyFile load(const std::string& purpose, const std::string& name) {
        return take(purpose, load_key(path_of(name), password_, startup_.request), name);
    }

    KeyFile take(const std::string& purpose, KeyFile key, const std::string& name) {
        if (key.outcome == Outcome::unknown) {
            startup_.leave_open(purpose, path_of(name), key.detail);
            startup_.is_certain = false;
            return key;
        }
        report_.files.push_back({purpose, path_of(name), key.outcome, key.detail});
        for (const std::string& line : key.log)
            startup_.log(line);
        if (key.ends)
            startup_.end();
        return key;
    }

    void end(std::string last_words) {
        startup_.log(std::move(last_words));
        startup_.end();
    }

    void require(const std::string& what, const std::string& name, const KeyFile& key) {
        if (key.outcome == Outcome::loaded || key.outcome == Outcome::unknown)
            return;
        if (!report_.ends_at_start)
            end(fmt::format("crypto_setup: {} file {} not found or corrupt", what, name));
        const std::string path = path_of(name);
        if (key.outcome == Outcome::absent) {
            report_.files.back().outcome = Outcome::missing;
            startup_.findings.add(
                "conf-file-missing", path,
                fmt::format("ntpd needs the {} {} and ends without it", what, escaped(name)),
                make_command("-s " + shell_word(report_.host) + " --ask-password"));
        } else {
            startup_.findings.add("conf-file-refused", path,
                                  fmt::format("ntpd cannot use the {}: {}", what, key.detail),
                                  "keyinspect " + shell_word(path));
        }
    }

    // keygen makes no directory.
    [[nodiscard]] std::string make_command(std::string_view options) const {
        struct stat status {};
        const bool is_there = ::stat(report_.keysdir.c_str(), &status) == 0;
        const std::string command = keygen_command(report_.keysdir, options);
        return is_there ? command
                        : fmt::format("mkdir -p -m 700 {} && {}", shell_word(report_.keysdir), command);
    }

    void load_identity(const KeyFile& certificate) {
        unsigned loaded = 0;
        bool is_open = false;
        for (const std::string_view scheme : SCHEMES) {
            const KeyFile key = load(fmt::format("{} server key", to_upper(scheme)),
                                     fmt::format("ntpkey_{}key_{}", scheme, report_.ident));
            loaded += key.outcome == Outcome::loaded ? 1 : 0;
            is_open = is_open || key.outcome == Outcome::unknown;
            if (report_.ends_at_start)
                return;
        }
        if (loaded > 1)
            startup_.findings.add("conf-scheme-conflict", report_.path,
                                  "keys of several schemes: clients run the first of IFF, GQ and MV only, "
                                  "and need its parameters");
        if (loaded == 0 && !is_open)
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
        const bool is_meant = startup_.settings.ident ? is_trusted || !is_client
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
        const std::string remedy =
            own != nullptr
                ? fmt::format("keylink --keysdir {} {}", shell_word(report_.keysdir), shell_word(own->path))
                : keygen_command(report_.keysdir,
                                 fmt::format("-T -I -s {} -i {} --ask-password", shell_word(report_.host),
                                             shell_word(report_.ident)));
        startup_.findings.add("conf-identity-missing", report_.path, std::move(cause), remedy);
    }

    Startup& startup_;
    ConfigurationReport& report_;
    SecretBytes default_password_;
    const SecretBytes* password_ = nullptr;
};

// All keys of a host have one password, and ntpd ends on the first that does not open. No option of keygen
// gives a new one to an MV key alone.
std::string password_command(const ConfigurationReport& report) {
    std::string options = "-H";
    std::string group;
    for (const InspectedFile& file : report.inspected.files) {
        const bool is_used = std::any_of(file.links.begin(), file.links.end(), [&](const std::string& link) {
            return link.ends_with("key_" + report.ident);
        });
        if (!is_used || file.role != IdentityRole::server)
            continue;
        if (file.scheme == IdentityScheme::mv)
            return "";
        options += file.scheme == IdentityScheme::iff ? " -I --new-identity" : " -G --new-identity";
        group = file.owner == report.host ? "" : fmt::format(" -i {}", shell_word(file.owner));
    }
    return keygen_command(report.keysdir,
                          fmt::format("{} -s {}{} --ask-password", options, shell_word(report.host), group));
}

}  // namespace

void start_autokey(Startup& startup) {
    if (!startup.settings.password && !startup.settings.is_incomplete)
        startup.findings.add(
            "conf-password-default", startup.report.path,
            fmt::format("no \"crypto pw\": ntpd takes {} for the password, which protects nothing",
                        escaped(startup.report.host)),
            password_command(startup.report));
    AutokeyStart(startup).run();
}

}  // namespace keygen::inspection

#include "generate/advice.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>

#include "daemon/ntp_text.hpp"
#include "identity/identity.hpp"
#include "keysdir/command_text.hpp"

namespace keygen::generation {

namespace {

// The identity that clients are to use: the one asked for, else the first that is kept, in ntpd's order.
std::optional<Plan::KeptIdentity> identity_in_use(const GenerateRequest& request, const Plan& plan) {
    const auto& kept = plan.kept_identities;
    if (!request.identity)
        return kept.empty() ? std::nullopt : std::optional(kept.front());
    const IdentityScheme scheme = request.identity->scheme;
    if (plan.makes_identity)
        return Plan::KeptIdentity{scheme, {"", plan.identity_owner(), plan.filestamp}};
    const auto found = std::find_if(kept.begin(), kept.end(),
                                    [&](const auto& identity) { return identity.scheme == scheme; });
    return found == kept.end() ? std::nullopt : std::optional(*found);
}

std::string files_to_share(const GenerateReport& report, const Plan& plan) {
    const auto file_behind = [&](const char* key, const std::optional<LinkedKeyPair>& kept) {
        const std::string link = keysdir::LinkName{key, plan.host}.text();
        for (const KeysdirChanges::Link& made : report.changes.links) {
            if (made.name == link)
                return " " + made.target;
        }
        return kept ? " " + kept->source.file : std::string();
    };
    return file_behind("host", plan.host_key) + file_behind("sign", plan.sign_key) +
           file_behind("cert", std::nullopt);
}

void add_identity_steps(GenerateReport& report, const GenerateRequest& request, const Plan& plan,
                        const keysdir::Directory& directory, const Plan::KeptIdentity& identity) {
    keysdir::FileName file = identity.name;
    file.type = file_type_of(identity.scheme, IdentityRole::client);
    if (identity.scheme == IdentityScheme::mv) {
        file.type += "<J>";
        report.client_steps.push_back(
            fmt::format("keylink --install {}    (J: the number of this client alone)", file.text()));
        return;
    }
    const auto status = directory.status_of(file.text());
    const bool is_there = plan.makes_identity || (status && S_ISREG(status->st_mode) && status->st_size > 0);
    if (!is_there) {
        report.server_steps.push_back(
            fmt::format("keygen -e {} {} -p <password> > {}", keysdir::option_of(identity.scheme),
                        keysdir::place_options(request.keysdir, request.host, plan.group), file.text()));
    }
    report.client_steps.push_back(fmt::format("keylink --install {}", file.text()));
}

// Those of a request are looked at before any key is made; the group of a certificate from elsewhere is not.
std::string word(std::string_view name) {
    auto text = daemon::format_ntp_word(name);
    if (!text)
        throw Error(
            ErrorCode::bad_file,
            fmt::format("the name \"{}\" of what is linked here cannot be said in ntp.conf", escaped(name)))
            .hint("name another group with -i");
    return *text;
}

// In the form that the password itself needs.
std::string_view password_words(const SecretBytes& password) {
    return daemon::find_ntp_form(password.text()) == daemon::NtpForm::quoted ? " pw \"<password>\""
                                                                             : " pw <password>";
}

void add_server_conf(GenerateReport& report, const GenerateRequest& request, const Plan& plan,
                     const keysdir::Directory& directory) {
    const std::string path = directory.absolute_path();
    if (const auto text = daemon::format_ntp_word(path))
        report.server_conf.push_back(fmt::format("keysdir {}", *text));
    else
        report.changes.warnings.push_back(fmt::format(
            "ntp.conf has no form for the path {}: keysdir has to name it otherwise, say by a link "
            "to it with an ASCII name",
            escaped(path)));
    const std::string ident = plan.group.empty() ? "" : fmt::format(" ident {}", word(plan.group));
    const bool has_default_password = request.password.equals(request.host);
    report.server_conf.push_back(fmt::format("crypto host {}{}{}", word(request.host), ident,
                                             has_default_password ? "" : password_words(request.password)));
}

}  // namespace

void add_advice(GenerateReport& report, const GenerateRequest& request, const Plan& plan,
                const keysdir::Directory& directory) {
    add_server_conf(report, request, plan, directory);
    const auto identity = identity_in_use(request, plan);
    // A renewal under the same keys asks nothing of the clients.
    if (plan.is_mere_renewal || (!identity && plan.kind == CertificateKind::plain))
        return;
    report.client_conf = {"keysdir <its key directory>", "crypto pw <password>",
                          fmt::format("server {} autokey{}", word(request.host),
                                      identity ? fmt::format(" ident {}", word(identity->name.owner)) : "")};
    // A private certificate and its keys are the same on all hosts of the group.
    if (plan.kind == CertificateKind::private_) {
        report.client_steps = {fmt::format("keylink --install{}", files_to_share(report, plan))};
    } else {
        const std::string in_group = plan.group.empty() ? "" : fmt::format(" -s @{}", plan.group);
        report.client_steps = {fmt::format("keygen{} -p <password>", in_group)};
    }
    if (identity)
        add_identity_steps(report, request, plan, directory, *identity);
}

}  // namespace keygen::generation

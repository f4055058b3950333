#include "generate/advice.hpp"

#include <fmt/format.h>

#include <algorithm>

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

}  // namespace

void add_advice(GenerateReport& report, const GenerateRequest& request, const Plan& plan,
                const keysdir::Directory& directory) {
    const bool has_default_password = request.password.equals(request.host);
    const std::string password = has_default_password ? "" : " pw <password>";
    const std::string ident = plan.group.empty() ? "" : fmt::format(" ident {}", plan.group);
    report.server_conf = {fmt::format("keysdir {}", directory.absolute_path()),
                          fmt::format("crypto host {}{}{}", request.host, ident, password)};

    const std::string in_group = plan.group.empty() ? "" : fmt::format(" -s @{}", plan.group);
    const auto identity = identity_in_use(request, plan);
    if (!identity && plan.kind == CertificateKind::plain)
        return;
    report.client_conf = {"keysdir <its key directory>", "crypto pw <password>",
                          fmt::format("server {} autokey{}", request.host,
                                      identity ? fmt::format(" ident {}", identity->name.owner) : "")};
    // A private certificate and its keys are the same on all hosts of the group.
    if (plan.kind == CertificateKind::private_)
        report.client_steps = {fmt::format("keylink --install{}", files_to_share(report, plan))};
    else
        report.client_steps = {fmt::format("keygen{} -p <password>", in_group)};
    if (identity)
        add_identity_steps(report, request, plan, directory, *identity);
}

}  // namespace keygen::generation

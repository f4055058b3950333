#include "generate/advice.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace keygen::generate_room {

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

std::string file_behind(const GenerateReport& report, const std::string& link, std::string kept) {
    for (const KeysdirChanges::Link& made : report.changes.links) {
        if (made.name == link)
            return made.target;
    }
    return kept;
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
    const bool is_there =
        plan.makes_identity || directory.kind_of(file.text()) == keysdir::EntryKind::regular;
    if (!is_there) {
        const std::string group = plan.group.empty() ? "" : fmt::format("@{}", plan.group);
        const std::string& path = request.keysdir.directory;
        const std::string keysdir = path == "." ? "" : fmt::format(" --keysdir {}", path);
        report.server_steps.push_back(
            fmt::format("keygen -e{} -s {}{} -p <password> > {}", keysdir, request.host, group, file.text()));
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
    const std::vector<std::string> client_conf = {"keysdir <its key directory>", "crypto pw <password>"};
    if (const auto identity = identity_in_use(request, plan)) {
        report.client_conf = client_conf;
        report.client_conf.push_back(
            fmt::format("server {} autokey ident {}", request.host, identity->name.owner));
        report.client_steps = {fmt::format("keygen{} -p <password>", in_group)};
        add_identity_steps(report, request, plan, directory, *identity);
    } else if (plan.kind == CertificateKind::private_) {
        const auto link = [&](const char* key) { return keysdir::LinkName{key, request.host}.text(); };
        report.client_conf = client_conf;
        report.client_conf.push_back(fmt::format("server {} autokey", request.host));
        report.client_steps = {
            fmt::format("keylink --install {} {}",
                        file_behind(report, link("host"), plan.host_key ? plan.host_key->source.file : ""),
                        file_behind(report, link("cert"), ""))};
    } else if (plan.kind == CertificateKind::trusted) {
        report.client_conf = client_conf;
        report.client_conf.push_back(fmt::format("server {} autokey", request.host));
        report.client_steps = {fmt::format("keygen{} -p <password>", in_group)};
    }
}

}  // namespace keygen::generate_room

#include "generate/planned_files.hpp"

#include <fmt/format.h>

#include "generate/identity_files.hpp"
#include "identity/identity.hpp"

namespace keygen::generation {

std::vector<StagedFile> plan_files(const Plan& plan, const GenerateRequest& request) {
    std::vector<StagedFile> files;
    const auto add = [&](std::string type, const std::string& owner, bool is_private,
                         std::vector<std::string> links, std::string description) {
        files.push_back({{std::move(type), owner, plan.filestamp},
                         {},
                         is_private,
                         std::move(description),
                         std::move(links)});
    };
    const auto link = [&](const char* key) { return std::vector{keysdir::LinkName{key, plan.host}.text()}; };
    if (plan.makes_host_key)
        add("RSAhost", plan.host, true, link("host"),
            fmt::format("RSA host key, {} bits", plan.modulus_bits));
    if (request.new_sign_key)
        add(fmt::format("{}sign", name_of(*request.new_sign_key)), plan.host, true, link("sign"),
            fmt::format("{} sign key, {} bits", name_of(*request.new_sign_key), plan.modulus_bits));
    if (plan.makes_identity) {
        const IdentityScheme scheme = request.identity->scheme;
        const std::string& owner = plan.identity_owner();
        const auto identity_file = [&](IdentityRole role, std::string description) {
            add(file_type_of(scheme, role), owner, true,
                identity_links(keysdir::link_key_of(scheme, role), plan.host, owner), std::move(description));
        };
        identity_file(IdentityRole::server,
                      fmt::format("{} server key, {} bits", name_of(scheme), plan.identity_bits));
        if (scheme == IdentityScheme::mv) {
            identity_file(IdentityRole::authority,
                          fmt::format("MV trusted authority, {} clients", request.identity->mv_clients));
            for (unsigned client = 1; client <= request.identity->mv_clients; ++client)
                add(fmt::format("MVpar{}", client), owner, true, {},
                    fmt::format("MV parameters of client {}", client));
        } else {
            add(file_type_of(scheme, IdentityRole::client), owner, false, {},
                scheme == IdentityScheme::gq ? fmt::format("GQ client parameters, for the {} reading",
                                                           name_of(request.identity->gq_layout))
                                             : fmt::format("{} client parameters", name_of(scheme)));
        }
    }
    add(fmt::format("{}cert", plan.scheme.name), plan.host, false, link("cert"),
        fmt::format("{} certificate of {}, {}", name_of(plan.kind), plan.common_name(), plan.scheme.name));
    return files;
}

}  // namespace keygen::generation

#include "generate/advice.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace keygen::generate_room {

void add_advice(GenerateReport& report, const GenerateRequest& request, bool has_default_password) {
    const std::string password = has_default_password ? "" : " pw <password>";
    const std::string ident = report.group.empty() ? "" : fmt::format(" ident {}", report.group);
    report.server_conf = {fmt::format("keysdir {}", request.keysdir.directory),
                          fmt::format("crypto host {}{}{}", report.host, ident, password)};

    const auto& files = report.changes.files;
    const auto parameters = std::find_if(files.begin(), files.end(), [](const KeysdirChanges::File& file) {
        return file.description.find("parameters") != std::string::npos;
    });
    const std::string owner = report.group.empty() ? report.host : report.group;
    const std::string in_group = report.group.empty() ? "" : fmt::format(" -s @{}", report.group);
    if (parameters != files.end()) {
        report.client_conf = {fmt::format("keysdir {}", request.keysdir.directory), "crypto pw <password>",
                              fmt::format("server {} autokey ident {}", report.host, owner)};
        report.client_steps = {fmt::format("keygen{} -p <password>", in_group),
                               fmt::format("keylink --install {}", parameters->name)};
    } else if (report.certificate.kind == CertificateKind::private_) {
        report.client_conf = {"crypto pw <password>", fmt::format("server {} autokey", report.host)};
        report.client_steps = {"copy host key and certificate to every member of the group",
                               "keylink --install <host key> <certificate>"};
    } else if (report.certificate.kind == CertificateKind::trusted) {
        report.client_conf = {"crypto pw <password>", fmt::format("server {} autokey", report.host)};
        report.client_steps = {fmt::format("keygen{} -p <password>", in_group)};
    }
}

}  // namespace keygen::generate_room

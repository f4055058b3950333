#include "inspect/remedy.hpp"

#include <keygen/certificate.hpp>
#include <keygen/error.hpp>

#include <fmt/format.h>

namespace keygen::inspect_room {

namespace {

// What ntpd's own name for this machine is among the hosts of a directory.
std::string host_of_directory(const Subject& subject, const Surroundings& around) {
    const auto& hosts = subject.names->hosts;
    if (hosts.contains(around.request.host_name))
        return around.request.host_name;
    return hosts.empty() ? "" : *hosts.begin();
}

std::string keysdir_option(const Subject& subject) {
    const std::string& directory = subject.file.directory;
    return directory.empty() || directory == "." ? "" : " --keysdir " + shell_word(directory);
}

std::string host_option(const Subject& subject, const Surroundings& around) {
    const std::string host = host_of(subject, around);
    return host.empty() ? "" : " --host " + shell_word(host);
}

// "-s host@group" where the group is known to be one.
std::string subject_option(const Subject& subject, const Surroundings& around) {
    const std::string host = host_of(subject, around);
    if (host.empty())
        return "";
    const std::string& owner = subject.file.owner;
    const bool has_group = subject.file.scheme && !owner.empty() && owner != host;
    return " -s " + shell_word(has_group ? host + "@" + owner : host);
}

std::string on_server(const Subject& client, std::string_view command) {
    return client.file.owner.empty()
               ? fmt::format("on the server: {}", command)
               : fmt::format("on the server of {}: {}", quoted(client.file.owner), command);
}

// OpenSSL drops line 1, without which ntpd refuses the file.
std::string reencrypt_command(const std::string& path, const std::string& output) {
    return fmt::format(
        "(umask 077; {{ sed '/-----BEGIN/,$d' {0}; openssl pkcs8 -in {0} -topk8 -v2 aes-256-cbc -iter 20000; "
        "}} >{1}) && cp {1} {0} && rm {1}",
        path, output);
}

std::string option_of(const Subject& subject) {
    switch (*subject.file.scheme) {
        case IdentityScheme::iff:
            return "-I";
        case IdentityScheme::gq:
            return "-G";
        case IdentityScheme::mv:
            break;
    }
    unsigned clients = subject.file.mv_clients.value_or(0);
    if (const auto found = subject.names->mv_clients.find(subject.file.owner);
        clients == 0 && found != subject.names->mv_clients.end())
        clients = found->second;
    return clients == 0 ? "" : fmt::format("-V {}", clients);
}

}  // namespace

std::string host_of(const Subject& subject, const Surroundings& around) {
    const std::string& owner = subject.file.owner;
    if (!subject.file.scheme && !owner.empty() &&
        (subject.names->hosts.empty() || subject.names->hosts.contains(owner)))
        return owner;
    return host_of_directory(subject, around);
}

std::string keygen_for(const Subject& subject, std::string_view options, const Surroundings& around) {
    return fmt::format("keygen{}{}{}{} --ask-password", keysdir_option(subject), options.empty() ? "" : " ",
                       options, subject_option(subject, around));
}

std::string certificate_renewal(const Subject& subject, std::string_view options,
                                const Surroundings& around) {
    const auto& certificate = subject.file.certificate;
    const std::string maker = certificate ? split_common_name(certificate->subject).host : std::string();
    // All members of a group have the private certificate of the one that made it.
    const bool is_members_copy = certificate && !subject.names->hosts.empty() &&
                                 certificate->kind == CertificateKind::private_ &&
                                 !subject.names->hosts.contains(maker);
    if (!is_members_copy)
        return keygen_for(subject, options, around);
    return fmt::format(
        "on {}, which made it: keygen -s {} --ask-password; then here, with a copy of the new "
        "certificate: {}",
        quoted(maker), shell_word(maker), installation(subject, "", "", around));
}

std::string key_renewal(const Subject& subject, const Surroundings& around) {
    if (subject.file.role == IdentityRole::client) {
        const std::string option =
            subject.file.scheme == IdentityScheme::mv ? "-V <clients>" : option_of(subject);
        return on_server(subject, fmt::format("keygen -T {} --new-identity --ask-password", option));
    }
    if (!subject.file.scheme) {
        const bool has_signer = subject.file.kind == FileKind::certificate &&
                                subject.names->signers.contains(host_of(subject, around));
        const bool is_signer = subject.file.kind == FileKind::sign_key || has_signer;
        if (subject.file.kind == FileKind::certificate)
            return certificate_renewal(subject, is_signer ? "-S RSA" : "-H", around);
        return keygen_for(subject, is_signer ? "-S RSA" : "-H", around);
    }
    const std::string option = option_of(subject);
    return option.empty() ? "" : keygen_for(subject, fmt::format("-T {} --new-identity", option), around);
}

std::string reencryption(const Subject& subject, const Surroundings& around) {
    const InspectedFile& file = subject.file;
    if (file.scheme == IdentityScheme::mv)
        return mv_rewrite(subject, around);
    if (!file.scheme || file.directory.empty())
        return key_renewal(subject, around);
    return reencrypt_command(path_word(file.path), path_word(file.path + ".new"));
}

std::string password_change(const std::vector<const Subject*>& keys) {
    std::string paths;
    for (const Subject* key : keys) {
        if (key->file.scheme == IdentityScheme::mv)  // whose numbers PKCS#8 does not keep
            return "";
        paths += " " + path_word(key->file.path);
    }
    return fmt::format("for f in{}; do {}; done", paths, reencrypt_command("\"$f\"", "\"$f.new\""));
}

std::string client_reissue(const Subject& client, const Surroundings& around) {
    const unsigned number = mv_client_of(client.file.type);
    const std::string file = fmt::format("{}par.txt", scheme_word(*client.file.scheme));
    const std::string choice = number == 0 ? "" : fmt::format(" --mv-client {}", number);
    return fmt::format("{}; then here, with a copy of that file: {}",
                       on_server(client, fmt::format("keygen -e{} --ask-password >{}", choice, file)),
                       installation(client, file, "--force", around));
}

std::string gq_reissue(const Subject& client, const Surroundings& around) {
    return fmt::format(
        "{}; then here, with a copy of that file: {}",
        on_server(client, "keygen --repair --ask-password && keygen -e --ask-password >gqpar.txt"),
        installation(client, "gqpar.txt", "--force", around));
}

std::string mv_rewrite(const Subject& subject, const Surroundings& around) {
    return subject.names->has_authority ? keygen_for(subject, "-v 1", around) : "";
}

std::string link_making(const Subject& subject, const Surroundings& around) {
    return fmt::format("keylink{} {}", host_option(subject, around), path_word(subject.file.path));
}

std::string installation(const Subject& subject, std::string_view path, std::string_view options,
                         const Surroundings& around) {
    return fmt::format("keylink --install{}{}{}{} {}", options.empty() ? "" : " ", options,
                       keysdir_option(subject), host_option(subject, around),
                       path.empty() ? std::string("<copy>") : path_word(path));
}

}  // namespace keygen::inspect_room

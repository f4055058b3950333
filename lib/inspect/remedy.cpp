#include "inspect/remedy.hpp"

#include <keygen/certificate.hpp>
#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>

#include "inspect/identify.hpp"
#include "keysdir/filename.hpp"

namespace keygen::inspection {

namespace {

// What ntpd's own name for this machine is among the hosts of a directory.
std::string host_of_directory(const ExaminedFile& subject, const Context& context) {
    const auto& hosts = subject.names->hosts;
    if (hosts.contains(context.request.host_name))
        return context.request.host_name;
    return hosts.empty() ? "" : *hosts.begin();
}

std::string keysdir_option(std::string_view directory) {
    return directory.empty() || directory == "." ? "" : " --keysdir " + shell_word(directory);
}

std::string keysdir_option(const ExaminedFile& subject) {
    return keysdir_option(subject.file.directory);
}

std::string host_option(const ExaminedFile& subject, const Context& context) {
    const std::string host = host_of(subject, context);
    return host.empty() ? "" : " --host " + shell_word(host);
}

// "-s host@group" where the group is known to be one.
std::string subject_option(const ExaminedFile& subject, const Context& context) {
    const std::string host = host_of(subject, context);
    if (host.empty())
        return "";
    const std::string& owner = subject.file.owner;
    const bool has_group = subject.file.scheme && !owner.empty() && owner != host;
    return " -s " + shell_word(has_group ? host + "@" + owner : host);
}

std::string on_server(const InspectedFile& client, std::string_view command) {
    return client.owner.empty() ? fmt::format("on the server: {}", command)
                                : fmt::format("on the server of {}: {}", escaped(client.owner), command);
}

// keygen's option for an identity key; empty for MV where nothing tells for how many clients.
std::string option_of(IdentityScheme scheme, unsigned mv_clients) {
    switch (scheme) {
        case IdentityScheme::iff:
            return "-I";
        case IdentityScheme::gq:
            return "-G";
        case IdentityScheme::mv:
            break;
    }
    return mv_clients == 0 ? "" : fmt::format("-V {}", mv_clients);
}

std::string option_of(const ExaminedFile& subject) {
    const unsigned clients = subject.file.mv_clients.value_or(0);
    return option_of(*subject.file.scheme,
                     clients == 0 ? subject.names->mv_clients_of(subject.file.owner) : clients);
}

std::string parameters_file(IdentityScheme scheme) {
    return fmt::format("{}par.txt", scheme_word(scheme));
}

// Of a server that may have keys of several schemes. A client of MV has a secret of its own.
std::string exporting(IdentityScheme scheme, unsigned mv_client, std::string_view place) {
    const std::string file = parameters_file(scheme);
    if (scheme != IdentityScheme::mv)
        return fmt::format("keygen{} -e {} --ask-password >{}", place, option_of(scheme, 0), file);
    return fmt::format("(umask 077 && keygen{} -e --mv-client {} --ask-password >{})", place,
                       mv_client == 0 ? "<client>" : std::to_string(mv_client), file);
}

}  // namespace

std::string host_of(const ExaminedFile& subject, const Context& context) {
    const std::string& owner = subject.file.owner;
    if (!subject.file.scheme && !owner.empty() &&
        (subject.names->hosts.empty() || subject.names->hosts.contains(owner)))
        return owner;
    return host_of_directory(subject, context);
}

std::string keygen_for(const ExaminedFile& subject, std::string_view options, const Context& context) {
    return fmt::format("keygen{}{}{}{} --ask-password", keysdir_option(subject), options.empty() ? "" : " ",
                       options, subject_option(subject, context));
}

std::string certificate_renewal(const ExaminedFile& subject, std::string_view options,
                                const Context& context) {
    const auto& certificate = subject.file.certificate;
    const std::string maker = certificate ? split_common_name(certificate->subject).host : std::string();
    // All members of a group have the private certificate of the one that made it.
    const bool is_members_copy = certificate && !subject.names->hosts.empty() &&
                                 certificate->kind == CertificateKind::private_ &&
                                 !subject.names->hosts.contains(maker);
    if (!is_members_copy)
        return keygen_for(subject, options, context);
    return fmt::format(
        "on {}, which made it: keygen -s {} --ask-password; then here, with a copy of the new "
        "certificate: {}",
        escaped(maker), shell_word(maker), installation(subject, "", "", context));
}

std::string key_renewal(const ExaminedFile& subject, const Context& context) {
    if (subject.file.role == IdentityRole::client) {
        const std::string option =
            subject.file.scheme == IdentityScheme::mv ? "-V <clients>" : option_of(subject);
        return on_server(subject.file,
                         with_handover(fmt::format("keygen -T {} --new-identity --ask-password", option),
                                       *subject.file.scheme, ""));
    }
    if (!subject.file.scheme) {
        const bool has_signer = subject.file.kind == FileKind::certificate &&
                                subject.names->signers.contains(host_of(subject, context));
        const bool is_signer = subject.file.kind == FileKind::sign_key || has_signer;
        if (subject.file.kind == FileKind::certificate)
            return certificate_renewal(subject, is_signer ? "-S RSA" : "-H", context);
        return keygen_for(subject, is_signer ? "-S RSA" : "-H", context);
    }
    const std::string option = option_of(subject);
    if (option.empty())
        return "";
    return with_handover(keygen_for(subject, fmt::format("-T {} --new-identity", option), context),
                         *subject.file.scheme, keysdir_option(subject) + subject_option(subject, context));
}

std::string identity_making(const HostAndGroup& subject, IdentityScheme scheme, unsigned mv_clients,
                            const std::vector<std::string>& lost_links, std::string_view directory) {
    const std::string option = option_of(scheme, mv_clients);
    const std::string name = subject.group.empty() ? subject.host : subject.host + "@" + subject.group;
    const std::string place = fmt::format("{} -s {}", keysdir_option(directory), shell_word(name));
    // Nothing is removed while a word is to be filled in.
    return (option.empty() ? std::string() : removal(lost_links)) +
           with_handover(
               fmt::format("keygen{} -T {} --ask-password", place, option.empty() ? "-V <clients>" : option),
               scheme, place);
}

std::string with_handover(std::string_view making, IdentityScheme scheme, std::string_view place) {
    return fmt::format(
        "{} && {}; then on each client, with a copy of that file: keylink --install --force {}", making,
        exporting(scheme, 0, place), parameters_file(scheme));
}

std::string reencryption(const ExaminedFile& subject, const Context& context) {
    return subject.file.directory.empty()
               ? ""
               : keygen_for(subject, "--change-password --ask-new-password", context);
}

std::string new_password(const ExaminedFile& subject, const Context& context) {
    return password_setting(fmt::format("keygen{} --change-password{}", keysdir_option(subject),
                                        subject_option(subject, context)),
                            "ntp.conf");
}

std::string password_setting(std::string_view changing, std::string_view conf) {
    return fmt::format("{} --ask-new-password; then write \"crypto pw <new password>\" into {}", changing,
                       conf);
}

std::string client_reissue(const InspectedFile& client, std::string_view place, std::string_view before) {
    return fmt::format("{}; then here, with a copy of that file: {}keylink --install --force{} {}",
                       on_server(client, exporting(*client.scheme, mv_client_of(client.type), "")), before,
                       place, parameters_file(*client.scheme));
}

std::string client_reissue(const ExaminedFile& client, const Context& context) {
    return client_reissue(client.file, keysdir_option(client) + host_option(client, context));
}

std::string gq_reissue(const ExaminedFile& client, const Context& context) {
    return fmt::format(
        "{}; then here, with a copy of that file: {}",
        on_server(client.file, "keygen --repair --ask-password && " + exporting(IdentityScheme::gq, 0, "")),
        installation(client, parameters_file(IdentityScheme::gq), "--force", context));
}

std::string mv_rewrite(const ExaminedFile& subject, const Context& context) {
    return subject.names->has_authority ? keygen_for(subject, "-v 1", context) : "";
}

bool is_broken_link(const std::string& path, const Context& context) {
    return std::any_of(BROKEN_LINKS.begin(), BROKEN_LINKS.end(),
                       [&](std::string_view id) { return context.findings.has(id, path); });
}

std::string removal(const std::vector<std::string>& paths) {
    std::string words;
    for (const std::string& path : paths)
        words += " " + path_word(path);
    return words.empty() ? "" : fmt::format("rm{} && ", words);
}

bool is_about_broken_link(const Finding& finding) {
    return std::find(BROKEN_LINKS.begin(), BROKEN_LINKS.end(), finding.id) != BROKEN_LINKS.end();
}

std::string link_making(const std::vector<const ExaminedFile*>& files, const std::string& host,
                        const Context& context, bool is_forced) {
    std::string words;
    bool is_in_the_way = is_forced;
    for (const ExaminedFile* subject : files) {
        const InspectedFile& file = subject->file;
        const auto key = keysdir::link_key_of(file.type);
        const std::string link = key ? keysdir::LinkName{*key, file.owner}.text() : std::string();
        const std::string directory = file.path.substr(0, file.path.size() - file.name.size());
        is_in_the_way = is_in_the_way || is_broken_link(directory + link, context);
        words += " " + path_word(file.path);
    }
    return fmt::format("keylink{}{}{}", is_in_the_way ? " --force" : "",
                       host.empty() ? "" : " --host " + shell_word(host), words);
}

std::string link_making(const ExaminedFile& subject, const Context& context, bool is_forced) {
    return link_making(std::vector{&subject}, host_of(subject, context), context, is_forced);
}

std::string installation(const ExaminedFile& subject, std::string_view path, std::string_view options,
                         const Context& context) {
    return fmt::format("keylink --install{}{}{}{} {}", options.empty() ? "" : " ", options,
                       keysdir_option(subject), host_option(subject, context),
                       path.empty() ? std::string("<copy>") : path_word(path));
}

}  // namespace keygen::inspection

#include <keygen/error.hpp>
#include <keygen/link.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "crypto/certificate.hpp"
#include "keysdir/command_text.hpp"
#include "keysdir/filename.hpp"
#include "keysdir/header.hpp"
#include "keysdir/linked_keys.hpp"
#include "keysdir/links.hpp"
#include "keysdir/settled_directory.hpp"
#include "keysdir/staging.hpp"
#include "link/received_file.hpp"

namespace keygen {

using linking::ReceivedFile;

namespace {

bool is_identity_parameter(std::string_view key) {
    return key == "iffpar" || key == "gqpar" || key == "mvpar";
}

bool is_own_key(std::string_view key) {
    return key == "host" || key == "sign" || key == "cert";
}

std::vector<std::string> links_for(const ReceivedFile& file, const LinkRequest& request) {
    std::set<std::string> links;
    const std::string& owner = file.name.owner;
    const auto add = [&](const std::string& key, const std::string& whose) {
        links.insert(keysdir::LinkName{key, whose}.text());
    };
    if (is_own_key(file.link_key)) {
        add(file.link_key, request.host);
    } else if (is_identity_parameter(file.link_key)) {
        if (request.layout != LinkLayout::classic)
            add(file.link_key, owner);
        if (request.layout != LinkLayout::ntpd) {
            const std::string scheme = file.link_key.substr(0, file.link_key.size() - 3);
            add(scheme, request.server.empty() ? owner : request.server);
            add(scheme, request.client.empty() ? request.host : request.client);
        }
    } else {
        add(file.link_key, owner);
        add(file.link_key, request.host);  // where ntpd without `crypto ident` looks for a server's keys
    }
    return {links.begin(), links.end()};
}

// The name that links lead to: the file's own, which has to be in the directory, also where the caller names
// a link to it.
std::string name_within(const keysdir::Directory& directory, const std::string& path) {
    const std::filesystem::path file(path);
    struct stat parent {};
    struct stat keysdir {};
    const std::string parent_path = file.has_parent_path() ? file.parent_path().string() : ".";
    if (::stat(parent_path.c_str(), &parent) != 0)
        throw keysdir::system_failure("look at", parent_path);
    if (::fstat(directory.descriptor(), &keysdir) != 0)
        throw keysdir::system_failure("look at", directory.path());
    const bool is_inside = parent.st_dev == keysdir.st_dev && parent.st_ino == keysdir.st_ino;
    if (!is_inside)
        throw Error(ErrorCode::bad_request, fmt::format("the file is not in the key directory, {}",
                                                        keygen::escaped(directory.path())))
            .in(path)
            .hint("copy it there under its proper name with --install");
    const auto name = keysdir::resolve(directory, file.filename().string());
    if (!name)
        throw Error(ErrorCode::not_found, "cannot read: No such file or directory").in(path);
    return *name;
}

struct GivenFile {
    std::string path;
    SecretBytes text;
    std::string own_name;  ///< in the directory, where it is not to be installed
};

std::vector<GivenFile> read_files(const keysdir::Directory& directory, const LinkRequest& request) {
    std::vector<GivenFile> files;
    for (const std::string& path : request.files) {
        if (!request.install) {
            std::string name = name_within(directory, path);
            files.push_back({path, directory.read(name), name});
        } else if (path != "-") {
            files.push_back({path, keysdir::read_file(path), ""});
        } else {
            for (SecretBytes& text : linking::split_key_files(request.standard_input.text()))
                files.push_back({"(standard input)", std::move(text), ""});
        }
    }
    return files;
}

void require_not_older(const keysdir::Directory& directory, const std::string& link,
                       const ReceivedFile& file) {
    std::optional<std::string> linked;
    try {
        linked = keysdir::resolve(directory, link);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::input_output)
            throw;
        return;  // a link that dangles or leads elsewhere is what this run mends
    }
    if (!linked || directory.link_target(link) == std::nullopt)
        return;
    const SecretBytes text = directory.read(*linked);
    const auto header = keysdir::parse_header(text.text());
    if (header && header->filestamp && file.name.filestamp.is_older_than(*header->filestamp))
        throw Error(ErrorCode::already_exists,
                    fmt::format("filestamp {} is older than that of {}, which {} leads to",
                                file.name.filestamp.value(), keygen::escaped(*linked), link))
            .in(file.path)
            .hint("--force goes back to it");
}

void require_no_foreign_link(const keysdir::Directory& directory, const std::string& link) {
    const auto target = directory.link_target(link);
    if (!target)
        return;
    try {
        (void)keysdir::resolve(directory, link);
    } catch (Error& error) {
        throw Error(ErrorCode::already_exists, error.message())
            .in(error.path())
            .hint("--force replaces the link");
    }
}

// The last of several files would win silently otherwise, say of the parameters of all MV clients.
void require_no_rival(const std::vector<keysdir::StagedLink>& links, const std::string& link,
                      const std::string& target) {
    for (const auto& other : links) {
        if (other.name == link && other.target != target)
            throw Error(ErrorCode::bad_request,
                        fmt::format("{} and {} both want the link {}", keygen::escaped(other.target),
                                    keygen::escaped(target), link))
                .hint("name the one file that is this machine's");
    }
}

void warn_about_reading(const ReceivedFile& file, LinkReport& report) {
    if (!file.is_for_published_reading)
        return;
    report.changes.warnings.push_back(
        fmt::format("{} has the group key where ntpd before 4.2.8p9 looks; ntpd 4.2.8p9 and later answers "
                    "\"identity not verified\"",
                    keygen::escaped(file.path)));
    report.hints.push_back(
        "on the server: keygen --repair -p <password> where ntp-keygen made its key, then keygen -e > gqpar");
}

// The subject of this host's certificate once the links are made; nothing without one.
std::optional<std::string> subject_to_be(const keysdir::Directory& directory, const LinkRequest& request,
                                         const std::vector<ReceivedFile>& received) {
    for (const ReceivedFile& file : received) {
        if (file.link_key == "cert" && (file.name.owner == request.host || file.is_private_certificate))
            return crypto::parse_certificate(file.text.text()).fields.subject;
    }
    const auto linked = keysdir::find_certificate(directory, request.host);
    return linked ? std::optional(linked->certificate.fields.subject) : std::nullopt;
}

std::string group_word(const std::string& group) {
    return group.empty() ? "no group" : fmt::format("group {}", group);
}

// ntpd drops the other side where only one certificate has a group, or they have different ones. What is
// advised has to be true: only a file that says whose its owner is leads to a command.
void warn_about_group(const keysdir::Directory& directory, const LinkRequest& request,
                      const std::vector<ReceivedFile>& received, const ReceivedFile& file,
                      LinkReport& report) {
    const std::string& owner = file.name.owner;
    if (!file.owner_kind && (owner == request.server || owner == request.host))
        return;
    std::optional<std::string> subject;
    try {
        subject = subject_to_be(directory, request, received);
    } catch (const Error& error) {
        // The links can be made: what is wrong with the certificate is no failure of this run.
        report.changes.warnings.push_back(error.what());
        return;
    }
    if (!subject)
        return;
    const std::string own = split_common_name(*subject).group;
    if (!file.owner_kind) {
        if (own.empty())
            report.changes.warnings.push_back(fmt::format(
                "the certificate of {} names no group: if {} is the group of the server and no host, "
                "that server drops this client",
                request.host, owner));
        return;
    }
    const std::string wanted = *file.owner_kind == keysdir::OwnerKind::group ? owner : "";
    if (own == wanted)
        return;
    report.changes.warnings.push_back(
        fmt::format("the certificate of {} has {}, the server's {}: ntpd drops the "
                    "other side",
                    request.host, group_word(own), group_word(wanted)));
    report.hints.push_back(fmt::format("keygen {} -p <password> makes one that fits",
                                       keysdir::place_options(request.keysdir, request.host, wanted)));
}

void warn_about_missing_keys(const keysdir::Directory& directory, const LinkRequest& request,
                             const ReceivedFile& file, LinkReport& report) {
    const std::string link = keysdir::LinkName{"host", request.host}.text();
    const bool comes_along = std::any_of(report.changes.links.begin(), report.changes.links.end(),
                                         [&](const auto& made) { return made.name == link; });
    if (comes_along || directory.kind_of(link) != keysdir::EntryKind::missing)
        return;
    report.changes.warnings.push_back(fmt::format(
        "{} has no host key here ({}); ntpd does not start Autokey without one", request.host, link));
    const std::string& owner = file.name.owner;
    const bool is_of_host =
        file.owner_kind ? *file.owner_kind == keysdir::OwnerKind::host : owner == request.server;
    report.hints.push_back(
        is_of_host ? fmt::format("keygen {} -p <password> makes host key and certificate",
                                 keysdir::place_options(request.keysdir, request.host, ""))
        : file.owner_kind
            ? fmt::format("keygen {} -p <password> makes host key and certificate",
                          keysdir::place_options(request.keysdir, request.host, owner))
            : fmt::format("keygen {} -p <password> makes host key and certificate; leave out @{} where "
                          "{} is a host, not a group",
                          keysdir::place_options(request.keysdir, request.host, owner), owner, owner));
}

// A link to a filestamp that is never reached would bar every true one.
void require_present(const ReceivedFile& file, const LinkRequest& request) {
    constexpr std::int64_t MAX_CLOCK_DIFFERENCE_SECONDS = 3600;
    if (file.name.filestamp.to_unix(request.now) - request.now > MAX_CLOCK_DIFFERENCE_SECONDS)
        throw Error(ErrorCode::bad_file,
                    fmt::format("filestamp {} is of {}, which is yet to come", file.name.filestamp.value(),
                                format_utc(file.name.filestamp.to_unix(request.now))))
            .in(file.path)
            .hint("set the clock where it is wrong, here or on the server; --force takes the file");
}

// An exported server key opens with the password of another server. ntpd ends over a key under its links that
// its own password does not open.
void warn_about_server_key(const ReceivedFile& file, LinkReport& report) {
    if (!file.is_encrypted_server_key)
        return;
    report.changes.warnings.push_back(fmt::format(
        "{} is a server's key: ntpd here does not start unless its crypto pw opens it", escaped(file.path)));
    report.hints.push_back("a client needs the parameters instead, which keygen -e prints on the server");
}

void warn_about_owner(const LinkRequest& request, const ReceivedFile& file, LinkReport& report) {
    if (file.link_key == "cert" && file.name.owner != request.host && !file.is_private_certificate)
        report.changes.warnings.push_back(
            fmt::format("{} is the certificate of {}, and no private one (-P) that a group shares: ntpd on "
                        "{} needs its own",
                        file.path, file.name.owner, request.host));
}

}  // namespace

LinkLayout parse_link_layout(std::string_view text) {
    if (text == "ntpd")
        return LinkLayout::ntpd;
    if (text == "classic")
        return LinkLayout::classic;
    if (text == "all")
        return LinkLayout::all;
    throw Error(ErrorCode::bad_request,
                fmt::format("unknown layout \"{}\": ntpd, classic or all", escaped(text)));
}

LinkReport link_files(const LinkRequest& request) {
    require_usable_owner(request.host, "host name");
    if (!request.server.empty())
        require_usable_owner(request.server, "server name");
    if (!request.client.empty())
        require_usable_owner(request.client, "client name");
    LinkReport report;
    auto directory = keysdir::open_for_changes(request.keysdir, request.keysdir.progress, report.changes);
    directory.require_writable();
    std::vector<ReceivedFile> received;
    std::vector<keysdir::StagedFile> files;
    std::vector<keysdir::StagedLink> links;
    for (auto& [path, text, own_name] : read_files(directory, request)) {
        ReceivedFile file = linking::examine_received_file(path, std::move(text), request.keysdir.force);
        const std::string target = request.install ? file.name.text() : own_name;
        for (const std::string& link : links_for(file, request)) {
            if (link == target) {  // ntpd opens the file itself under this name
                report.unchanged.push_back(link);
                continue;
            }
            if (!request.keysdir.force) {
                require_present(file, request);
                require_no_foreign_link(directory, link);
                require_not_older(directory, link, file);
            }
            require_no_rival(links, link, target);
            if (directory.link_target(link) == target)
                report.unchanged.push_back(link);
            links.push_back({link, target});
        }
        warn_about_owner(request, file, report);
        warn_about_reading(file, report);
        if (request.install)
            warn_about_server_key(file, report);
        const bool is_there = request.install && directory.kind_of(target) == keysdir::EntryKind::regular &&
                              directory.read(target).equals(file.text);
        if (request.install && !is_there)
            files.push_back({file.name,
                             file.text.clone(),
                             keysdir::is_private_type(file.name.type),
                             fmt::format("installed from {}", keygen::escaped(path)),
                             {}});
        received.push_back(std::move(file));
    }
    keysdir::Staging staging(std::move(files), links, directory, request.keysdir, report.changes);
    const auto parameters = std::find_if(received.begin(), received.end(), [](const ReceivedFile& file) {
        return is_identity_parameter(file.link_key);
    });
    if (parameters != received.end()) {
        warn_about_missing_keys(directory, request, *parameters, report);
        warn_about_group(directory, request, received, *parameters, report);
    }
    staging.commit();
    return report;
}

}  // namespace keygen

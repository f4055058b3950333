#include "generate/keys_file_edit.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "crypto/policy.hpp"
#include "daemon/ntp_text.hpp"
#include "keysdir/links.hpp"
#include "keysdir/publication.hpp"
#include "keysdir/settled_directory.hpp"
#include "symmetric/type.hpp"

namespace keygen::generation {

namespace {

constexpr mode_t MODE_BITS = 07777;

void warn_about_mode(const std::string& path, mode_t mode, std::vector<std::string>& warnings) {
    if ((mode & S_IROTH) != 0)
        warnings.push_back(
            fmt::format("{}: everybody on this machine can read these keys (mode {:04o}); chmod 640 helps",
                        keygen::escaped(path), mode & MODE_BITS));
}

// "1 2 5", or in ntpd's words "1 2 (5 ... 9)". All on one line: a second trustedkey line replaces the first.
std::string format_ids(std::vector<std::uint32_t> ids, Dialect dialect) {
    std::sort(ids.begin(), ids.end());
    std::string text;
    for (std::size_t begin = 0, end = 0; begin < ids.size(); begin = end) {
        end = begin + 1;
        while (end < ids.size() && ids[end] - ids[begin] == end - begin)
            ++end;
        constexpr std::size_t SHORTEST_RANGE = 3;
        if (dialect == Dialect::ntpsec || end - begin < SHORTEST_RANGE)
            end = begin + 1;
        text += end - begin > 1 ? fmt::format(" ({} ... {})", ids[begin], ids[end - 1])
                                : fmt::format(" {}", ids[begin]);
    }
    return text;
}

// The statement that names the file; nothing where its path has no form there.
std::optional<std::string> path_line(Dialect dialect, const std::string& path) {
    if (dialect == Dialect::chrony)  // chronyd's words end at white space, whatever stands around them
        return path.find_first_of(" \t") == std::string::npos ? std::optional("keyfile " + path)
                                                              : std::nullopt;
    const auto word = daemon::format_ntp_word(path);
    return word ? std::optional("keys " + *word) : std::nullopt;
}

}  // namespace

std::string count_keys(std::size_t count) {
    return fmt::format("{} symmetric key{}", count, count == 1 ? "" : "s");
}

// The keys themselves are no more than random bytes.
void warn_about_policy(std::span<const SymmetricType> types, KeysdirChanges& changes) {
    for (const SymmetricType type : types) {
        const auto& properties = symmetric::properties_of(type);
        const bool is_digest = properties.cmac_key_bytes == 0;
        if (crypto::is_fips_active() && is_digest && !crypto::offers_digest(std::string(properties.name)))
            changes.warnings.push_back(
                fmt::format("FIPS forbids {}: no daemon that keeps to it takes such keys; "
                            "--key-type AES128CMAC makes some that it takes",
                            properties.name));
    }
}

KeysText read_keys_text(const std::string& path, const SecretBytes& given,
                        std::vector<std::string>& warnings) {
    if (path == "-")
        return {given.clone(), "(standard input)"};
    KeysText source{keysdir::read_file(path), path};
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0)
        warn_about_mode(path, status.st_mode, warnings);
    return source;
}

void add_config_lines(KeysFileReport& report, std::vector<std::uint32_t> ids, const std::string& path) {
    if (ids.empty())
        return;
    const auto first = report.keys.empty() ? ids.front() : report.keys.front().id;
    if (const auto line = path_line(report.dialect, path))
        report.conf.push_back(*line);
    else
        report.changes.warnings.push_back(
            fmt::format("the daemon's configuration has no form for the path {}", escaped(path)));
    if (report.dialect != Dialect::chrony)
        report.conf.push_back("trustedkey" + format_ids(std::move(ids), report.dialect));
    report.conf.push_back(fmt::format("server <address> key {}", first));
}

KeysFileEdit::KeysFileEdit(const KeysFileTarget& target, IfMissing if_missing, KeysdirChanges& changes)
    : target_(target) {
    if (target.path == "-") {
        source_ = {target.text.clone(), "(standard input)"};
        return;
    }
    source_.path = target.path;
    const std::filesystem::path path(target.path);
    KeysdirOptions keysdir;
    keysdir.directory = path.has_parent_path() ? path.parent_path().string() : ".";
    keysdir.lock_timeout = target.lock_timeout;
    keysdir.dry_run = target.dry_run;
    directory_.emplace(keysdir::open_for_changes(keysdir, target.progress, changes));
    directory_->require_writable();
    name_ = path.filename().string();
    // Behind a link, the file that it leads to is the one to replace.
    const auto file = [&] {
        try {
            return keysdir::resolve(*directory_, name_);
        } catch (const Error& error) {
            throw Error(error.code(), error.message()).in(error.path()).hint("name the file itself");
        }
    }();
    if (!file) {
        if (if_missing == IfMissing::refuse)
            throw Error(ErrorCode::not_found, "no such keys file")
                .in(target.path)
                .hint("make one: keygen -M");
        return;
    }
    is_behind_link_ = *file != name_;
    name_ = *file;
    status_ = directory_->status_of(name_);
    if (!status_)
        throw Error(ErrorCode::not_found, "the keys file is gone").in(target.path);
    source_.text = directory_->read(name_);
}

Dialect KeysFileEdit::choose_dialect(std::optional<Dialect> asked_for) const {
    if (asked_for)
        return *asked_for;
    const KeysFile file = parse_keys_file(text(), Dialect::ntpd);
    const bool has_only_comments = file.keys.empty() && file.findings.empty();
    return has_only_comments ? Dialect::ntpd : guess_dialect(text(), path());
}

void KeysFileEdit::finish(SecretBytes text, const std::string& description,
                          const std::optional<KeysFileAccess>& access, KeysFileReport& report) {
    report.is_changed = !status_ || !text.equals(source_.text);
    if (!directory_) {
        report.is_changed = !text.equals(source_.text);
        report.text = std::move(text);
        return;
    }
    report.file = name_;
    const mode_t mode = access    ? keysdir::GROUP_READABLE_MODE
                        : status_ ? status_->st_mode & MODE_BITS
                                  : keysdir::PRIVATE_MODE;
    std::optional<gid_t> group = status_ ? std::optional(status_->st_gid) : std::nullopt;
    std::optional<uid_t> user = status_ ? std::optional(status_->st_uid) : std::nullopt;
    if (access) {
        group = access->group;
        user = access->user ? access->user : user;
        report.is_changed = report.is_changed || (status_->st_mode & MODE_BITS) != mode ||
                            status_->st_gid != group || status_->st_uid != user;
    }
    warn_about_mode(target_.path, mode, report.changes.warnings);
    if (!report.is_changed)
        return;
    report.changes.files.push_back({name_, description, mode, status_.has_value()});
    keysdir::Publication publication(*directory_);
    publication.add_file(
        name_, std::move(text), {mode, group, user},
        status_ ? keysdir::Publication::IfExists::replace : keysdir::Publication::IfExists::refuse);
    publication.check();
    if (!target_.dry_run)
        publication.commit();
}

}  // namespace keygen::generation

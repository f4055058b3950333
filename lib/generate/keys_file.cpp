#include <keygen/error.hpp>
#include <keygen/keys_file.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "crypto/policy.hpp"
#include "keysdir/header.hpp"
#include "keysdir/links.hpp"
#include "keysdir/settled_directory.hpp"
#include "keysdir/staging.hpp"
#include "symmetric/type.hpp"

namespace keygen {

namespace {

constexpr const char* KEYS_LINK = "ntp.keys";
// ntp-keygen calls the file so whatever it holds, and packages look for that name.
constexpr const char* KEYS_FILE_TYPE = "MD5key";

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
    return text.substr(1);
}

std::vector<std::string> config_lines(const KeysFileReport& report, std::vector<std::uint32_t> ids,
                                      Dialect dialect, const std::string& path) {
    if (report.keys.empty())
        return {};
    const std::string server = fmt::format("server <address> key {}", report.keys.front().id);
    if (dialect == Dialect::chrony)
        return {fmt::format("keyfile {}", path), server};
    return {fmt::format("keys {}", path), fmt::format("trustedkey {}", format_ids(std::move(ids), dialect)),
            server};
}

template <typename Keys>
std::vector<std::uint32_t> ids_of(const Keys& keys) {
    std::vector<std::uint32_t> ids;
    std::transform(keys.begin(), keys.end(), std::back_inserter(ids), [](const auto& key) { return key.id; });
    return ids;
}

std::optional<std::string> warning_about_mode(const std::string& path, mode_t mode) {
    if ((mode & S_IROTH) == 0)
        return std::nullopt;
    return fmt::format("{}: everybody on this machine can read these keys (mode {:04o}); chmod 640 helps",
                       keygen::escaped(path), mode & 07777);
}

// The keys themselves are no more than random bytes.
void warn_about_policy(const SymmetricRequest& request, KeysdirChanges& changes) {
    for (const SymmetricType type : request.types) {
        const auto& properties = symmetric::properties_of(type);
        const bool is_digest = properties.cmac_key_bytes == 0;
        if (crypto::is_fips_active() && is_digest && !crypto::offers_digest(std::string(properties.name)))
            changes.warnings.push_back(
                fmt::format("FIPS forbids {}: no daemon that keeps to it takes such keys; "
                            "--key-type AES128CMAC makes some that it takes",
                            properties.name));
    }
}

}  // namespace

KeysFileReport generate_keys_file(const KeysFileRequest& request, Random& random) {
    require_usable_owner(request.owner, "owner");
    KeysFileReport report;
    auto directory = keysdir::open_for_changes(request.keysdir, request.keysdir.progress, report.changes);
    directory.require_writable();
    keysdir::FileName name{KEYS_FILE_TYPE, request.owner,
                           request.filestamp.value_or(Filestamp::from_unix(request.now))};
    while (!request.filestamp && directory.kind_of(name.text()) != keysdir::EntryKind::missing)
        name.filestamp = Filestamp(name.filestamp.value() + 1);

    SymmetricRequest keys = request.keys;
    keys.header = keysdir::format_header(name, name.filestamp.to_unix(request.now));
    GeneratedKeys generated = generate_keys(keys, random);

    warn_about_policy(keys, report.changes);
    report.file = name.text();
    report.keys = std::move(generated.keys);
    std::vector<keysdir::StagedFile> files;
    files.push_back(
        {name,
         std::move(generated.text),
         true,
         fmt::format("{} symmetric keys, {} dialect", report.keys.size(), format_dialect(keys.dialect)),
         {KEYS_LINK}});
    keysdir::Staging staging(std::move(files), {}, directory, request.keysdir, report.changes);
    report.conf = config_lines(report, ids_of(report.keys), keys.dialect,
                               fmt::format("{}/{}", directory.absolute_path(), KEYS_LINK));
    staging.commit();
    return report;
}

KeysFileReport merge_keys_file(const MergeRequest& request, Random& random) {
    const std::filesystem::path path(request.path);
    const std::string parent = path.has_parent_path() ? path.parent_path().string() : ".";
    KeysdirOptions keysdir;
    keysdir.directory = parent;
    keysdir.lock_timeout = request.lock_timeout;
    keysdir.dry_run = request.dry_run;
    KeysFileReport report;
    auto directory = keysdir::open_for_changes(keysdir, request.progress, report.changes);
    directory.require_writable();
    // Behind a link, the file that it leads to is the one to replace.
    const auto file = [&] {
        try {
            return keysdir::resolve(directory, path.filename().string());
        } catch (const Error& error) {
            throw Error(error.code(), error.message()).in(error.path()).hint("name the file itself");
        }
    }();
    if (!file)
        throw Error(ErrorCode::not_found, "no such keys file").in(request.path).hint("make one: keygen -M");
    const auto status = directory.status_of(*file);
    if (!status)
        throw Error(ErrorCode::not_found, "the keys file is gone").in(request.path);
    const SecretBytes text = directory.read(*file);

    SymmetricRequest keys = request.keys;
    if (!request.has_dialect)
        keys.dialect = guess_dialect(text.text(), request.path);
    GeneratedKeys merged = merge_keys(text.text(), request.path, keys, random);

    warn_about_policy(keys, report.changes);
    report.file = *file;
    report.keys = std::move(merged.keys);
    const auto all_ids = ids_of(parse_keys_file(merged.text.text(), keys.dialect).keys);
    const mode_t mode = status->st_mode & 07777;
    if (auto warning = warning_about_mode(request.path, mode))
        report.changes.warnings.push_back(std::move(*warning));
    report.changes.files.push_back(
        {*file, fmt::format("{} symmetric keys more", report.keys.size()), mode, true});
    keysdir::Publication publication(directory);
    publication.add_file(*file, std::move(merged.text), {mode, status->st_gid, status->st_uid},
                         keysdir::Publication::IfExists::replace);
    publication.check();
    std::error_code failed;
    const auto absolute = std::filesystem::absolute(path, failed).lexically_normal();
    report.conf = config_lines(report, all_ids, keys.dialect, failed ? request.path : absolute.string());
    if (!request.dry_run)
        publication.commit();
    return report;
}

ConvertReport convert(const ConvertRequest& request) {
    ConvertReport report;
    const bool is_given = request.path == "-";
    const std::string path = is_given ? "(standard input)" : request.path;
    const SecretBytes text = is_given ? request.text.clone() : keysdir::read_file(request.path);
    struct stat status {};
    if (!is_given && ::stat(request.path.c_str(), &status) == 0) {
        if (auto warning = warning_about_mode(request.path, status.st_mode))
            report.warnings.push_back(std::move(*warning));
    }
    report.from = request.from ? *request.from : guess_dialect(text.text(), path);
    report.text = convert_keys_file(text.text(), path, report.from, request.to);
    return report;
}

}  // namespace keygen

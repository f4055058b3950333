#include "inspect/check_permissions.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include "inspect/scan.hpp"

namespace keygen::inspection {

namespace {
constexpr std::uint32_t ROOT = 0;
constexpr unsigned WRITABLE_BY_OTHERS = S_IWGRP | S_IWOTH;
}  // namespace

void check_permission(const ExaminedFile& subject, const InspectedDirectory* directory,
                      const Context& context) {
    const InspectedFile& file = subject.file;
    if (file.directory.empty() || file.kind == FileKind::unknown)
        return;
    const std::string path = path_word(file.path);
    if (subject.is_secret && (file.mode & S_IROTH) != 0) {
        if (file.encryption)
            context.findings.add(
                "mode-readable-encrypted", file.path,
                fmt::format("mode {:04o}: everybody can read the encrypted key and try passwords on it",
                            file.mode),
                "chmod o-rwx " + path);
        else
            context.findings.add(
                "mode-readable", file.path,
                fmt::format("mode {:04o}: everybody on this machine can read the secret", file.mode),
                "chmod o-rwx " + path);
    }
    if ((file.mode & WRITABLE_BY_OTHERS) != 0)
        context.findings.add(
            "mode-writable", (file.mode & S_IWOTH) != 0 ? Severity::critical : Severity::warning, file.path,
            0, fmt::format("mode {:04o}: others than its owner can write to the file", file.mode),
            "chmod go-w " + path);
    if (directory != nullptr && file.user != ROOT && file.user != directory->user)
        context.findings.add(
            "owner-foreign", file.path,
            fmt::format("belongs to user {}, the directory to user {}", file.user, directory->user),
            fmt::format("chown {} {}", directory->user, path));
}

void check_permissions(const Scan& scan, const ScannedDirectory& directory_scan, const Context& context) {
    const InspectedDirectory& directory = directory_scan.directory;
    bool has_open_secret = false;
    for (const std::size_t index : directory_scan.subjects) {
        const ExaminedFile& subject = scan.subjects[index];
        check_permission(subject, &directory, context);
        has_open_secret |= subject.is_secret && (subject.file.mode & S_IROTH) != 0;
    }
    if (directory_scan.subjects.empty())
        return;
    const std::string path = path_word(directory.path);
    if ((directory.mode & WRITABLE_BY_OTHERS) != 0)
        context.findings.add(
            "directory-writable", (directory.mode & S_IWOTH) != 0 ? Severity::critical : Severity::warning,
            directory.path, 0,
            fmt::format("mode {:04o}: others than its owner can put their own keys here", directory.mode),
            "chmod go-w " + path);
    if (has_open_secret && (directory.mode & S_IXOTH) != 0)
        context.findings.add(
            "directory-readable", directory.path,
            fmt::format("mode {:04o}, and secrets in it that everybody can read", directory.mode),
            "chmod o-rwx " + path);
}

}  // namespace keygen::inspection

#include "inspect/scan.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <set>

#include "inspect/check_runs.hpp"
#include "inspect/identify.hpp"
#include "inspect/keys_file.hpp"
#include "inspect/private_key.hpp"
#include "keysdir/directory.hpp"
#include "keysdir/filename.hpp"
#include "keysdir/links.hpp"
#include "keysdir/own_names.hpp"

namespace keygen::inspection {

namespace {

constexpr unsigned PERMISSION_BITS = 07777;
// A file of another name is looked into for keys only when it is small.
constexpr std::uint64_t MAX_UNNAMED_BYTES = 1 << 20;

std::string directory_of(std::string_view path) {
    const auto slash = path.rfind('/');
    return slash == std::string_view::npos ? "." : std::string(path.substr(0, slash == 0 ? 1 : slash));
}

ExaminedFile make_subject(std::string path, std::string directory, std::string name,
                          const struct stat& status) {
    ExaminedFile subject;
    subject.file.path = std::move(path);
    subject.file.directory = std::move(directory);
    subject.file.name = std::move(name);
    subject.file.mode = status.st_mode & PERMISSION_BITS;
    subject.file.user = status.st_uid;
    subject.file.size = static_cast<std::uint64_t>(status.st_size);
    subject.identity_on_disk = {status.st_dev, status.st_ino};
    return subject;
}

// A file is refused unread for being none, or for its size; which of both, the directory knows.
bool is_regular(const std::string& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

void report_error(const Error& error, const std::string& path, const Context& context) {
    if (error.code() == ErrorCode::crypto)
        throw error;
    const bool is_closed = ::access(path.c_str(), R_OK) != 0 && errno == EACCES;
    context.findings.add(is_closed                             ? "not-permitted"
                         : error.code() != ErrorCode::bad_file ? "unreadable"
                         : is_regular(path)                    ? "too-large"
                                                               : "not-regular",
                         path, error.message());
}

/// Reads and identifies; what goes wrong is a finding, and the subject stays unreadable, with what its name
/// says.
template <typename Read>
void read_subject(ExaminedFile& subject, const Context& context, Read read) {
    try {
        if (subject.file.size <= MAX_KEY_FILE_BYTES) {
            identify(subject, read(), context);
            return;
        }
        context.findings.add("too-large", subject.file.path,
                             fmt::format("{} bytes; no key file has more than 16 MB", subject.file.size));
    } catch (const Error& error) {
        report_error(error, subject.file.path, context);
    }
    take_names(subject);
    expect_named(subject);
}

bool is_key_name(std::string_view name) {
    return name.starts_with("ntpkey_") || is_keys_file_name(name);
}

// PEM under another name is an NTP key only where its first line says so: other programs keep keys and
// certificates too.
bool has_key_content(std::string_view text) {
    return text.starts_with("# ntpkey_") ||
           (text.find("-----BEGIN ") == std::string_view::npos && looks_like_keys_file(text));
}

// "tls.keys" need not be symmetric keys.
bool is_foreign_pem(std::string_view name, std::string_view text) {
    return !name.starts_with("ntpkey_") && text.find("-----BEGIN ") != std::string_view::npos &&
           !text.starts_with("# ntpkey_");
}

std::shared_ptr<const DirectoryNames> gather(const std::vector<std::string>& names) {
    auto result = std::make_shared<DirectoryNames>();
    for (const std::string& text : names) {
        if (const auto link = keysdir::LinkName::parse(text)) {
            if (link->key == "host" || link->key == "cert")
                result->hosts.insert(link->owner);
            else if (link->key == "sign")
                result->signers.insert(link->owner);
        }
        const auto file = keysdir::FileName::parse(text);
        if (!file)
            continue;
        result->files.insert(text);
        result->has_authority |= file->type == "MVta";
        if (const unsigned client = mv_client_of(file->type); client > 0) {
            unsigned& largest = result->mv_clients[file->owner];
            largest = std::max(largest, client);
        }
    }
    return result;
}

// Subjects that the caller named, by what they are and their name: a hard link has another one.
using NamedFiles = std::map<std::pair<FileIdentity, std::string>, std::size_t>;

class DirectoryScanner {
  public:
    DirectoryScanner(Scan& scan, const keysdir::Directory& directory, const NamedFiles& named,
                     const Context& context)
        : scan_(scan), directory_(directory), named_(named), context_(context) {}

    ScannedDirectory run() {
        struct stat status {};
        if (::fstat(directory_.descriptor(), &status) != 0)
            throw keysdir::system_failure("look at", directory_.path());
        place_.directory.mode = status.st_mode & PERMISSION_BITS;
        place_.directory.user = status.st_uid;
        place_.identity_on_disk = {status.st_dev, status.st_ino};
        place_.directory.path = directory_.path();
        const std::vector<std::string> names = directory_.list();
        place_.names = gather(names);
        place_.is_midway = check_runs(directory_.path(), names, context_);
        for (const std::string& name : names) {
            if (!is_key_name(name) || !directory_.link_target(name))
                continue;
            const auto end = keysdir::follow_link(directory_, name);
            if (end.failure == 0)
                linked_.insert(end.identity);
            else if (end.failure == EIO)  // all others are looked into with the links
                context_.findings.add("unreadable", directory_.path_of(name),
                                      keysdir::describe_failure(end.failure, name));
        }
        for (const std::string& name : names) {
            try {
                visit(name);
            } catch (const Error& error) {
                report_error(error, directory_.path_of(name), context_);
            }
        }
        place_.directory.files = place_.subjects.size();
        return std::move(place_);
    }

  private:
    void visit(const std::string& name) {
        if (name.starts_with(keysdir::OWN_PREFIX))
            return;  // which are looked into with the runs that leave them
        const auto status = directory_.status_of(name);
        if (!status)
            return;  // gone since it was listed
        if (S_ISLNK(status->st_mode))
            visit_link(name);
        else if (S_ISREG(status->st_mode))
            visit_file(name, *status);
        else if (is_key_name(name))
            context_.findings.add("not-regular", directory_.path_of(name),
                                  S_ISDIR(status->st_mode)
                                      ? "a directory, where a key file should be"
                                      : "a FIFO, device or socket, where a key file should be");
        else
            ++place_.directory.others;
    }

    void visit_link(const std::string& name) {
        if (!is_key_name(name)) {
            ++place_.directory.others;
            return;
        }
        std::string target = directory_.link_target(name).value_or("");
        place_.links.push_back(scan_.links.size());
        scan_.links.push_back({directory_.path_of(name), directory_.path(), name, std::move(target), ""});
    }

    void visit_file(const std::string& name, const struct stat& status) {
        ExaminedFile subject = make_subject(directory_.path_of(name), directory_.path(), name, status);
        subject.names = place_.names;
        subject.file.is_current = linked_.contains(subject.identity_on_disk) ||
                                  keysdir::LinkName::parse(name) || name == "ntp.keys";
        if (const auto known = named_.find({subject.identity_on_disk, name}); known != named_.end()) {
            take_named(known->second);
            return;
        }
        if (name.starts_with("ntpkey_")) {
            read_subject(subject, context_, [&] { return directory_.read(name); });
        } else {
            SecretBytes content;
            const bool is_key_file = is_keys_file_name(name);
            if (subject.file.size <= (is_key_file ? MAX_KEY_FILE_BYTES : MAX_UNNAMED_BYTES))
                content = directory_.read(name);
            if (is_foreign_pem(name, content.text()) || (!is_key_file && !has_key_content(content.text()))) {
                ++place_.directory.others;
                return;
            }
            read_subject(subject, context_, [&] { return std::move(content); });
        }
        leave_out_beyond_limit(subject);
        add(name, scan_.subjects.size(), subject.identity_on_disk);
        scan_.subjects.push_back(std::move(subject));
    }

    // The caller named the file before the directory.
    void take_named(std::size_t index) {
        InspectedFile& file = scan_.subjects[index].file;
        file.directory = directory_.path();
        add(file.name, index, scan_.subjects[index].identity_on_disk);
    }

    void add(const std::string& name, std::size_t index, const FileIdentity& identity) {
        place_.by_name.emplace(name, index);
        place_.by_identity.emplace(identity, index);
        place_.subjects.push_back(index);
    }

    // Keeps the content of no more keys than will be opened.
    void leave_out_beyond_limit(ExaminedFile& subject) {
        if (!is_encrypted(subject))
            return;
        std::size_t& count = subject.file.is_current ? current_keys_ : other_keys_;
        if (count++ < MAX_EXAMINED_FILES)
            return;
        if (!subject.file.encryption)
            open_key(subject, nullptr, false, context_);
        subject.is_left_out = true;
        subject.identity.reset();
        subject.content.wipe();
    }

    Scan& scan_;
    const keysdir::Directory& directory_;
    const NamedFiles& named_;
    const Context& context_;
    ScannedDirectory place_;
    std::set<FileIdentity> linked_;
    std::size_t current_keys_ = 0;
    std::size_t other_keys_ = 0;
};

void report_missing(const std::string& path, int number, const Context& context) {
    struct stat status {};
    const bool is_link = ::lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode);
    if (is_link && number == ENOENT)
        context.findings.add("link-dangling", path, "the link leads to nothing");
    else if (number == ELOOP)
        context.findings.add("link-loop", path, "the link leads in a circle");
    else
        context.findings.add("unreadable", path, fmt::format("cannot look at it: {}", std::strerror(number)));
}

/// Looks at the caller's paths, one after the other.
class PathScanner {
  public:
    PathScanner(Scan& scan, const Context& context) : scan_(scan), context_(context) {}

    void visit(const std::string& path) {
        struct stat status {};
        if (::stat(path.c_str(), &status) != 0)
            report_missing(path, errno, context_);
        else if (S_ISDIR(status.st_mode))
            visit_directory(path, {status.st_dev, status.st_ino});
        else if (S_ISREG(status.st_mode))
            visit_file(path, status);
        else
            context_.findings.add("not-regular", path,
                                  "a FIFO, device or socket, where a key file should be");
    }

  private:
    void visit_directory(const std::string& path, const FileIdentity& identity) {
        const bool is_known = std::any_of(scan_.directories.begin(), scan_.directories.end(),
                                          [&](const ScannedDirectory& directory_scan) {
                                              return directory_scan.identity_on_disk == identity;
                                          });
        if (is_known)
            return;
        const auto directory = keysdir::Directory::open(path);
        scan_.directories.push_back(DirectoryScanner(scan_, directory, named_, context_).run());
    }

    void visit_file(const std::string& path, const struct stat& status) {
        const std::string parent = directory_of(path);
        std::string name(keysdir::last_component(path));
        // The name that counts is that of the file which a link in the same directory leads to.
        struct stat own {};
        if (::lstat(path.c_str(), &own) == 0 && S_ISLNK(own.st_mode)) {
            if (const auto target = keysdir::Directory::open(parent).link_target(name))
                name = keysdir::last_component(*target);
        }
        const FileIdentity identity{status.st_dev, status.st_ino};
        const auto [known, is_new] = named_.try_emplace({identity, name}, scan_.subjects.size());
        if (!is_new)
            return;
        if (ExaminedFile* seen = find_in_places(identity, name)) {
            seen->is_explicit = true;
            seen->file.is_current = true;
            if (std::exchange(seen->is_left_out, false))
                seen->content = keysdir::read_file(path);
            return;
        }
        ExaminedFile subject = make_subject(path, parent, name, status);
        subject.names = names_in(parent);
        subject.is_explicit = true;
        subject.file.is_current = true;
        read_subject(subject, context_, [&] { return keysdir::read_file(path); });
        scan_.subjects.push_back(std::move(subject));
    }

    ExaminedFile* find_in_places(const FileIdentity& identity, const std::string& name) {
        for (const ScannedDirectory& directory_scan : scan_.directories) {
            ExaminedFile* subject = find_subject(scan_, directory_scan, name);
            if (subject != nullptr && subject->identity_on_disk == identity)
                return subject;
        }
        return nullptr;
    }

    std::shared_ptr<const DirectoryNames> names_in(const std::string& directory) {
        auto& names = names_[directory];
        if (names == nullptr) {
            try {
                names = gather(keysdir::Directory::open(directory).list());
            } catch (const Error&) {  // who may not list a directory may still open a file in it
                names = std::make_shared<DirectoryNames>();
            }
        }
        return names;
    }

    Scan& scan_;
    const Context& context_;
    NamedFiles named_;
    std::map<std::string, std::shared_ptr<const DirectoryNames>> names_;
};

}  // namespace

Scan scan_paths(const Context& context) {
    Scan scan;
    PathScanner surveyor(scan, context);
    for (const std::string& path : context.request.paths) {
        try {
            surveyor.visit(path);
        } catch (const Error& error) {
            report_error(error, path, context);
        }
    }
    for (const InspectContent& content : context.request.contents) {
        ExaminedFile subject;
        subject.file.path = content.path;
        subject.file.size = content.content.size();
        subject.is_explicit = true;
        subject.file.is_current = true;
        read_subject(subject, context, [&] { return content.content.clone(); });
        scan.subjects.push_back(std::move(subject));
    }
    return scan;
}

}  // namespace keygen::inspection

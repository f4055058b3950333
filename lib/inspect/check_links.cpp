#include "inspect/check_links.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "inspect/identify.hpp"
#include "inspect/newest_files.hpp"
#include "inspect/remedy.hpp"
#include "inspect/scan.hpp"
#include "keysdir/directory.hpp"
#include "keysdir/filename.hpp"
#include "keysdir/links.hpp"

namespace keygen::inspection {

namespace {

// "iff", "gq" and "mv" are the classic layout's names for clients' parameters.
bool fits(std::string_view link_key, const ExaminedFile& subject) {
    const auto file_key = keysdir::link_key_of(subject.file.type);
    if (!file_key)
        return subject.file.kind != FileKind::symmetric_keys;
    if (*file_key == link_key)
        return true;
    const auto wanted = scheme_and_role_of(link_key);
    const auto found = scheme_and_role_of(*file_key);
    const bool is_classic = link_key.size() <= 3;
    return is_classic && wanted && found && wanted->scheme == found->scheme;
}

/// Follows the links of one place as ntpd does: to wherever they lead.
class LinkFollower {
  public:
    LinkFollower(Scan& scan, ScannedDirectory& directory_scan, const keysdir::Directory& directory,
                 const Context& context)
        : scan_(scan),
          place_(directory_scan),
          directory_(directory),
          context_(context),
          newest_(scan, directory_scan) {}

    void follow(InspectedLink& link) {
        const bool is_home = leads_home(link.target);
        check_target(link, is_home);
        const keysdir::LinkEnd end = keysdir::follow_link(directory_, link.name);
        if (end.failure != 0) {
            report_unreachable(link, end.failure);
            return;
        }
        if (const auto found = find(link, end.identity); found) {
            link.resolved = scan_.subjects[*found].file.name;
            place_.by_name.emplace(link.name, *found);
        } else if (!is_home) {
            add_foreign_subject(link, end.status);
        } else {
            link.resolved = keysdir::last_component(link.target);
            if (!context_.findings.has("not-regular", directory_.path_of(link.resolved)))
                context_.findings.add(
                    "link-dangling", link.path,
                    fmt::format("the link leads to {}, which is no key file", escaped(link.resolved)),
                    mending(link));
        }
    }

    // A link to what belongs there, which for client parameters the server can make again.
    [[nodiscard]] std::string mending(const InspectedLink& link) const {
        const auto name = keysdir::LinkName::parse(link.name);
        if (const auto newest = name ? newest_.find(*name) : std::nullopt)
            return link_making(scan_.subjects[*newest], context_, true);
        const auto wanted = name ? scheme_and_role_of(name->key) : std::nullopt;
        ExaminedFile lost = place_subject(link);
        if (const auto file = keysdir::FileName::parse(keysdir::last_component(link.target)))
            lost.file.type = file->type;
        if (!wanted || wanted->role != IdentityRole::client)
            return "rm " + path_word(link.path);
        lost.file.scheme = wanted->scheme;
        return client_reissue(lost, context_);
    }

  private:
    // Whatever way the target is written: absolute, through "..", or by another link to the directory.
    [[nodiscard]] bool leads_home(const std::string& target) const {
        const auto slash = target.rfind('/');
        if (slash == std::string::npos)
            return true;
        struct stat status {};
        return ::fstatat(directory_.descriptor(), target.substr(0, slash + 1).c_str(), &status, 0) == 0 &&
               FileIdentity(status.st_dev, status.st_ino) == place_.identity_on_disk;
    }

    void check_target(const InspectedLink& link, bool is_home) {
        const std::string to_neighbour = fmt::format(
            "ln -sf {} {}", path_word(keysdir::last_component(link.target)), path_word(link.path));
        if (link.target.starts_with('/'))
            context_.findings.add(
                "link-absolute", link.path,
                fmt::format("the link leads to {}: a copy of the directory would still use the original",
                            escaped(link.target)),
                is_home ? to_neighbour : copy_of(link));
        if (!is_home)
            context_.findings.add(
                "link-foreign", link.path,
                fmt::format("the link leads out of the key directory, to {}", escaped(link.target)),
                copy_of(link));
    }

    // What the link's name says, as the subject of a command.
    [[nodiscard]] ExaminedFile place_subject(const InspectedLink& link) const {
        ExaminedFile subject;
        subject.file.directory = link.directory;
        subject.names = place_.names;
        if (const auto name = keysdir::LinkName::parse(link.name))
            subject.file.owner = name->owner;
        return subject;
    }

    [[nodiscard]] std::string copy_of(const InspectedLink& link) const {
        return installation(place_subject(link), link.path, "--force", context_);
    }

    void report_unreachable(const InspectedLink& link, int number) {
        const bool is_dangling = number == ENOENT || number == ENOTDIR;
        const bool is_loop = number == ELOOP;
        context_.findings.add(is_loop       ? "link-loop"
                              : is_dangling ? "link-dangling"
                                            : "unreadable",
                              link.path, keysdir::describe_failure(number, link.target),
                              is_loop || is_dangling ? mending(link) : "");
    }

    // A hard link has several names; the target's is the one that is meant.
    [[nodiscard]] std::optional<std::size_t> find(const InspectedLink& link,
                                                  const FileIdentity& identity) const {
        const auto named = place_.by_name.find(keysdir::last_component(link.target));
        if (named != place_.by_name.end() && scan_.subjects[named->second].identity_on_disk == identity)
            return named->second;
        const auto found = place_.by_identity.find(identity);
        return found == place_.by_identity.end() ? std::nullopt : std::optional(found->second);
    }

    // What the link leads to belongs to the place under the link's name.
    void add_foreign_subject(const InspectedLink& link, const struct stat& status) {
        ExaminedFile subject;
        subject.file.path = link.path;
        subject.file.directory = link.directory;
        subject.file.name = keysdir::last_component(link.target);
        subject.names = place_.names;
        subject.file.is_current = true;
        subject.file.mode = status.st_mode & 07777;
        subject.file.user = status.st_uid;
        subject.file.size = static_cast<std::uint64_t>(status.st_size);
        subject.identity_on_disk = {status.st_dev, status.st_ino};
        if (!S_ISREG(status.st_mode)) {
            context_.findings.add("not-regular", link.path,
                                  "the link leads to a directory, FIFO, device or socket");
            return;
        }
        try {
            identify(subject, keysdir::read_file(link.path), context_);
        } catch (const Error& error) {
            if (error.code() == ErrorCode::crypto)
                throw;
            take_names(subject);
            expect_named(subject);
            const bool is_closed = ::access(link.path.c_str(), R_OK) != 0 && errno == EACCES;
            context_.findings.add(is_closed ? "not-permitted" : "unreadable", link.path, error.message());
        }
        place_.by_name.emplace(link.name, scan_.subjects.size());
        place_.by_identity.emplace(subject.identity_on_disk, scan_.subjects.size());
        place_.subjects.push_back(scan_.subjects.size());
        scan_.subjects.push_back(std::move(subject));
    }

    Scan& scan_;
    ScannedDirectory& place_;
    const keysdir::Directory& directory_;
    const Context& context_;
    NewestFiles newest_;
};

}  // namespace

void check_links(Scan& scan, ScannedDirectory& directory_scan, const Context& context) {
    if (directory_scan.links.empty() && directory_scan.subjects.empty())
        return;
    const auto directory = keysdir::Directory::open(directory_scan.directory.path);
    LinkFollower follower(scan, directory_scan, directory, context);
    for (const std::size_t index : directory_scan.links)
        follower.follow(scan.links[index]);
    for (const std::size_t index : directory_scan.links) {
        const InspectedLink& link = scan.links[index];
        ExaminedFile* subject = find_subject(scan, directory_scan, link.name);
        if (subject == nullptr)
            continue;
        subject->file.links.push_back(link.name);
        subject->file.is_current = true;
        const auto name = keysdir::LinkName::parse(link.name);
        if (name && !fits(name->key, *subject))
            context.findings.add(
                "link-wrong-type", link.path,
                fmt::format("the link leads to a file of type {}", escaped(subject->file.type)),
                follower.mending(link));
    }
}

}  // namespace keygen::inspection

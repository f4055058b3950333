#include "keysdir/publication.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>

#include "keysdir/exchange.hpp"

namespace keygen::keysdir {

namespace {

// Not a name that ntpd, an admin or a package would use; what bears it is ours to remove.
constexpr std::string_view TEMPORARY_PREFIX = ".ntpkey-unfinished-";

void write_all(int descriptor, std::span<const std::uint8_t> bytes, const std::string& path) {
    while (!bytes.empty()) {
        const auto count = ::write(descriptor, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            throw system_failure("write", path);
        bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
}

// The steps already taken, undone in reverse unless they are kept.
class Journal {
  public:
    explicit Journal(const Directory& directory) : directory_(directory) {}
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    ~Journal() {
        for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {
            if (!kept_ && step->backup)
                ::renameat(descriptor(), step->backup->c_str(), descriptor(), step->name.c_str());
            else if (!kept_)
                ::unlinkat(descriptor(), step->name.c_str(), 0);
            // Also after the rename: where nothing had been replaced yet, both names are one file and stay.
            if (step->backup)
                ::unlinkat(descriptor(), step->backup->c_str(), 0);
        }
        for (const std::string& name : temporaries_)
            ::unlinkat(descriptor(), name.c_str(), 0);
    }

    // Steps are noted without allocating: what cannot be noted could not be undone.
    void expect(std::size_t steps) { steps_.reserve(steps); }

    std::string temporary() {
        temporaries_.push_back(fmt::format("{}{}", TEMPORARY_PREFIX, temporaries_.size() + 1));
        return temporaries_.back();
    }

    // Gives `name` to what `temporary` names, and keeps what had it; false with errno when it could not.
    bool replaces(const std::string& temporary, const std::string& name) {
        if (directory_.kind_of(name) == EntryKind::missing)
            return creates(name, [&] { return rename(temporary, name); });
        // Without a second link to what is there: the kernel refuses those to other users' files.
        Step step{name, temporary};
        const Exchange exchange = exchange_names(descriptor(), temporary, name);
        if (exchange == Exchange::done) {
            steps_.push_back(std::move(step));
            return true;
        }
        if (exchange == Exchange::failed)
            return false;
        // linkat(2) on a symbolic link makes a second link to the link itself, which is what is wanted.
        step.backup = next_backup();
        if (::linkat(descriptor(), name.c_str(), descriptor(), step.backup->c_str(), 0) != 0)
            return false;
        steps_.push_back(std::move(step));
        return rename(temporary, name);
    }
    // Takes `name` away; false with errno when it could not.
    bool removes(const std::string& name) {
        if (directory_.kind_of(name) == EntryKind::directory) {
            errno = EISDIR;
            return false;
        }
        Step step{name, next_backup()};
        if (!rename(name, *step.backup))
            return false;
        steps_.push_back(std::move(step));
        return true;
    }
    // `make` gives `name` to something; false when it could not.
    template <typename Make>
    bool creates(const std::string& name, Make make) {
        Step step{name, std::nullopt};
        if (!make())
            return false;
        steps_.push_back(std::move(step));
        return true;
    }
    void keep() { kept_ = true; }

  private:
    struct Step {
        std::string name;
        std::optional<std::string> backup;
    };

    [[nodiscard]] int descriptor() const { return directory_.descriptor(); }
    [[nodiscard]] std::string next_backup() const {
        return fmt::format("{}old-{}", TEMPORARY_PREFIX, steps_.size() + 1);
    }
    [[nodiscard]] bool rename(const std::string& from, const std::string& to) const {
        return ::renameat(descriptor(), from.c_str(), descriptor(), to.c_str()) == 0;
    }

    const Directory& directory_;
    std::vector<Step> steps_;
    std::vector<std::string> temporaries_;
    bool kept_ = false;
};

void remove_leftovers(const Directory& directory) {
    for (const std::string& name : directory.list()) {
        if (name.starts_with(TEMPORARY_PREFIX))
            ::unlinkat(directory.descriptor(), name.c_str(), 0);
    }
}

void write_file(const Directory& directory, const std::string& temporary, const std::string& name,
                const SecretBytes& content, mode_t mode, std::optional<uid_t> user,
                std::optional<gid_t> group) {
    const std::string path = directory.path_of(name);
    FileDescriptor file(::openat(directory.descriptor(), temporary.c_str(),
                                 O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, PRIVATE_MODE));
    if (!file.is_open())
        throw system_failure("create", path);
    write_all(file.get(), content.bytes(), path);
    constexpr auto UNCHANGED = static_cast<uid_t>(-1);
    const bool has_owner = group.has_value() || user.has_value();
    if (has_owner && ::fchown(file.get(), user.value_or(UNCHANGED), group.value_or(UNCHANGED)) != 0)
        throw system_failure("change the owner", path);
    if (::fchmod(file.get(), mode) != 0)
        throw system_failure("change the mode", path);
    if (::fsync(file.get()) != 0)
        throw system_failure("write to disk", path);
    if (::close(file.release()) != 0)
        throw system_failure("close", path);
}

}  // namespace

void Publication::add_file(std::string name, SecretBytes content, mode_t mode, IfExists if_exists,
                           std::optional<gid_t> group, std::optional<uid_t> user) {
    files_.push_back({std::move(name), std::move(content), mode, if_exists, group, user});
}

void Publication::add_link(std::string name, std::string target, IfExists if_exists) {
    links_.push_back({std::move(name), std::move(target), if_exists});
}

void Publication::add_removal(std::string name) {
    removals_.push_back(std::move(name));
}

void Publication::check() const {
    for (const File& file : files_) {
        const EntryKind kind = directory_.kind_of(file.name);
        if (kind == EntryKind::missing)
            continue;
        if (kind == EntryKind::directory)
            throw Error(ErrorCode::already_exists, "a directory is in the way")
                .in(directory_.path_of(file.name));
        if (file.if_exists == IfExists::refuse)
            throw Error(ErrorCode::already_exists, "the file exists already")
                .in(directory_.path_of(file.name))
                .hint("--force replaces it");
    }
    for (const Link& link : links_) {
        const EntryKind kind = directory_.kind_of(link.name);
        if (kind == EntryKind::missing || kind == EntryKind::link)
            continue;
        if (kind == EntryKind::directory)
            throw Error(ErrorCode::already_exists, "a directory is in the way of the link")
                .in(directory_.path_of(link.name));
        if (link.if_exists == IfExists::refuse)
            throw Error(ErrorCode::already_exists, "a file, not a link, is in the way of the link")
                .in(directory_.path_of(link.name))
                .hint("move it away, or replace it with --force");
    }
}

void Publication::commit() {
    check();
    remove_leftovers(directory_);
    Journal journal(directory_);
    journal.expect(files_.size() + links_.size() + removals_.size());
    const int descriptor = directory_.descriptor();

    std::vector<std::string> temporaries;
    for (const File& file : files_) {
        temporaries.push_back(journal.temporary());
        write_file(directory_, temporaries.back(), file.name, file.content, file.mode, file.user, file.group);
    }
    for (std::size_t i = 0; i < files_.size(); ++i) {
        const File& file = files_[i];
        const auto rename_new = [&] { return rename_to_new(descriptor, temporaries[i], file.name); };
        const bool is_new = file.if_exists == IfExists::refuse;
        if (is_new ? !journal.creates(file.name, rename_new) : !journal.replaces(temporaries[i], file.name))
            throw system_failure("create", directory_.path_of(file.name));
    }
    for (const Link& link : links_) {
        const std::string temporary = journal.temporary();
        if (::symlinkat(link.target.c_str(), descriptor, temporary.c_str()) != 0)
            throw system_failure("create the link", directory_.path_of(link.name));
        if (!journal.replaces(temporary, link.name))
            throw system_failure("create the link", directory_.path_of(link.name));
    }
    for (const std::string& name : removals_) {
        if (!journal.removes(name))
            throw system_failure("remove", directory_.path_of(name));
    }
    if (::fsync(descriptor) != 0)
        throw system_failure("write to disk", directory_.path());
    journal.keep();
}

}  // namespace keygen::keysdir

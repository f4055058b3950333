#include "keysdir/temporary_file.hpp"

#include <keygen/error.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace keygen::keysdir {

namespace {

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

// The directory was cleared of temporary files, so what is there now could not be removed.
[[noreturn]] void fail(const Directory& directory, const std::string& temporary, const std::string& name,
                       std::string_view verb) {
    if (errno == EEXIST)
        throw Error(ErrorCode::already_exists, "it has the name of a temporary file and cannot be removed")
            .in(directory.path_of(temporary))
            .hint("remove it");
    throw system_failure(verb, directory.path_of(name));
}

}  // namespace

void write_temporary(const Directory& directory, const std::string& temporary, const std::string& name,
                     const SecretBytes& content, const Access& access) {
    const std::string path = directory.path_of(name);
    FileDescriptor file(::openat(directory.descriptor(), temporary.c_str(),
                                 O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, PRIVATE_MODE));
    if (!file.is_open())
        fail(directory, temporary, name, "create");
    write_all(file.get(), content.bytes(), path);
    constexpr auto UNCHANGED = static_cast<uid_t>(-1);
    const bool has_owner = access.group.has_value() || access.user.has_value();
    if (has_owner &&
        ::fchown(file.get(), access.user.value_or(UNCHANGED), access.group.value_or(UNCHANGED)) != 0)
        throw system_failure("change the owner", path);
    if (::fchmod(file.get(), access.mode) != 0)
        throw system_failure("change the mode", path);
    if (::fsync(file.get()) != 0)
        throw system_failure("write to disk", path);
    if (::close(file.release()) != 0)
        throw system_failure("close", path);
}

void link_temporary(const Directory& directory, const std::string& temporary, const std::string& name,
                    const std::string& target) {
    if (::symlinkat(target.c_str(), directory.descriptor(), temporary.c_str()) != 0)
        fail(directory, temporary, name, "create the link");
}

void keep_temporary(const Directory& directory, const std::string& temporary, const std::string& name) {
    const int descriptor = directory.descriptor();
    if (::linkat(descriptor, name.c_str(), descriptor, temporary.c_str(), 0) == 0)
        return;
    if (errno == EEXIST)
        fail(directory, temporary, name, "keep");
    if (const auto target = directory.link_target(name)) {
        link_temporary(directory, temporary, name, *target);
        return;
    }
    const auto status = directory.status_of(name);
    if (!status)
        throw Error(ErrorCode::not_found, "it is gone").in(directory.path_of(name));
    write_temporary(directory, temporary, name, directory.read(name),
                    {status->st_mode & 07777, status->st_gid, status->st_uid});
}

}  // namespace keygen::keysdir

#include "keysdir/links.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

namespace keygen::keysdir {

namespace {

bool is_file(const Directory& directory, const std::string& name, const FileIdentity& identity) {
    const auto status = directory.status_of(name);
    return status && S_ISREG(status->st_mode) && FileIdentity(status->st_dev, status->st_ino) == identity;
}

// A hard link has several names; the one that the link's text ends in is meant.
std::optional<std::string> find_name(const Directory& directory, const FileIdentity& identity,
                                     const std::string& target) {
    const std::string meant = target.substr(target.rfind('/') + 1);
    if (!meant.empty() && is_file(directory, meant, identity))
        return meant;
    for (const std::string& name : directory.list()) {
        if (is_file(directory, name, identity))
            return name;
    }
    return std::nullopt;
}

}  // namespace

LinkEnd follow_link(const Directory& directory, const std::string& name) {
    LinkEnd end;
    if (::fstatat(directory.descriptor(), name.c_str(), &end.status, 0) != 0)
        end.failure = errno;
    else
        end.identity = {end.status.st_dev, end.status.st_ino};
    return end;
}

std::string describe_failure(int failure, const std::string& target) {
    if (failure == ELOOP)
        return "the link leads in a circle";
    if (failure == ENOENT || failure == ENOTDIR)
        return fmt::format("the link leads to {}, which does not exist", escaped(target));
    return fmt::format("cannot follow the link to {}: {}", escaped(target), std::strerror(failure));
}

std::optional<std::string> resolve(const Directory& directory, const std::string& name) {
    const LinkEnd end = follow_link(directory, name);
    const auto target = directory.link_target(name);
    if (end.failure == ENOENT && !target)
        return std::nullopt;
    if (end.failure != 0) {
        errno = end.failure;
        if (!target)
            throw system_failure("look at", directory.path_of(name));
        const bool is_wrong = errno == ENOENT || errno == ENOTDIR || errno == ELOOP;
        throw Error(is_wrong ? ErrorCode::bad_file : ErrorCode::input_output,
                    describe_failure(end.failure, *target))
            .in(directory.path_of(name));
    }
    if (!end.is_regular())
        throw Error(ErrorCode::bad_file, "not a regular file").in(directory.path_of(name));
    if (!target)
        return name;
    auto found = find_name(directory, end.identity, *target);
    if (!found)
        throw Error(ErrorCode::bad_file,
                    fmt::format("the link leads out of the directory, to {}", escaped(*target)))
            .in(directory.path_of(name))
            .hint("key directories hold their own files; replace the link with keylink --force");
    return found;
}

}  // namespace keygen::keysdir

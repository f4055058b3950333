#include "keysdir/history.hpp"

#include <keygen/error.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "crypto/digest.hpp"
#include "keysdir/filename.hpp"
#include "keysdir/links.hpp"
#include "keysdir/own_names.hpp"

namespace keygen::keysdir {

namespace {

// More runs than anybody goes back; the oldest are forgotten.
constexpr std::size_t MAX_RUNS = 16;
constexpr std::string_view RUN = "run";
constexpr std::string_view LINK = "link";

std::vector<std::string> split_at(std::string_view text, char separator) {
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(separator, begin), text.size());
        parts.emplace_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

// What this user may not read he cannot go back to later, which is no reason not to go on now.
std::string digest_if_readable(const Directory& directory, const std::string& name) {
    try {
        return digest_behind(directory, name);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::input_output)
            throw;
        return "";
    }
}

LinkChange parse_link(const std::string& line) {
    auto parts = split_at(line, '\t');
    if (parts.size() != 5 || parts.front() != LINK || !is_plain_name(parts[1]))
        throw Error(ErrorCode::bad_file, fmt::format("not a line of ours: \"{}\"", escaped(line)));
    return {std::move(parts[1]), std::move(parts[2]), std::move(parts[3]), std::move(parts[4])};
}

}  // namespace

bool is_plain_text(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; });
}

bool is_plain_name(std::string_view name) {
    return !name.empty() && name != "." && name != ".." && name.find('/') == std::string_view::npos &&
           is_plain_text(name);
}

std::string format_history(const History& history) {
    std::string text;
    const std::size_t first = history.size() - std::min(history.size(), MAX_RUNS);
    for (std::size_t i = first; i < history.size(); ++i) {
        text += fmt::format("{}\n", RUN);
        for (const LinkChange& link : history[i].links)
            text +=
                fmt::format("{}\t{}\t{}\t{}\t{}\n", LINK, link.name, link.after, link.before, link.digest);
    }
    return text;
}

History parse_history(std::string_view text) {
    History history;
    if (text.empty())
        return history;
    if (text.back() != '\n')
        throw Error(ErrorCode::bad_file, "it ends in the middle of a line");
    for (const std::string& line : split_at(text.substr(0, text.size() - 1), '\n')) {
        if (line == RUN)
            history.emplace_back();
        else if (history.empty())
            throw Error(ErrorCode::bad_file, fmt::format("not a line of ours: \"{}\"", escaped(line)));
        else
            history.back().links.push_back(parse_link(line));
    }
    return history;
}

std::optional<std::string> read_own_file(const Directory& directory, const std::string& name) {
    const std::string path = directory.path_of(name);
    const FileDescriptor file(::openat(directory.descriptor(), name.c_str(),
                                       O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (!file.is_open() && errno == ENOENT)
        return std::nullopt;
    const bool is_openable = file.is_open() || (errno != ELOOP && errno != ENXIO);  // a link, a socket
    if (!file.is_open() && is_openable)
        throw system_failure("read", path);
    struct stat status {};
    struct stat around {};
    if (::fstat(directory.descriptor(), &around) != 0 ||
        (file.is_open() && ::fstat(file.get(), &status) != 0))
        throw system_failure("look at", path);
    const bool is_trusted =
        status.st_uid == ::geteuid() || status.st_uid == 0 || status.st_uid == around.st_uid;
    if (!S_ISREG(status.st_mode) || !is_trusted || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        throw Error(ErrorCode::bad_file, fmt::format("not a file of ours: user {}, mode {:04o}",
                                                     status.st_uid, status.st_mode & 07777))
            .in(path)
            .hint("whoever put it there can write to the directory; look at it and remove it");
    return std::string(read_to_end(file.get(), path).text());
}

History load_history(const Directory& directory) {
    try {
        // A journal that has become the history still has its moves before it.
        const std::string text = "\n" + read_own_file(directory, HISTORY_NAME).value_or("");
        const auto first_run = text.find(fmt::format("\n{}\n", RUN));
        return parse_history(first_run == std::string::npos ? ""
                                                            : std::string_view(text).substr(first_run + 1));
    } catch (const Error& error) {
        if (error.code() != ErrorCode::bad_file)
            throw;
        return {};
    }
}

std::string digest_behind(const Directory& directory, const std::string& name) {
    try {
        const auto file = resolve(directory, name);
        return file ? crypto::sha256_hex(directory.read(*file).bytes()) : "";
    } catch (const Error& error) {
        if (error.code() != ErrorCode::bad_file && error.code() != ErrorCode::not_found)
            throw;
        return "";
    }
}

Run describe_run(const Directory& directory, std::vector<LinkChange> changes) {
    std::set<std::string> changed;
    for (LinkChange& change : changes) {
        change.before = directory.link_target(change.name).value_or("");
        change.digest = digest_if_readable(directory, change.name);
        changed.insert(change.name);
    }
    for (const std::string& name : directory.list()) {
        const bool is_link_name = LinkName::parse(name) || name == "ntp.keys";
        const auto target = is_link_name ? directory.link_target(name) : std::nullopt;
        if (target && !changed.contains(name))
            changes.push_back({name, *target, *target, digest_if_readable(directory, name)});
    }
    return {std::move(changes)};
}

}  // namespace keygen::keysdir

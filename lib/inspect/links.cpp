#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>

#include "inspect/survey.hpp"
#include "keysdir/directory.hpp"
#include "keysdir/filename.hpp"

namespace keygen::inspect_room {

namespace {

// "iff", "gq" and "mv" are the classic layout's names for clients' parameters.
bool fits(std::string_view link_key, const Subject& subject) {
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

void check_target(const InspectedLink& link, const Surroundings& around) {
    const auto slash = link.target.rfind('/');
    if (slash == std::string::npos)
        return;
    const std::string remedy =
        fmt::format("ln -sf {} {}", shell_word(link.target.substr(slash + 1)), shell_word(link.path));
    const bool is_home =
        link.target.substr(0, slash) == link.directory || link.target.substr(0, slash) == ".";
    if (link.target.front() == '/')
        around.findings.add(
            "link-absolute", link.path,
            fmt::format("the link leads to {}: a copy of the directory would still use the original",
                        quoted(link.target)),
            remedy);
    if (!is_home)
        around.findings.add(
            "link-foreign", link.path,
            fmt::format("the link leads out of the key directory, to {}", quoted(link.target)));
}

// ntpd follows links to anywhere, so what they lead to belongs to the place under the link's name.
void add_foreign_subject(Survey& survey, Place& place, const InspectedLink& link,
                         const Surroundings& around) {
    const std::string path =
        link.target.front() == '/' ? link.target : fmt::format("{}/{}", link.directory, link.target);
    Subject subject;
    subject.file.path = link.path;
    subject.file.directory = link.directory;
    subject.file.name = link.target.substr(link.target.rfind('/') + 1);
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        around.findings.add("link-dangling", link.path,
                            fmt::format("the link leads to {}, which is not there", quoted(path)));
        return;
    }
    subject.file.mode = status.st_mode & 07777;
    subject.file.user = status.st_uid;
    subject.file.size = static_cast<std::uint64_t>(status.st_size);
    try {
        identify(subject, keysdir::read_file(path), around);
    } catch (const Error& error) {
        around.findings.add("unreadable", link.path, error.what());
    }
    place.by_name.emplace(link.name, survey.subjects.size());
    place.subjects.push_back(survey.subjects.size());
    survey.subjects.push_back(std::move(subject));
}

void follow(Survey& survey, Place& place, InspectedLink& link, const keysdir::Directory& directory,
            const Surroundings& around) {
    check_target(link, around);
    if (link.target.find('/') != std::string::npos) {
        const auto slash = link.target.rfind('/');
        if (link.target.substr(0, slash) != link.directory && link.target.substr(0, slash) != ".") {
            add_foreign_subject(survey, place, link, around);
            return;
        }
        link.resolved = link.target.substr(slash + 1);
    } else {
        try {
            link.resolved = directory.resolve(link.name).value_or("");
        } catch (const Error& error) {
            const bool is_loop = error.message().find("circle") != std::string::npos;
            around.findings.add(is_loop ? "link-loop" : "link-dangling", link.path, error.message(),
                                is_loop ? "" : fmt::format("rm {}", shell_word(link.path)));
            return;
        }
    }
    const auto found = place.by_name.find(link.resolved);
    if (found == place.by_name.end()) {
        if (!around.findings.has("not-regular", directory.path_of(link.resolved)))
            around.findings.add(
                "link-dangling", link.path,
                fmt::format("the link leads to {}, which is no key file", quoted(link.resolved)));
        return;
    }
    place.by_name.emplace(link.name, found->second);
}

}  // namespace

void check_links(Survey& survey, Place& place, const Surroundings& around) {
    if (place.links.empty() && place.subjects.empty())
        return;
    const auto directory = keysdir::Directory::open(place.directory.path);
    for (const std::size_t index : place.links)
        follow(survey, place, survey.links[index], directory, around);
    for (const std::size_t index : place.links) {
        const InspectedLink& link = survey.links[index];
        Subject* subject = find_subject(survey, place, link.name);
        if (subject == nullptr)
            continue;
        subject->file.links.push_back(link.name);
        subject->file.is_current = true;
        const auto name = keysdir::LinkName::parse(link.name);
        if (name && !fits(name->key, *subject))
            around.findings.add(
                "link-wrong-type", link.path,
                fmt::format("the link leads to a file of type {}", quoted(subject->file.type)),
                fmt::format("rm {}", shell_word(link.path)));
    }
}

}  // namespace keygen::inspect_room

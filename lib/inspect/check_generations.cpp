#include "inspect/check_generations.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include "inspect/identify.hpp"
#include "inspect/remedy.hpp"
#include "inspect/scan.hpp"
#include "keysdir/filename.hpp"

namespace keygen::inspection {

namespace {

using Files = std::vector<const ExaminedFile*>;

// Files that take each other's place: of the same type and owner. A certificate's type names its digest,
// which may change.
std::map<std::pair<std::string, std::string>, Files> group_files(const Scan& scan,
                                                                 const ScannedDirectory& directory_scan) {
    std::map<std::pair<std::string, std::string>, Files> groups;
    for (const std::size_t index : directory_scan.subjects) {
        const ExaminedFile& subject = scan.subjects[index];
        const auto name = keysdir::FileName::parse(subject.file.name);
        const auto key = name ? keysdir::link_key_of(name->type) : std::nullopt;
        if (key)
            groups[{*key == "mvpar" ? name->type : *key, name->owner}].push_back(&subject);
    }
    for (auto& [key, files] : groups)
        std::sort(files.begin(), files.end(), [](const ExaminedFile* a, const ExaminedFile* b) {
            return keysdir::FileName::parse(a->file.name)
                ->filestamp.is_older_than(keysdir::FileName::parse(b->file.name)->filestamp);
        });
    return groups;
}

template <typename Condition>
bool has_file(const Scan& scan, const ScannedDirectory& directory_scan, Condition condition) {
    return std::any_of(directory_scan.subjects.begin(), directory_scan.subjects.end(),
                       [&](std::size_t index) { return condition(scan.subjects[index].file); });
}

// A key and its parameters stay and go together, as with keylink --prune.
using FileGeneration = std::tuple<std::string, std::string, std::string>;  // family, owner, filestamp

FileGeneration generation_of(const InspectedFile& file) {
    const auto name = keysdir::FileName::parse(file.name);
    return name ? FileGeneration(keysdir::family_of(keysdir::link_key_of(name->type).value_or("")),
                                 name->owner, name->filestamp.text())
                : FileGeneration();
}

std::set<FileGeneration> generations_in_use(const Scan& scan, const ScannedDirectory& directory_scan) {
    std::set<FileGeneration> in_use;
    for (const std::size_t index : directory_scan.subjects) {
        if (const InspectedFile& file = scan.subjects[index].file; file.is_current)
            in_use.insert(generation_of(file));
    }
    return in_use;
}

// Servers keep clients' parameters ready to copy, and an authority's file is for tools only.
bool needs_link(const Scan& scan, const ScannedDirectory& directory_scan, const InspectedFile& file) {
    if (file.role == IdentityRole::authority)
        return false;
    if (file.role == IdentityRole::client)
        return !has_file(scan, directory_scan, [&](const InspectedFile& other) {
            return other.scheme == file.scheme && other.role && *other.role != IdentityRole::client;
        });
    return true;
}

void check_group_links(const ExaminedFile& subject, const Context& context) {
    const InspectedFile& file = subject.file;
    if (!file.scheme || file.role == IdentityRole::authority || file.links.empty() || file.owner.empty())
        return;
    const std::string wanted = link_name(*file.scheme, *file.role, file.owner);
    const bool is_linked = std::any_of(file.links.begin(), file.links.end(), [&](const std::string& link) {
        const auto name = keysdir::LinkName::parse(link);
        return link == wanted || (name && name->key.size() <= 3);  // the classic layout has its own names
    });
    if (is_linked)
        return;
    const bool is_server = file.role == IdentityRole::server;
    context.findings.add(
        "group-link-missing", file.path,
        fmt::format("linked as {} only: with \"{} {}\" in its configuration ntpd looks for {}",
                    escaped(file.links.front()), is_server ? "crypto ident" : "ident", escaped(file.owner),
                    escaped(wanted)),
        link_making(subject, context));
}

// Its owner; but members of a group have the private certificate and its key under their own names.
std::string host_of_unlinked(const Scan& scan, const ScannedDirectory& directory_scan,
                             const ExaminedFile& subject, const Context& context) {
    if (subject.file.scheme || subject.file.owner.empty())
        return host_of(subject, context);
    for (const std::size_t index : directory_scan.subjects) {
        const InspectedFile& other = scan.subjects[index].file;
        const auto link = other.links.empty() ? std::nullopt : keysdir::LinkName::parse(other.links.front());
        if (!other.scheme && other.owner == subject.file.owner && link)
            return link->owner;
    }
    return subject.file.owner;
}

// All of a host at once: one link alone makes ntpd end for want of the others. A key of one more scheme is
// nothing that ntpd lacks.
void report_unlinked(const std::map<std::string, Files>& by_host, bool is_server, const Context& context) {
    for (const auto& [host, files] : by_host) {
        Files lacking;
        const auto is_spare = [&](const ExaminedFile* file) {
            return is_server && file->file.role == IdentityRole::server;
        };
        std::remove_copy_if(files.begin(), files.end(), std::back_inserter(lacking), is_spare);
        for (const ExaminedFile* file : files)
            context.findings.add("link-missing", file->file.path,
                                 "no link leads to the file, so ntpd never reads it",
                                 is_spare(file) ? std::string() : link_making(lacking, host, context));
    }
}

}  // namespace

void check_generations(Scan& scan, ScannedDirectory& directory_scan, const Context& context) {
    const std::set<FileGeneration> in_use = generations_in_use(scan, directory_scan);
    std::map<std::string, Files> unlinked;  // by host
    std::size_t superseded = 0;
    std::string example;
    for (const auto& [key, files] : group_files(scan, directory_scan)) {
        const ExaminedFile& newest = *files.back();
        const auto linked = std::find_if(files.rbegin(), files.rend(),
                                         [](const ExaminedFile* file) { return file->file.is_current; });
        if (linked == files.rend()) {
            if (needs_link(scan, directory_scan, newest.file))
                unlinked[host_of_unlinked(scan, directory_scan, newest, context)].push_back(&newest);
        } else if (*linked != &newest) {
            context.findings.add("link-superseded", (*linked)->file.path,
                                 fmt::format("linked, while {} is newer", escaped(newest.file.name)),
                                 link_making(newest, context));
        }
        for (const ExaminedFile* file : files) {
            check_group_links(*file, context);
            if (file == &newest || in_use.contains(generation_of(file->file)))
                continue;
            ++superseded;
            example = file->file.name;
        }
    }
    // Without any link, identity files do not tell whose they are.
    if (auto others = unlinked.extract(""); !others.empty()) {
        Files& files = unlinked[unlinked.size() == 1 ? unlinked.begin()->first : std::string()];
        files.insert(files.end(), others.mapped().begin(), others.mapped().end());
    }
    const bool is_server = has_file(scan, directory_scan, [](const InspectedFile& file) {
        return file.is_current && file.role == IdentityRole::server;
    });
    report_unlinked(unlinked, is_server, context);
    if (superseded > 0)
        context.findings.add(
            "superseded", directory_scan.directory.path,
            fmt::format("{} files of older generations, such as {}", superseded, escaped(example)),
            fmt::format("keylink --keysdir {} --prune", path_word(directory_scan.directory.path)));
}

}  // namespace keygen::inspection

#include "daemon/chrony_conf.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>
#include <glob.h>

#include <algorithm>
#include <memory>
#include <new>

#include "daemon/file_probe.hpp"
#include "daemon/words.hpp"
#include "keysdir/filename.hpp"

namespace keygen::daemon {

namespace {

// conf.c: MAX_INCLUDE_LEVEL.
constexpr unsigned CHRONY_MAX_INCLUDE_LEVEL = 10;
constexpr std::string_view COMMENT_BEHIND =
    "a comment behind a directive: chronyd takes one at the start of a line only";
constexpr std::string_view KEY_DIRECTIVES =
    "keyfile include confdir sourcedir server ntsservercert ntsserverkey ntstrustedcerts";

std::vector<std::string> glob_files(const std::string& pattern) {
    glob_t found{};
    const int status = ::glob(pattern.c_str(), 0, nullptr, &found);
    const std::unique_ptr<glob_t, void (*)(glob_t*)> guard(&found, ::globfree);
    if (status == GLOB_NOSPACE)
        throw std::bad_alloc();
    if (status != 0)
        return {};
    return {found.gl_pathv, found.gl_pathv + found.gl_pathc};
}

// Of all directories the files of that ending, by their names; of equal names the one in the first directory.
std::vector<std::string> files_of(const std::vector<std::string>& directories, std::string_view ending) {
    std::vector<std::string> files;
    for (const std::string& directory : directories) {
        for (std::string& path : glob_files(fmt::format("{}/*{}", directory, ending))) {
            const bool is_hidden = std::any_of(files.begin(), files.end(), [&](const std::string& other) {
                return keysdir::last_component(other) == keysdir::last_component(path);
            });
            if (!is_hidden)
                files.push_back(std::move(path));
        }
    }
    std::sort(files.begin(), files.end(), [](const std::string& a, const std::string& b) {
        return keysdir::last_component(a) < keysdir::last_component(b);
    });
    return files;
}

bool is_source(std::string_view directive) {
    return is_among(directive, "server peer pool");
}

}  // namespace

void ChronyConf::read(const std::string& path, std::string_view text) {
    read_text(path, text, 1);
    for (const std::vector<std::string>& directories : source_directories_) {
        for (const std::string& file : files_of(directories, ".sources"))
            read_sources_file(file);
    }
}

void ChronyConf::read_text(const std::string& path, std::string_view text, unsigned level) {
    for_each_line(text, [&](std::string_view line, std::size_t number) {
        const Words words = split_chrony_line(line);
        if (!words.empty())
            read_line({path, number}, words, level);
    });
}

void ChronyConf::read_line(const Place& place, const Words& words, unsigned level) {
    const std::string directive = to_lower(words[0]);
    std::string user;
    if (is_source(directive)) {
        read_source(place, words);
    } else if (directive == "keyfile") {
        if (read_path(place, words, settings_.keys_path))
            settings_.keys_at = place;
    } else if (directive == "user") {
        if (read_path(place, words, user))
            settings_.user = std::move(user);
    } else if (directive == "include") {
        include(place, words, level);
    } else if (directive == "confdir") {
        read_directories(place, words, level);
    } else if (directive == "sourcedir") {
        source_directories_.emplace_back(words.begin() + 1, words.end());
    } else if (directive == "ntsservercert") {
        read_nts_file(place, words, NtsFile::Role::certificate);
    } else if (directive == "ntsserverkey") {
        read_nts_file(place, words, NtsFile::Role::key);
    } else if (directive == "ntstrustedcerts") {
        read_nts_file(place, words, NtsFile::Role::authorities);
    } else if (directive == "nosystemcert") {
        settings_.has_system_authorities = false;
    } else if (is_among(directive, "keys trustedkey crypto keysdir")) {
        report_syntax(
            place,
            fmt::format("{} is ntpd's word; chronyd has a keyfile, all of whose keys it trusts", directive));
    } else {
        check_spelling(place, directive, KEY_DIRECTIVES);
    }
}

bool ChronyConf::read_path(const Place& place, const Words& words, std::string& value) {
    if (words.size() != 2) {
        const bool is_comment = words.size() > 2 && is_chrony_comment(words[2]);
        report_syntax(place, words.size() < 2 ? fmt::format("{} without a word behind it", words[0])
                             : is_comment     ? std::string(COMMENT_BEHIND)
                                              : fmt::format("more than one word behind {}", words[0]));
        return false;
    }
    value = words[1];
    if (value.find_first_of("\"'") != std::string::npos)
        report_syntax(place, "quotes in a path: chronyd takes them for a part of the name");
    return true;
}

void ChronyConf::read_nts_file(const Place& place, const Words& words, NtsFile::Role role) {
    std::string path;
    // ntstrustedcerts may have the number of a set in front.
    Words rest = words;
    if (role == NtsFile::Role::authorities && rest.size() == 3 && to_number(rest[1]))
        rest.erase(rest.begin() + 1);
    if (read_path(place, rest, path))
        settings_.nts_files.push_back({role, std::move(path), place});
}

// Options of younger chronyd change nothing about keys.
void ChronyConf::read_source(const Place& place, const Words& words) {
    using enum Association::Authentication;
    Association association;
    association.path = place.path;
    association.line = place.line;
    association.kind = to_lower(words[0]);
    if (words.size() < 2) {
        report_syntax(place, fmt::format("{} without an address", words[0]));
        return;
    }
    association.address = words[1];
    for (std::size_t next = 2; next < words.size(); ++next) {
        const std::string option = to_lower(words[next]);
        if (option == "key")
            read_key(place, association, words, next);
        else if (option == "nts")
            association.authentication = nts;
        else if (is_chrony_comment(option)) {
            report_syntax(place, std::string(COMMENT_BEHIND));
            break;
        } else if (option == "autokey") {
            report_syntax(place, "chronyd has no Autokey");
        }
    }
    settings_.associations.push_back(std::move(association));
}

// Key 0 is chronyd's word for none, and cannot be asked for.
void ChronyConf::read_key(const Place& place, Association& association, const Words& words,
                          std::size_t& next) {
    const auto number = next + 1 < words.size() ? to_number(words[next + 1]) : std::nullopt;
    if (number)
        ++next;
    if (association.authentication == Association::Authentication::none)
        association.authentication = Association::Authentication::symmetric;
    if (number && *number > 0 && *number <= UINT32_MAX)
        association.key = static_cast<std::uint32_t>(*number);
    else
        report_syntax(place, "key without the number of a key behind it");
}

void ChronyConf::include(const Place& place, const Words& words, unsigned level) {
    std::string pattern;
    if (!read_path(place, words, pattern))
        return;
    if (pattern.find_first_of("*?[\\") == std::string::npos) {
        read_file(place, pattern, level);
        return;
    }
    const std::string directory = pattern.substr(0, std::min(pattern.rfind('/'), pattern.size()));
    if (is_closed_directory(directory))
        leave_out(place, directory, "this user cannot look into it");
    for (const std::string& file : glob_files(pattern))
        read_file(place, file, level);
}

void ChronyConf::read_directories(const Place& place, const Words& words, unsigned level) {
    const std::vector<std::string> directories(words.begin() + 1, words.end());
    for (const std::string& directory : directories) {
        if (is_closed_directory(directory))
            leave_out(place, directory, "this user cannot look into it");
    }
    for (const std::string& file : files_of(directories, ".conf"))
        read_file(place, file, level);
}

void ChronyConf::read_file(const Place& place, const std::string& path, unsigned level) {
    if (level >= CHRONY_MAX_INCLUDE_LEVEL || ++files_ > MAX_INCLUDED_FILES) {
        if (files_ <= MAX_INCLUDED_FILES + 1)
            add("conf-include", Severity::critical, place,
                "more levels of included files than chronyd follows");
        files_ = MAX_INCLUDED_FILES + 1;
        return;
    }
    if (const auto content = open_included(place, path))
        read_text(path, content->text(), level + 1);
}

// Lines that are not ended by a newline are skipped there in silence.
void ChronyConf::read_sources_file(const std::string& path) {
    const FileProbe probed = probe(path);
    if (probed.state == FileProbe::State::unknown)
        leave_out({path}, path, probed.cause);
    const std::string_view text = probed.content.text();
    for_each_line(text, [&](std::string_view line, std::size_t number) {
        const Words words = split_chrony_line(line);
        const bool is_ended = line.data() + line.size() != text.data() + text.size();
        if (words.empty())
            return;
        if (!is_ended)
            add("conf-syntax", Severity::warning, {path, number},
                "the last line does not end with a newline: chronyd leaves it out");
        else if (is_source(to_lower(words[0])))
            read_source({path, number}, words);
        else
            add("conf-syntax", Severity::warning, {path, number},
                "chronyd takes no source from this line, and says nothing");
    });
}

}  // namespace keygen::daemon

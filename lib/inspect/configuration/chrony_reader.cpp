#include "inspect/configuration/chrony_reader.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>
#include <glob.h>

#include <algorithm>
#include <memory>
#include <new>
#include <span>

#include "inspect/configuration/chrony_source.hpp"
#include "inspect/configuration/chrony_words.hpp"
#include "inspect/configuration/file_probe.hpp"
#include "keysdir/filename.hpp"

namespace keygen::inspection {

namespace {

// conf.c: MAX_INCLUDE_LEVEL, MAX_LINE_LENGTH, MAX_CONF_DIRS.
constexpr unsigned CHRONY_MAX_INCLUDE_LEVEL = 10;
constexpr std::size_t MAX_LINE_BYTES = 2048;
constexpr std::size_t MAX_DIRECTORIES = 10;

std::vector<std::string> glob_files(const std::string& pattern, int flags, int& status) {
    glob_t found{};
    status = ::glob(pattern.c_str(), flags, nullptr, &found);
    const std::unique_ptr<glob_t, void (*)(glob_t*)> guard(&found, ::globfree);
    if (status == GLOB_NOSPACE)
        throw std::bad_alloc();
    if (status != 0)
        return {};
    return {found.gl_pathv, found.gl_pathv + found.gl_pathc};
}

// Of all directories the files of that ending, by their names; of equal names the one in the first directory.
std::vector<std::string> files_of(std::span<const std::string_view> directories, std::string_view ending) {
    std::vector<std::string> files;
    for (const std::string_view directory : directories) {
        int ignored = 0;
        for (std::string& path : glob_files(fmt::format("{}/*{}", directory, ending), 0, ignored)) {
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

}  // namespace

void ChronyReader::read(const std::string& path, std::string_view text) {
    read_text(path, text, 1);
    for (const std::string& words : source_directories_) {
        if (settings_.ends)
            return;
        const Words directories = split_chrony_line(words);
        for (const std::string& file : files_of(directories, ".sources"))
            read_sources_file(file);
    }
}

void ChronyReader::read_text(const std::string& path, std::string_view text, unsigned level) {
    for (ConfigurationLine directory_scan{path, 1}; !text.empty() && !settings_.ends; ++directory_scan.line) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (line.size() + 1 >= MAX_LINE_BYTES)
            end_on(directory_scan, "String too long");
        else
            read_line(directory_scan, split_chrony_line(line), level);
    }
}

void ChronyReader::read_line(const ConfigurationLine& directory_scan, const Words& words, unsigned level) {
    if (words.empty())
        return;
    const std::string directive = to_lower(words[0]);
    if (!is_chrony_directive(directive)) {
        end_on(directory_scan, "Invalid directive");
    } else if (directive == "server" || directive == "peer" || directive == "pool") {
        if (!read_source(directory_scan, words))
            end_on(directory_scan, fmt::format("Could not parse {} directive", words[0]));
    } else if (is_one_word_directive(directive) || directive == "include") {
        if (!check_word_count(directory_scan, words, 2))
            return;
        if (directive == "keyfile")
            settings_.keys_path = words[1];
        else if (directive == "include")
            include(directory_scan, std::string(words[1]), level);
    } else if (is_bare_directive(directive)) {
        check_word_count(directory_scan, words, 1);
    } else if (directive == "confdir") {
        read_directories(directory_scan, words, level);
    } else if (directive == "sourcedir") {
        std::string directories;
        for (const std::string_view word : std::span(words).subspan(1))
            directories += fmt::format("{} ", word);
        source_directories_.push_back(std::move(directories));
    } else if (directive == "commandkey" || directive == "generatecommandkey" ||
               directive == "linux_freq_scale" || directive == "linux_hz") {
        settings_.log.push_back({fmt::format("{} directive is no longer supported", words[0]), false});
    }
}

bool ChronyReader::check_word_count(const ConfigurationLine& directory_scan, const Words& words,
                                    std::size_t count) {
    if (words.size() == count)
        return true;
    end_on(directory_scan, fmt::format("{} arguments for {} directive",
                                       words.size() < count ? "Missing" : "Too many", words[0]));
    return false;
}

bool ChronyReader::read_source(const ConfigurationLine& directory_scan, const Words& words) {
    Association association;
    association.path = directory_scan.path;
    association.line = directory_scan.line;
    association.kind = to_lower(words[0]);
    if (!read_chrony_source(association, std::span(words).subspan(1)))
        return false;
    settings_.associations.push_back(std::move(association));
    return true;
}

void ChronyReader::include(const ConfigurationLine& directory_scan, const std::string& pattern,
                           unsigned level) {
    int status = 0;
    // As with GLOB_NOMAGIC, which not every C library has: what is no pattern is a name.
    const bool is_pattern = pattern.find_first_of("*?[\\") != std::string::npos;
    const auto files = is_pattern ? glob_files(pattern, GLOB_ERR, status) : std::vector<std::string>{pattern};
    if (status != 0 && status != GLOB_NOMATCH) {
        const std::string directory = pattern.substr(0, std::min(pattern.rfind('/'), pattern.size()));
        if (is_closed_directory(directory)) {
            leave_out(directory_scan, directory, "this user cannot look into it");
            return;
        }
        findings_.add("conf-include", Severity::critical, directory_scan.path, directory_scan.line,
                      fmt::format("chronyd cannot search for {}, and ends", escaped(pattern)), "");
        end(fmt::format("Could not search for files matching {}", pattern));
        return;
    }
    for (const std::string& file : files) {
        if (!settings_.ends)
            read_file(directory_scan, file, level);
    }
}

void ChronyReader::read_directories(const ConfigurationLine& directory_scan, const Words& words,
                                    unsigned level) {
    const auto directories = std::span(words).subspan(1);
    if (directories.empty() || directories.size() > MAX_DIRECTORIES) {
        end_on(directory_scan, fmt::format("Could not parse {} directive", words[0]));
        return;
    }
    for (const std::string_view directory : directories) {
        if (is_closed_directory(std::string(directory)))
            leave_out(directory_scan, std::string(directory), "this user cannot look into it");
    }
    for (const std::string& file : files_of(directories, ".conf")) {
        if (!settings_.ends)
            read_file(directory_scan, file, level);
    }
}

void ChronyReader::read_file(const ConfigurationLine& directory_scan, const std::string& path,
                             unsigned level) {
    if (level >= CHRONY_MAX_INCLUDE_LEVEL) {
        findings_.add("conf-include", Severity::critical, directory_scan.path, directory_scan.line,
                      "more levels of included files than chronyd follows: it ends", "");
        end("Maximum include level reached");
        return;
    }
    const FileProbe probed = probe(path);
    if (probed.state == FileProbe::State::present) {
        read_text(path, probed.content.text(), level + 1);
    } else if (probed.state == FileProbe::State::unknown) {
        leave_out(directory_scan, path, probed.cause);
    } else {
        findings_.add("conf-include", Severity::critical, directory_scan.path, directory_scan.line,
                      fmt::format("{}: cannot read: {}", escaped(path), probed.cause), "");
        end(fmt::format("Could not open {} : {}", path, probed.cause));
    }
}

// Lines that are not understood, or not ended by a newline, are skipped there in silence.
void ChronyReader::read_sources_file(const std::string& path) {
    const FileProbe probed = probe(path);
    if (probed.state == FileProbe::State::unknown)
        leave_out({path, 0}, path, probed.cause);
    std::string_view text = probed.content.text();
    for (ConfigurationLine directory_scan{path, 1}; text.find('\n') != std::string_view::npos;
         ++directory_scan.line) {
        const Words words = split_chrony_line(text.substr(0, text.find('\n')));
        text.remove_prefix(text.find('\n') + 1);
        if (words.empty())
            continue;
        const std::string directive = to_lower(words[0]);
        const bool is_source = directive == "server" || directive == "peer" || directive == "pool";
        if (!is_source || !read_source(directory_scan, words))
            findings_.add("conf-syntax", Severity::warning, directory_scan.path, directory_scan.line,
                          "chronyd takes no source from this line, and says nothing", "");
    }
    if (!text.empty())
        findings_.add("conf-syntax", Severity::warning, path, 0,
                      "the last line does not end with a newline: chronyd leaves it out", "");
}

void ChronyReader::leave_out(const ConfigurationLine& directory_scan, const std::string& path,
                             std::string_view cause) {
    settings_.is_incomplete = true;
    findings_.add("conf-include", Severity::warning, directory_scan.path, directory_scan.line,
                  fmt::format("{}: {}; it is left out here", escaped(path), cause), "");
}

void ChronyReader::end_on(const ConfigurationLine& directory_scan, const std::string& complaint) {
    findings_.add("conf-syntax", Severity::critical, directory_scan.path, directory_scan.line,
                  fmt::format("chronyd ends on this line: {}", escaped(complaint)), "");
    end(fmt::format("{} at line {} in file {}", complaint, directory_scan.line, directory_scan.path));
}

void ChronyReader::end(std::string text) {
    settings_.log.push_back({"Fatal error : " + std::move(text), true});
    settings_.ends = true;
}

}  // namespace keygen::inspection

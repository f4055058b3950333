#include "daemon/ntp_conf.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "daemon/file_probe.hpp"

namespace keygen::daemon {

namespace {

// ntp_scanner.h: MAXINCLUDELEVEL.
constexpr std::size_t NTP_MAX_INCLUDE_LEVEL = 5;

std::string folder_of(const std::string& path) {
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? "." : path.substr(0, slash);
}

bool is_directory(const std::string& path) {
    std::error_code ignored;
    return std::filesystem::is_directory(path, ignored);
}

std::vector<std::string> conf_files_in(const std::string& path) {
    std::vector<std::string> names;
    std::error_code failed;
    for (std::filesystem::directory_iterator entry(path, failed), end; !failed && entry != end;
         entry.increment(failed)) {
        std::string name = entry->path().filename().string();
        if (name.ends_with(".conf"))
            names.push_back(std::move(name));
    }
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace

void NtpConf::read(const std::string& path, std::string_view text) {
    read_text(path, text, 1);
    // NTPsec reads a directory beside its configuration, and nobody has to ask for it.
    const std::string directory = folder_of(path) + "/ntp.d";
    is_over_ = false;
    if (is_ntpsec() && (is_directory(directory) || is_closed_directory(directory)))
        include_directory({path}, directory, 1);
}

void NtpConf::read_text(const std::string& path, std::string_view text, std::size_t level) {
    for_each_line(text, [&](std::string_view line, std::size_t number) {
        if (!is_over_)
            read_line({path, number}, line, level);
    });
}

void NtpConf::read_line(const Place& place, std::string_view text, std::size_t level) {
    NtpWords words(text);
    const std::string_view statement = words.next();
    if (statement == "end") {
        is_over_ = true;
    } else if (statement == "includefile") {
        std::string name;
        if (statement_.read_path(place, statement, words, name))
            include(place, name, level);
    } else if (!statement.empty()) {
        statement_.read(place, statement, words);
    }
}

// ntpd seeks a relative path where it runs, NTPsec beside the file that names it.
void NtpConf::include(const Place& place, const std::string& name, std::size_t level) {
    if (level > NTP_MAX_INCLUDE_LEVEL) {
        add("conf-include", Severity::critical, place,
            fmt::format("more levels of included files than {} follows", name_of(settings_.daemon)));
        return;
    }
    const bool is_beside = is_ntpsec() && !name.starts_with('/');
    const std::string path = is_beside ? folder_of(place.path) + "/" + name : name;
    if (is_ntpsec() && is_directory(path))
        include_directory(place, path, level);
    else
        include_file(place, path, level);
}

void NtpConf::include_directory(const Place& place, const std::string& path, std::size_t level) {
    if (is_closed_directory(path)) {
        leave_out(place, path, "this user cannot look into it");
        return;
    }
    for (const std::string& name : conf_files_in(path)) {
        const std::string inner = path + "/" + name;
        if (!is_directory(inner))
            include_file(place, inner, level);
        else if (level <= NTP_MAX_INCLUDE_LEVEL)
            include_directory(place, inner, level + 1);
    }
}

void NtpConf::include_file(const Place& place, const std::string& path, std::size_t level) {
    if (is_over_ || ++files_ > MAX_INCLUDED_FILES) {
        if (files_ == MAX_INCLUDED_FILES + 1)
            add("conf-include", Severity::critical, place,
                fmt::format("more than {} included files; the rest is not read", MAX_INCLUDED_FILES));
        return;
    }
    if (const auto content = open_included(place, path))
        read_text(path, content->text(), level + 1);
}

}  // namespace keygen::daemon

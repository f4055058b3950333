#include "daemon/apparmor.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <string_view>

#include "daemon/file_probe.hpp"
#include "daemon/words.hpp"

namespace keygen::daemon {

namespace {

constexpr int MAX_INCLUDES = 8;

std::string_view profile_name(Daemon daemon) {
    switch (daemon) {
        case Daemon::ntpd:
        case Daemon::ntpsec:
            return "usr.sbin.ntpd";
        case Daemon::chrony:
            return "usr.sbin.chronyd";
        case Daemon::ntpd_rs:
            break;
    }
    return "";
}

bool is_there(const std::string& path) {
    return probe(path).state != FileProbe::State::absent;
}

// "{a,b}" are alternatives, also one in another.
void expand(const std::string& glob, std::vector<std::string>& patterns) {
    const auto close = glob.find('}');
    const auto open = close == std::string::npos ? close : glob.rfind('{', close);
    if (open == std::string::npos) {
        patterns.push_back(glob);
        return;
    }
    std::string_view choices = std::string_view(glob).substr(open + 1, close - open - 1);
    for (bool is_last = false; !is_last;) {
        const auto comma = choices.find(',');
        is_last = comma == std::string_view::npos;
        expand(glob.substr(0, open) + std::string(choices.substr(0, comma)) + glob.substr(close + 1),
               patterns);
        choices.remove_prefix(is_last ? choices.size() : comma + 1);
    }
}

// "*" stops at a slash; beside a "**", which does not, it is not told apart.
bool matches(const std::string& pattern, const std::string& path) {
    return ::fnmatch(pattern.c_str(), path.c_str(),
                     pattern.find("**") == std::string::npos ? FNM_PATHNAME : 0) == 0;
}

constexpr std::string_view ALL_FILES = "/**";

// "owner /path r,", "r /path," or "file,". What is denied is not looked at.
std::string_view readable_glob(const std::vector<std::string_view>& words) {
    if (words.empty() || words.front() == "deny")
        return "";
    if (words.back() == "file," || words.back() == "all,")
        return ALL_FILES;
    const auto path = std::find_if(words.begin(), words.end(), [](std::string_view word) {
        return word.starts_with('/') || word.starts_with("@{");
    });
    if (path == words.end() || words.back().back() != ',')
        return "";
    const bool is_last = path + 1 == words.end();
    if (is_last && path == words.begin())
        return "";
    const std::string_view access = is_last ? *(path - 1) : *(path + 1);
    if (access.find('r') == std::string_view::npos)
        return "";
    return is_last ? path->substr(0, path->size() - 1) : *path;
}

// "include <x>", and "#include <x>" as older profiles write it.
std::string_view included(const std::vector<std::string_view>& words) {
    if (words.empty() || words.front() != "include")
        return "";
    const std::string_view name = words.back();
    return name.size() > 2 && name.starts_with('<') && name.ends_with('>') ? name.substr(1, name.size() - 2)
                                                                           : std::string_view();
}

}  // namespace

std::optional<AppArmorProfile> AppArmorProfile::read(Daemon daemon, const std::string& folder) {
    const std::string name(profile_name(daemon));
    AppArmorProfile profile;
    profile.path_ = fmt::format("{}/{}", folder, name);
    profile.local_path_ = fmt::format("{}/local/{}", folder, name);
    const FileProbe found = probe(profile.path_);
    if (name.empty() || found.content.empty() || is_there(fmt::format("{}/disable/{}", folder, name)))
        return std::nullopt;
    profile.read_rules(folder, name, MAX_INCLUDES);
    return profile;
}

void AppArmorProfile::read_rules(const std::string& folder, const std::string& name, int depth) {
    const FileProbe file = probe(fmt::format("{}/{}", folder, name));
    for_each_line(file.content.text(), [&](std::string_view line, std::size_t) {
        const auto old_include = line.find("#include");
        const auto words = split_chrony_line(line.substr(old_include == line.npos ? 0 : old_include + 1));
        if (const auto glob = readable_glob(words); !glob.empty())
            expand(resolved(glob), readable_);
        else if (const auto other = included(words); !other.empty() && depth > 0)
            read_rules(folder, std::string(other), depth - 1);
        else if (!words.empty() && words.front().starts_with("@{"))
            define(words);
    });
}

// "@{PROC}=/proc/", "@{HOMEDIRS} += /srv/home/"
void AppArmorProfile::define(const std::vector<std::string_view>& words) {
    std::string line;
    for (const std::string_view word : words)
        line += fmt::format("{}{}", line.empty() ? "" : " ", word);
    const auto sign = line.find('=');
    if (sign == std::string::npos)
        return;
    std::string& known = variables_[line.substr(0, line.find('}') + 1)];
    if (line[sign - 1] != '+')
        known.clear();
    for (std::string_view value : split_chrony_line(std::string_view(line).substr(sign + 1))) {
        if (value.size() > 1 && value.front() == '"')
            value = value.substr(1, value.size() - 2);
        while (value.size() > 1 && value.ends_with('/'))
            value.remove_suffix(1);
        known += fmt::format("{}{}", known.empty() ? "" : ",", value);
    }
}

std::string AppArmorProfile::resolved(std::string_view glob) const {
    std::string text(glob);
    for (int depth = 0; depth < MAX_INCLUDES; ++depth) {
        const auto start = text.find("@{");
        const auto end = text.find('}', std::min(start, text.size()));
        const auto found = end == std::string::npos ? variables_.end()
                                                    : variables_.find(text.substr(start, end + 1 - start));
        if (end == std::string::npos)
            break;
        // What an unknown one holds may be anything.
        text.replace(start, end + 1 - start, found == variables_.end() ? "**" : "{" + found->second + "}");
    }
    return text;
}

bool AppArmorProfile::may_read(const std::string& path) const {
    return std::any_of(readable_.begin(), readable_.end(),
                       [&](const std::string& pattern) { return matches(pattern, path); });
}

bool is_apparmor_enabled() {
    return probe("/sys/module/apparmor/parameters/enabled").content.text().starts_with('Y');
}

}  // namespace keygen::daemon

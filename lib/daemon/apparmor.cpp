#include "daemon/apparmor.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <filesystem>
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

// Rules about something else than files.
bool is_about_others(const std::vector<std::string_view>& words) {
    constexpr std::string_view KEYWORDS =
        "abi alias capability change_profile dbus deny io_uring mount mqueue network pivot_root priority "
        "ptrace remount rlimit set signal umount unix userns";
    const bool is_qualified = words.size() > 1 && is_among(words.front(), "audit allow");
    return is_among(words[is_qualified ? 1 : 0], KEYWORDS);
}

bool ends_rule(std::string_view word) {
    return word.ends_with(',');
}

// "owner /path r,", "r /path," or "file,"; empty for what is no permission to read, nothing for words that
// are not understood.
std::optional<std::string_view> readable_glob(const std::vector<std::string_view>& words) {
    if (words.front() == "file," || words.front() == "all,")
        return "/**";
    const auto path = std::find_if(words.begin(), words.end(), [](std::string_view word) {
        return word.starts_with('/') || word.starts_with("@{");
    });
    if (path == words.end() || std::find_if(words.begin(), words.end(), ends_rule) + 1 != words.end())
        return std::nullopt;
    const bool is_last = path + 1 == words.end();
    if (is_last && path == words.begin())
        return std::nullopt;
    const std::string_view access = is_last ? *(path - 1) : *(path + 1);
    if (access.find('r') == std::string_view::npos)
        return "";
    return is_last ? path->substr(0, path->size() - 1) : *path;
}

// Without the comment at its end; "#include" is none.
std::string_view without_comment(std::string_view line) {
    if (const auto include = line.find("#include"); include != std::string_view::npos)
        return line.substr(include + 1);
    return line.substr(0, line.find('#'));
}

// "include <x>", and "#include <x>" as older profiles write it.
std::string_view included(const std::vector<std::string_view>& words) {
    if (words.front() != "include")
        return "";
    const std::string_view name = words.back();
    return name.size() > 2 && name.starts_with('<') && name.ends_with('>') ? name.substr(1, name.size() - 2)
                                                                           : std::string_view();
}

}  // namespace

std::optional<AppArmorProfile> AppArmorProfile::read(Daemon daemon, const std::string& folder) {
    const std::string name(profile_name(daemon));
    AppArmorProfile profile;
    profile.program_ = "/" + name;
    std::replace(profile.program_.begin(), profile.program_.end(), '.', '/');
    profile.path_ = fmt::format("{}/{}", folder, name);
    profile.local_path_ = fmt::format("{}/local/{}", folder, name);
    const auto has_mark = [&](const char* mark) {
        return is_there(fmt::format("{}/{}/{}", folder, mark, name));
    };
    if (name.empty() || !is_there(profile.path_) || has_mark("disable") || has_mark("force-complain"))
        return std::nullopt;
    profile.read_rules(folder, name, MAX_INCLUDES);
    return profile.is_enforced_ ? std::optional(std::move(profile)) : std::nullopt;
}

void AppArmorProfile::read_rules(const std::string& folder, const std::string& name, int depth) {
    const FileProbe file = probe(fmt::format("{}/{}", folder, name));
    is_understood_ = is_understood_ && depth > 0;
    if (file.is_directory && depth > 0) {
        std::error_code failed;
        for (const auto& entry :
             std::filesystem::directory_iterator(fmt::format("{}/{}", folder, name), failed))
            read_rules(folder, fmt::format("{}/{}", name, entry.path().filename().string()), depth - 1);
        return;
    }
    bool is_within_other = false;  // whose rules may have several lines
    for_each_line(file.content.text(), [&](std::string_view line, std::size_t) {
        line = without_comment(line);
        const auto words = split_chrony_line(line);
        if (words.empty())
            return;
        if (is_within_other || is_about_others(words))
            is_within_other = !ends_rule(words.back());
        else if (words.back() == "{")
            is_enforced_ =
                is_enforced_ && line.find("complain") == line.npos && line.find("unconfined") == line.npos;
        else if (const auto other = included(words); !other.empty() && depth > 0)
            read_rules(folder, std::string(other), depth - 1);
        else if (words.front().starts_with("@{") && line.find('=') != line.npos)
            define(line);
        else if (words.front() != "}")
            allow(words);
    });
}

void AppArmorProfile::allow(const std::vector<std::string_view>& words) {
    const auto glob = readable_glob(words);
    if (!glob)
        is_understood_ = false;
    else if (!glob->empty())
        expand(resolved(*glob), readable_);
}

// "@{PROC}=/proc/", "@{HOMEDIRS} += /srv/home/"
void AppArmorProfile::define(std::string_view line) {
    const auto sign = line.find('=');
    const auto start = line.find("@{");
    std::string& known = variables_[std::string(line.substr(start, line.find('}') + 1 - start))];
    if (line[sign - 1] != '+')
        known.clear();
    for (std::string_view value : split_chrony_line(line.substr(sign + 1))) {
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
        const auto end = start == std::string::npos ? start : text.find('}', start);
        if (end == std::string::npos)
            break;
        const std::string name = text.substr(start, end + 1 - start);
        const auto found = variables_.find(name);
        // What an unknown one holds may be anything.
        text.replace(start, name.size(), found == variables_.end() ? "**" : "{" + found->second + "}");
    }
    return text;
}

bool AppArmorProfile::may_read(const std::string& path) const {
    return !is_understood_ || std::any_of(readable_.begin(), readable_.end(),
                                          [&](const std::string& pattern) { return matches(pattern, path); });
}

bool is_apparmor_enabled() {
    return probe("/sys/module/apparmor/parameters/enabled").content.text().starts_with('Y');
}

}  // namespace keygen::daemon

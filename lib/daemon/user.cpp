#include "daemon/user.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "daemon/file_probe.hpp"
#include "daemon/words.hpp"

namespace keygen::daemon {

namespace {

namespace fs = std::filesystem;

struct Habits {
    std::string_view units;     ///< names of the daemon's service
    std::string_view accounts;  ///< that packages make for it
};

Habits habits_of(Daemon daemon) {
    switch (daemon) {
        case Daemon::ntpd:
            return {"ntp ntpd", "ntp"};
        case Daemon::ntpsec:
            return {"ntpsec ntpd ntp", "ntpsec ntp"};
        case Daemon::chrony:
            return {"chrony chronyd", "_chrony chrony"};
        case Daemon::ntpd_rs:
            return {"ntpd-rs", "ntpd-rs _ntpd-rs"};
    }
    return {};
}

std::optional<User> find_account(const std::string& name) {
    const passwd* entry = ::getpwnam(name.c_str());
    if (entry == nullptr)
        return std::nullopt;
    const gid_t group = entry->pw_gid;
    const ::group* named = ::getgrgid(group);
    User user{name, entry->pw_uid, {}, named != nullptr ? named->gr_name : std::to_string(group)};
    int count = 0;
    ::getgrouplist(name.c_str(), group, nullptr, &count);
    user.groups.resize(static_cast<std::size_t>(std::max(count, 1)), group);
    count = static_cast<int>(user.groups.size());
    ::getgrouplist(name.c_str(), group, user.groups.data(), &count);
    return user;
}

// `User=` of a unit, or what stands behind -u in the command or the options of /etc/default.
void read_unit(std::string_view text, std::string& name) {
    for_each_line(text, [&](std::string_view line, std::size_t) {
        if (line.starts_with("User="))
            name = line.substr(5);
        const auto words = split_chrony_line(line);
        for (std::size_t i = 0; i + 1 < words.size(); ++i) {
            const bool is_command =
                line.starts_with("ExecStart=") || line.find("OPTS=") != std::string_view::npos;
            if (is_command && words[i].ends_with("-u") && words[i + 1].find('$') == std::string_view::npos)
                name = words[i + 1].substr(0, words[i + 1].find_first_of(":'\""));
        }
    });
}

std::string user_of_unit(const Habits& habits) {
    std::string name;
    for (const std::string_view unit : split_chrony_line(habits.units)) {
        for (const std::string_view directory :
             {"/usr/lib/systemd/system", "/run/systemd/system", "/etc/systemd/system"}) {
            const std::string path = fmt::format("{}/{}.service", directory, unit);
            read_unit(probe(path).content.text(), name);
            std::error_code failed;
            for (fs::directory_iterator entry(path + ".d", failed), end; !failed && entry != end;
                 entry.increment(failed))
                read_unit(probe(entry->path().string()).content.text(), name);
        }
        read_unit(probe(fmt::format("/etc/default/{}", unit)).content.text(), name);
        read_unit(probe(fmt::format("/etc/sysconfig/{}", unit)).content.text(), name);
    }
    return name;
}

bool may(const User& user, const std::string& path, mode_t bit) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0)
        return true;  // what is not there is another matter
    const bool is_group =
        std::find(user.groups.begin(), user.groups.end(), status.st_gid) != user.groups.end();
    const unsigned shift = status.st_uid == user.id ? 6 : is_group ? 3 : 0;
    return user.id == 0 || ((status.st_mode >> shift) & bit) != 0;
}

std::string find_closed_step(const User& user, const fs::path& path) {
    constexpr mode_t MAY_READ = 4;
    constexpr mode_t MAY_ENTER = 1;
    fs::path step;
    for (const fs::path& part : path) {
        step /= part;
        if (!may(user, step.string(), step == path ? MAY_READ : MAY_ENTER))
            return step.string();
    }
    return "";
}

}  // namespace

std::optional<User> find_user(const ConfigurationRequest& request, const Settings& settings) {
    if (!request.user.empty()) {
        auto user = find_account(request.user);
        if (!user)
            throw Error(ErrorCode::bad_request, fmt::format("there is no user {}", escaped(request.user)));
        return user;
    }
    std::error_code failed;
    const std::string path = fs::canonical(request.path, failed).string();
    if (!path.starts_with("/etc/"))
        return std::nullopt;
    const Habits habits = habits_of(settings.daemon);
    const std::string name = settings.user ? *settings.user : user_of_unit(habits);
    if (!name.empty())
        return find_account(name);
    for (const std::string_view account : split_chrony_line(habits.accounts)) {
        if (auto user = find_account(std::string(account)))
            return user;
    }
    return std::nullopt;
}

std::string find_closed_part(const User& user, const std::string& path) {
    std::error_code failed;
    const std::string closed = find_closed_step(user, fs::absolute(path, failed));
    if (!closed.empty())
        return closed;
    const fs::path resolved = fs::canonical(path, failed);
    return failed ? "" : find_closed_step(user, resolved);
}

}  // namespace keygen::daemon

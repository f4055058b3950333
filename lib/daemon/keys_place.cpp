#include <keygen/error.hpp>
#include <keygen/keys_place.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

#include <keygen/keysdir.hpp>

namespace keygen {

namespace {

enum class Family { debian, red_hat, suse, arch, unknown };

constexpr const char* OS_RELEASE = "/etc/os-release";

struct Place {
    Daemon daemon;
    Family family;
    const char* path;
    const char* group;
    const char* command;
};
// From the packages' own configuration files and unit names: Debian's chrony, ntpsec and (up to 11) ntp,
// Fedora's and RHEL's chrony, ntpsec and ntp, openSUSE's chrony and ntp, Arch's chrony.
constexpr std::array PLACES = {
    Place{Daemon::chrony, Family::debian, "/etc/chrony/chrony.keys", "_chrony", "chronyc rekey"},
    Place{Daemon::chrony, Family::red_hat, "/etc/chrony.keys", "chrony", "chronyc rekey"},
    Place{Daemon::chrony, Family::suse, "/etc/chrony.keys", "chrony", "chronyc rekey"},
    Place{Daemon::chrony, Family::arch, "/etc/chrony.keys", "chrony", "chronyc rekey"},
    Place{Daemon::ntpsec, Family::debian, "/etc/ntpsec/ntp.keys", "ntpsec", "systemctl restart ntpsec"},
    Place{Daemon::ntpsec, Family::red_hat, "/etc/ntp/keys", "ntp", "systemctl restart ntpd"},
    Place{Daemon::ntpd, Family::debian, "/etc/ntp.keys", "ntp", "systemctl restart ntp"},
    Place{Daemon::ntpd, Family::red_hat, "/etc/ntp/keys", "ntp", "systemctl restart ntpd"},
    Place{Daemon::ntpd, Family::suse, "/etc/ntp.keys", "ntp", "systemctl restart ntpd"},
};

// ID and ID_LIKE of os-release(5), in that order, without quotes.
std::string distribution_words(std::string_view text) {
    std::string words;
    for (const std::string_view key : {"ID=", "ID_LIKE="}) {
        for (std::string_view rest = text; !rest.empty();) {
            const auto line = rest.substr(0, rest.find('\n'));
            rest.remove_prefix(std::min(line.size() + 1, rest.size()));
            if (line.starts_with(key))
                words += fmt::format(" {}", line.substr(key.size()));
        }
    }
    words.erase(std::remove(words.begin(), words.end(), '"'), words.end());
    return words + " ";
}

Family family_of(std::string_view words) {
    constexpr std::array<std::pair<std::string_view, Family>, 9> KNOWN = {{{"debian", Family::debian},
                                                                           {"ubuntu", Family::debian},
                                                                           {"fedora", Family::red_hat},
                                                                           {"rhel", Family::red_hat},
                                                                           {"centos", Family::red_hat},
                                                                           {"suse", Family::suse},
                                                                           {"opensuse", Family::suse},
                                                                           {"sles", Family::suse},
                                                                           {"arch", Family::arch}}};
    for (const auto& [word, family] : KNOWN) {
        if (words.find(fmt::format(" {} ", word)) != std::string_view::npos)
            return family;
    }
    return Family::unknown;
}

}  // namespace

KeysPlace find_keys_place(Daemon daemon) {
    if (daemon == Daemon::ntpd_rs)
        throw Error(ErrorCode::bad_request,
                    "ntpd-rs has no keys file: it authenticates with Network Time Security alone");
    const std::string words = distribution_words(read_file(OS_RELEASE).text());
    const Family family = family_of(words);
    const auto place = std::find_if(PLACES.begin(), PLACES.end(), [&](const Place& candidate) {
        return candidate.daemon == daemon && candidate.family == family;
    });
    if (place == PLACES.end())
        throw Error(ErrorCode::unsupported,
                    fmt::format("it is not known where {} looks for keys; os-release says{}", name_of(daemon),
                                escaped(words.substr(0, words.size() - 1))))
            .hint("name the file and its group: keygen --ensure <file> --group <group> --dialect <dialect>");
    const std::string directory = std::filesystem::path(place->path).parent_path().string();
    std::error_code ignored;
    if (!std::filesystem::is_directory(directory, ignored))
        throw Error(ErrorCode::not_found,
                    fmt::format("no such directory: is the package of {} installed?", name_of(daemon)))
            .in(directory);
    return {place->path, place->group, place->command};
}

}  // namespace keygen

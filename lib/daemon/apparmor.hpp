#pragma once

#include <keygen/configuration.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keygen::daemon {

/// The AppArmor profile that a package laid down for a daemon, as far as it says which files may be read
/// (apparmor.d(5)). With a word in it that is not understood, every file counts as allowed.
class AppArmorProfile {
  public:
    /// With what it includes. Nothing where there is none, or where it is disabled or only complains.
    static std::optional<AppArmorProfile> read(Daemon daemon, const std::string& folder = "/etc/apparmor.d");

    /// `path` has no links: AppArmor judges what they lead to.
    [[nodiscard]] bool may_read(const std::string& path) const;
    [[nodiscard]] const std::string& path() const { return path_; }
    /// The program that it confines.
    [[nodiscard]] const std::string& program() const { return program_; }
    /// Where an administrator's own rules belong.
    [[nodiscard]] const std::string& local_path() const { return local_path_; }

  private:
    void read_rules(const std::string& folder, const std::string& name, int depth);
    void define(std::string_view line);
    void allow(const std::vector<std::string_view>& words);
    [[nodiscard]] std::string resolved(std::string_view glob) const;

    bool is_enforced_ = true;
    bool is_understood_ = true;
    std::string program_;
    std::string path_;
    std::string local_path_;
    std::map<std::string, std::string, std::less<>> variables_;  ///< as alternatives of a glob, by "@{NAME}"
    std::vector<std::string> readable_;                          ///< patterns
};

/// Whether this machine's kernel enforces profiles.
bool is_apparmor_enabled();

}  // namespace keygen::daemon

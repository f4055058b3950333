#pragma once

#include <string>
#include <string_view>

#include "daemon/conf_reader.hpp"
#include "daemon/ntp_statement.hpp"

namespace keygen::daemon {

/// Reads ntp.conf of ntpd 4.2.8 or NTPsec, and what it includes.
class NtpConf : public ConfReader {
  public:
    using ConfReader::ConfReader;

    void read(const std::string& path, std::string_view text);

  private:
    void read_text(const std::string& path, std::string_view text, std::size_t level);
    void read_line(const Place& place, std::string_view text, std::size_t level);
    void include(const Place& place, const std::string& name, std::size_t level);
    void include_directory(const Place& place, const std::string& path, std::size_t level);
    void include_file(const Place& place, const std::string& path, std::size_t level);

    [[nodiscard]] bool is_ntpsec() const { return settings_.daemon == Daemon::ntpsec; }

    NtpStatement statement_{settings_};
    bool is_over_ = false;
    std::size_t files_ = 0;
};

}  // namespace keygen::daemon

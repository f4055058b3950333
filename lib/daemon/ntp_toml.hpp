#pragma once

#include <string>
#include <string_view>

#include "daemon/conf_reader.hpp"

namespace keygen::daemon {

/// Reads ntp.toml of ntpd-rs: its sources, and the files of Network Time Security. It has no keys file.
class NtpToml : public ConfReader {
  public:
    using ConfReader::ConfReader;

    void read(const std::string& path, std::string_view text);
};

}  // namespace keygen::daemon

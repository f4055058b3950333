#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "daemon/conf_reader.hpp"
#include "daemon/words.hpp"

namespace keygen::daemon {

/// Reads single statements of ntp.conf, as far as they are about keys (ntp_parser.y).
class NtpStatement : public ConfReader {
  public:
    using ConfReader::ConfReader;

    /// `words` are those behind `statement`.
    void read(const Place& place, std::string_view statement, NtpWords& words);
    /// The one word behind a statement; false where it is missing.
    bool read_path(const Place& place, std::string_view statement, NtpWords& words, std::string& value);

  private:
    void read_association(const Place& place, std::string_view kind, NtpWords& words);
    void read_option(const Place& place, Association& association, std::string_view option, NtpWords& words);
    void read_key(const Place& place, Association& association, NtpWords& words);
    void read_crypto(const Place& place, NtpWords& words);
    void read_trusted(const Place& place, NtpWords& words);
    bool read_range(const Place& place, NtpWords& words);
    void trust(const Place& place, std::int64_t first, std::int64_t last);
    void read_control_key(const Place& place, std::string_view statement, NtpWords& words);
    void read_switches(const Place& place, std::string_view statement, NtpWords& words);
    void read_nts(const Place& place, NtpWords& words);
    void check_equals_sign(const Place& place, std::string_view option, std::string_view value);

    [[nodiscard]] bool is_ntpsec() const { return settings_.daemon == Daemon::ntpsec; }
};

}  // namespace keygen::daemon

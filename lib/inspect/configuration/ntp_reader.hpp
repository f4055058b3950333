#pragma once

#include <string>
#include <string_view>

#include "inspect/configuration/ntp_line.hpp"
#include "inspect/configuration/ntp_statement.hpp"
#include "inspect/configuration/settings.hpp"

namespace keygen::inspection {

/// Reads ntp.conf and what it includes, and logs as ntpd's parser does.
class NtpReader {
  public:
    NtpReader(Settings& settings, Findings& findings) : settings_(settings), findings_(findings) {}

    void read(const std::string& path, std::string_view text);

  private:
    /// Where the scanner stands in one file, and where its last message pointed.
    struct File {
        std::string path;
        std::size_t line = 0;
        std::size_t word_line = 0;
        std::size_t word_column = 0;
        std::size_t error_line = 0;
        std::size_t error_column = 0;
    };

    void read_text(const std::string& path, std::string_view text, std::size_t level);
    void read_line(File& file, std::string_view line, std::size_t level);
    void report_error(File& file, const NtpStatement& statement, const NtpToken& token, bool is_crypto);
    void end_unexpectedly(File& file);
    void include(const File& file, const std::string& name, std::size_t level);
    /// Both return false for what the daemon could not open.
    bool include_directory(const File& file, const std::string& path, std::size_t level);
    bool include_file(const File& file, const std::string& path, std::size_t level);
    void log(std::string_view text, bool is_last = false);
    [[nodiscard]] bool is_ntpsec() const { return settings_.daemon == Daemon::ntpsec; }

    Settings& settings_;
    Findings& findings_;
    bool is_first_ = true;
    bool is_over_ = false;
    std::size_t files_ = 0;
    /// bison's yyerrstatus: so many tokens must be understood before it complains again.
    std::size_t silence_ = 0;
};

}  // namespace keygen::inspection

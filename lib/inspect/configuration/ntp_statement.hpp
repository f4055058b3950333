#pragma once

#include <span>
#include <string>
#include <vector>

#include "inspect/configuration/ntp_line.hpp"
#include "inspect/configuration/settings.hpp"

namespace keygen::inspection {

/// Puts one statement of ntp.conf into Settings, as far as it is about authentication (ntp_parser.y).
///
/// Where the parser stumbles inside of an option, the statement is lost. Where it stumbles over a word that
/// no option begins with, it has carried out what stands before.
class NtpStatement {
  public:
    NtpStatement(Settings& settings, Findings& findings, ConfigurationLine directory_scan)
        : settings_(settings), findings_(findings), place_(std::move(directory_scan)) {}

    /// Reads tokens up to an `end`, or to the one it stumbles over; returns how many.
    std::size_t read(std::span<const NtpToken> tokens, bool is_first_of_all);

    [[nodiscard]] bool has_failed() const { return has_failed_; }
    /// What bison's message expects in the offending token's place; empty for too much to list.
    [[nodiscard]] const std::string& expected() const { return expected_; }
    /// The part before the offending token counts.
    [[nodiscard]] bool is_applied() const { return is_applied_; }
    /// Files to be read behind this statement.
    [[nodiscard]] const std::vector<std::string>& includes() const { return includes_; }
    /// `end`: nothing that follows is read, in no file.
    [[nodiscard]] bool ends_reading() const { return ends_reading_; }

  private:
    void read_command(bool is_first_of_all);
    void read_association(std::string_view kind);
    bool read_option(Association& association, bool& is_invalid);
    void read_crypto();
    void read_trusted();
    bool read_range();
    void read_include();
    void read_text(std::string& value);
    void read_flags();
    void read_control_key(std::string_view statement);
    void trust(std::int64_t first, std::int64_t last, bool is_range);
    void check_digest(std::string_view name, bool may_be_secret);
    void check_equals_sign(std::string_view what, std::string_view value);
    void set_key(Association& association, const NtpToken& number, bool& is_invalid);

    [[nodiscard]] const NtpToken& peek() const { return tokens_[next_]; }
    const NtpToken& shift() { return tokens_[next_++]; }
    [[nodiscard]] bool is(NtpToken::Kind kind) const { return peek().kind == kind; }
    [[nodiscard]] bool is_special(std::string_view text) const {
        return is(NtpToken::Kind::special) && peek().text == text;
    }
    bool fail(std::string expected);
    void require_end();
    [[nodiscard]] bool is_ntpsec() const { return settings_.daemon == Daemon::ntpsec; }
    void log(std::string text) { settings_.log.push_back({std::move(text), false}); }

    Settings& settings_;
    Findings& findings_;
    ConfigurationLine place_;
    std::span<const NtpToken> tokens_;
    std::size_t next_ = 0;
    bool has_failed_ = false;
    bool is_applied_ = false;
    bool ends_reading_ = false;
    std::string expected_;
    std::vector<std::string> includes_;
};

}  // namespace keygen::inspection

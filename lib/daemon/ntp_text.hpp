#pragma once

#include <keygen/secret.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace keygen::daemon {

/// How a string stands in ntp.conf behind the word that wants it (ntp_scanner.c: yylex). There is no escape.
enum class NtpForm { plain, quoted };

/// Nothing for what the scanner of ntpd and NTPsec takes in neither form: it drops bytes above ASCII, and a
/// quote ends the string.
std::optional<NtpForm> find_ntp_form(std::string_view value);
/// The value in its form.
std::optional<std::string> format_ntp_word(std::string_view value);

/// Throws Error(bad_request) for a name that ntpd cannot be told; `what` says whose it is.
void require_sayable(std::string_view name, std::string_view what);
void require_sayable_password(const SecretBytes& password);

}  // namespace keygen::daemon

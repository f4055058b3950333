#pragma once

#include <keygen/configuration.hpp>

#include <string>
#include <string_view>

namespace keygen::inspection {

/// What ntpd's scanner takes the words behind a keyword for.
enum class Follow { token, string, strings_to_end };

/// nullptr for what is no keyword of this daemon, ntpd or NTPsec.
const Follow* find_ntp_keyword(std::string_view word, Daemon daemon);
bool is_ntp_statement(std::string_view word, Daemon daemon);

/// "T_Trustedkey": ntpd's name for a keyword in its messages.
std::string token_name_of(std::string_view keyword);

}  // namespace keygen::inspection

#pragma once

#include <keygen/secret.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "common/diagnostics.hpp"

namespace common {

constexpr int STATUS_DONE = 0;
constexpr int STATUS_FAILED = 1;
constexpr int STATUS_USAGE = 2;

/// What main() does around a command: protects the process, runs `body`, and turns every exception into one
/// line on standard error and a status.
int run_main(const std::string& command, const std::function<int(Diagnostics&)>& body);

/// `command`, or "ntp-`command`" where the program was started by that name: it speaks under the name it was
/// called by.
std::string called_name(int argc, char** argv, const std::string& command);

/// Asked before the work: throws keygen::Error(input_output) when standard output is closed or takes nothing.
void require_writable_out();

/// Warns where a secret on standard output would be seen: on a terminal, in a file that others may read.
void warn_about_secret_out(const Diagnostics& voice);

/// Writes to standard output. Throws keygen::Error(input_output) when it does not all get there.
void write_out(std::string_view text);

/// All of standard input, up to 16 MB.
keygen::SecretBytes read_standard_input();

/// This machine's name, as ntpd asks for it (gethostname(2)).
std::string host_name();

/// The time, or what SOURCE_DATE_EPOCH says instead (reproducible-builds.org). Throws
/// keygen::Error(bad_request).
std::int64_t current_time();

}  // namespace common

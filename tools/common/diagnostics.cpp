#include "common/diagnostics.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace common {

namespace {

// https://no-color.org: any value but an empty one.
bool wants_no_colour() {
    const char* value = std::getenv("NO_COLOR");
    return value != nullptr && *value != '\0';
}

}  // namespace

Diagnostics::Diagnostics(std::string command)
    : command_(std::move(command)), coloured_(has_terminal() && !wants_no_colour()) {}

void Diagnostics::error(std::string_view text) const {
    say("error", "\033[1;31m", text);
}

void Diagnostics::error(const keygen::Error& failure) const {
    error(failure.what());
    if (!failure.hint().empty())
        hint(failure.hint());
}

void Diagnostics::warning(std::string_view text) const {
    if (!quiet_)
        say("warning", "\033[1;33m", text);
}

void Diagnostics::hint(std::string_view text) const {
    if (!quiet_)
        say("hint", "\033[1;36m", text);
}

void Diagnostics::debug(std::string_view text) const {
    if (debug_ > 0)
        say("debug", "\033[2m", text);
}

void Diagnostics::say(std::string_view label, std::string_view colour, std::string_view text) const {
    const std::string line = coloured_ ? fmt::format("{}: {}{}:\033[0m {}\n", command_, colour, label, text)
                                       : fmt::format("{}: {}: {}\n", command_, label, text);
    (void)std::fwrite(line.data(), 1, line.size(), stderr);
}

bool has_terminal() {
    const char* terminal = std::getenv("TERM");
    const bool is_dumb = terminal != nullptr && std::string_view(terminal) == "dumb";
    return isatty(STDERR_FILENO) == 1 && !is_dumb;
}

}  // namespace common

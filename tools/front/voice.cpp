#include "front/voice.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace front {

Voice::Voice(std::string command)
    : command_(std::move(command)), coloured_(has_terminal() && std::getenv("NO_COLOR") == nullptr) {}

void Voice::error(std::string_view text) const {
    say("error", "\033[1;31m", text);
}

void Voice::error(const keygen::Error& failure) const {
    error(failure.what());
    if (!failure.hint().empty())
        hint(failure.hint());
}

void Voice::warning(std::string_view text) const {
    if (!quiet_)
        say("warning", "\033[1;33m", text);
}

void Voice::hint(std::string_view text) const {
    if (!quiet_)
        say("hint", "\033[1;36m", text);
}

void Voice::debug(std::string_view text) const {
    if (debug_ > 0)
        say("debug", "\033[2m", text);
}

void Voice::say(std::string_view label, std::string_view colour, std::string_view text) const {
    const std::string line = coloured_ ? fmt::format("{}: {}{}:\033[0m {}\n", command_, colour, label, text)
                                       : fmt::format("{}: {}: {}\n", command_, label, text);
    std::fwrite(line.data(), 1, line.size(), stderr);
}

bool has_terminal() {
    return isatty(STDERR_FILENO) == 1;
}

}  // namespace front

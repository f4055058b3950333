#include "daemon/conf_reader.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

#include "base/suggestion.hpp"
#include "daemon/file_probe.hpp"
#include "daemon/words.hpp"

namespace keygen::daemon {

void ConfReader::add(std::string_view id, Severity severity, const Place& place, std::string cause,
                     std::string remedy) {
    settings_.findings.push_back(
        {std::string(id), severity, place.path, place.line, std::move(cause), std::move(remedy)});
}

void ConfReader::report_syntax(const Place& place, std::string cause, std::string remedy) {
    add("conf-syntax", Severity::critical, place, std::move(cause), std::move(remedy));
}

void ConfReader::check_spelling(const Place& place, std::string_view word, std::string_view candidates) {
    const std::vector<std::string_view> known = split_chrony_line(candidates);
    const auto match = closest_match(word, known);
    if (match)
        add("conf-syntax", Severity::warning, place,
            fmt::format("\"{}\" is not known to this version of keyinspect; did you mean \"{}\"?",
                        escaped(word), *match));
}

std::optional<SecretBytes> ConfReader::open_included(const Place& place, const std::string& path) {
    FileProbe probed = probe(path);
    if (probed.state == FileProbe::State::present)
        return std::move(probed.content);
    if (probed.state == FileProbe::State::unknown)
        leave_out(place, path, probed.cause);
    else
        add("conf-include", Severity::critical, place,
            fmt::format("{}: cannot read: {}", escaped(path), probed.cause));
    return std::nullopt;
}

void ConfReader::leave_out(const Place& place, const std::string& path, std::string_view cause) {
    settings_.is_incomplete = true;
    add("conf-include", Severity::warning, place,
        fmt::format("{}: {}; it is left out here", escaped(path), cause));
}

}  // namespace keygen::daemon

#include "common/json.hpp"

#include <fmt/format.h>

namespace common {

namespace {
constexpr int SCHEMA = 2;
constexpr int INDENT = 2;
}  // namespace

json start_report(std::string_view command, std::string_view status) {
    return {{"schema", SCHEMA}, {"command", command}, {"status", status}};
}

std::string dump(const json& report) {
    return report.dump(INDENT, ' ', false, json::error_handler_t::replace) + "\n";
}

std::string format_mode(unsigned mode) {
    return fmt::format("{:04o}", mode);
}

std::string format_time(keygen::UnixTime time) {
    std::string text = keygen::format_utc(time);  // "2026-11-23 01:59:20 UTC"
    text.replace(text.find(' '), 1, "T");
    return text.replace(text.find(' '), std::string::npos, "Z");
}

json or_null(const std::string& text) {
    return text.empty() ? json() : json(text);
}

}  // namespace common

#pragma once

#include <keygen/filestamp.hpp>

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace common {

using json = nlohmann::ordered_json;

/// What every report begins with. All of them are described by report.schema.json.
json start_report(std::string_view command, std::string_view status);

/// As text for standard output; what is no UTF-8 in names from outside is replaced.
std::string dump(const json& report);

/// "0640"
std::string format_mode(unsigned mode);
/// "2026-11-23T01:59:20Z"
std::string format_time(keygen::UnixTime time);

/// null for an empty text, an empty optional.
json or_null(const std::string& text);
template <typename T>
json or_null(const std::optional<T>& value) {
    return value ? json(*value) : json();
}

}  // namespace common

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "table.hpp"

/// Statuses of monitoring plugins (monitoring-plugins.org, Development Guidelines, "Plugin Return Codes").
constexpr int STATUS_WARNING = 1;
constexpr int STATUS_CRITICAL = 2;
constexpr int STATUS_UNKNOWN = 3;

/// The worst severity of all that was found; nothing where nothing is.
std::optional<keygen::Severity> worst_of(const Inspection& inspection);
/// Days until the first certificate in use ends, of all that was inspected; nothing without one.
std::optional<std::int64_t> least_days(const Inspection& inspection);
/// "KEYS WARNING: ... | days_left=12;30:;0: ..."
std::string format_check(const Inspection& inspection, unsigned warn_days);
int check_status(const Inspection& inspection);
/// "KEYS UNKNOWN: ..."
std::string format_unknown(std::string_view why);

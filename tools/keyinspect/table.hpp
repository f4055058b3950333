#pragma once

#include <keygen/configuration.hpp>
#include <keygen/inspect.hpp>

#include <string>
#include <vector>

/// All that one run looked at.
struct Inspection {
    keygen::InspectReport report;
    std::vector<keygen::ConfigurationReport> configurations;
};

/// Every finding once, the worst first.
std::vector<const keygen::Finding*> all_findings(const Inspection& inspection);

/// The report for people: files in aligned columns, then what is wrong.
std::string format_table(const Inspection& inspection, bool is_coloured);

/// Rows under each other, columns two spaces apart, nothing behind the last.
std::string align(const std::vector<std::vector<std::string>>& rows, const std::string& indent);

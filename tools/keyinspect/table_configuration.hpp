#pragma once

#include <keygen/configuration.hpp>

#include <string>

/// The report about one configuration for people.
std::string format_configuration(const keygen::ConfigurationReport& report);

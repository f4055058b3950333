#pragma once

#include <string>

#include "table.hpp"

/// One object; its schema is in the manual, keyinspect(1), section JSON.
std::string format_json(const Inspection& inspection);

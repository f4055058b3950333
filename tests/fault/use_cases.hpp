#pragma once

#include <functional>
#include <string>
#include <vector>

#include "scene.hpp"

/// Something that a command does with a key directory.
struct UseCase {
    std::string name;
    std::function<void(const Scene&)> prepare;
    /// Does it and returns what of its report has to be the same every time. Throws what the library throws.
    std::function<std::string(const Scene&)> run;
    /// Goes on after what it cannot open, look at or read, and says so in its report.
    bool tells_in_report = false;
};

std::vector<UseCase> all_use_cases();

#pragma once

#include <vector>

#include "generate/plan.hpp"

namespace keygen::generation {

/// The files that carrying out the plan makes, without content: for a dry run.
std::vector<StagedFile> plan_files(const Plan& plan, const GenerateRequest& request);

}  // namespace keygen::generation

#pragma once

#include <keygen/generate.hpp>

#include "generate/plan.hpp"
#include "keysdir/directory.hpp"

namespace keygen::generation {

/// Fills in what to write into ntp.conf on the server and on the clients, and what to do here and there.
void add_advice(GenerateReport& report, const GenerateRequest& request, const Plan& plan,
                const keysdir::Directory& directory);

}  // namespace keygen::generation

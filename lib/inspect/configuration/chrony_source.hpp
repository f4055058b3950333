#pragma once

#include <keygen/configuration.hpp>

#include <span>
#include <string_view>

namespace keygen::inspection {

/// Reads the words behind `server`, `peer` or `pool` (cmdparse.c: CPS_ParseNTPSourceAdd). Returns false where
/// chronyd does not understand them.
bool read_chrony_source(Association& association, std::span<const std::string_view> words);

}  // namespace keygen::inspection

#pragma once

#include <cstdint>

namespace keygen::symmetric {

// Ten times what the largest sites have; chrony's four thousand million ids would not fit into memory.
constexpr std::uint64_t MAX_NEW_KEYS = 1'000'000;

}  // namespace keygen::symmetric

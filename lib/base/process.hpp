#pragma once

#include <cstddef>

namespace keygen {

/// What protect_process() asks OpenSSL to lock. The numbers of the largest trusted authority and all its
/// clients' files fit, and so does Debian's default RLIMIT_MEMLOCK (8 MB).
constexpr std::size_t LOCKED_HEAP_BYTES = 4 << 20;

/// SecretBytes leaves the rest to OpenSSL, whose own secret numbers find no other place when the heap is
/// full.
constexpr std::size_t LOCKED_HEAP_SHARE_OF_SECRET_BYTES = LOCKED_HEAP_BYTES / 2;

}  // namespace keygen

#pragma once

#include <keygen/symmetric.hpp>

#include <span>

namespace keygen::symmetric {

/// The lines that make a device hold and trust these keys. Throws Error(unsupported) with what fits for a key
/// that it cannot hold, or not with the same meaning.
SecretBytes format_device_keys(std::span<const SymmetricKey> keys, Device device);

}  // namespace keygen::symmetric

#pragma once

#include <keygen/symmetric.hpp>

#include <span>

namespace keygen::symmetric {

/// The same id, type, bytes and access list, wherever and however they were written.
bool are_same(const SymmetricKey& a, const SymmetricKey& b);
bool are_same(std::span<const SymmetricKey> a, std::span<const SymmetricKey> b);

}  // namespace keygen::symmetric

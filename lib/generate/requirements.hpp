#pragma once

#include <keygen/generate.hpp>

#include <string_view>

#include "crypto/algorithm.hpp"

namespace keygen::generation {

/// Throws Error(bad_request) for what can be refused without looking at the directory.
void require_possible(const GenerateRequest& request);
/// Throws Error(bad_request) for a certificate from `begin` on that would end after the year 9999.
void require_end_in_range(const GenerateRequest& request, UnixTime begin);
/// The scheme that a request names, whole ("RSA-SHA256") or by the digest alone, for this type of sign key.
/// Throws Error(bad_request).
const DigestScheme& find_scheme_for(SignKeyType type, std::string_view name);
unsigned default_identity_bits(const GenerateRequest& request);
/// The size of a new host or sign key: what is asked for, or the default.
unsigned default_modulus_bits(const GenerateRequest& request);

}  // namespace keygen::generation

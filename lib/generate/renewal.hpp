#pragma once

#include <keygen/generate.hpp>

#include "generate/plan.hpp"
#include "keysdir/directory.hpp"

namespace keygen::generation {

/// Error(not_found) that names the hosts whose certificates are there.
Error no_certificate_to_renew(const GenerateRequest& request, const keysdir::Directory& directory);

/// Throws Error(not_found) where keys would have to be made that nobody asked for anew: a renewal under other
/// keys is none.
void require_keys_to_renew(const Plan& plan, const GenerateRequest& request,
                           const keysdir::Directory& directory);

/// The same keys, kind and group as before.
bool is_mere_renewal(const Plan& plan, const GenerateRequest& request);

bool is_certificate_due(const Plan& plan, const GenerateRequest& request);

}  // namespace keygen::generation

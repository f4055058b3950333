#pragma once

#include <keygen/generate.hpp>
#include <keygen/keys_file.hpp>
#include <keygen/keys_place.hpp>

#include "options.hpp"

/// The options in the terms of the library, one function a use case. Options that would have no effect in it
/// are refused: all throw keygen::Error(bad_request).
namespace request {

keygen::GenerateRequest to_generate(Options& options);
keygen::ExportRequest to_export(Options& options);
keygen::RepairRequest to_repair(Options& options);
keygen::RevokeRequest to_revoke(Options& options);
keygen::ChangePasswordRequest to_change_password(Options& options);
keygen::KeysFileRequest to_keys_file(Options& options);
keygen::MergeRequest to_merge(Options& options);
keygen::ConvertRequest to_convert(Options& options);
keygen::EnsureFileRequest to_ensure(Options& options);
/// -M --for: the place where the daemon's package looks for keys.
keygen::EnsureFileRequest to_place(const Options& options, const keygen::KeysPlace& place);
keygen::ExtractRequest to_extract(Options& options);
keygen::RemoveRequest to_remove(Options& options);

}  // namespace request

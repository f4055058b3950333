#pragma once

#include <keygen/generate.hpp>
#include <keygen/keys_file.hpp>

#include <string>

/// The library's reports as text for people, and as the one JSON object of --json.
namespace report {

std::string format_text(const keygen::GenerateReport& report, bool is_dry_run);
std::string format_json(const keygen::GenerateReport& report, bool is_dry_run);
std::string format_json(const keygen::ExportReport& report);
std::string format_text(const keygen::RepairReport& report, bool is_dry_run);
std::string format_json(const keygen::RepairReport& report, bool is_dry_run);
std::string format_text(const keygen::RevokeReport& report, bool is_dry_run);
std::string format_json(const keygen::RevokeReport& report, bool is_dry_run);
std::string format_text(const keygen::ChangePasswordReport& report, bool is_dry_run);
std::string format_json(const keygen::ChangePasswordReport& report, bool is_dry_run);
std::string format_text(const keygen::KeysFileReport& report, bool is_dry_run);
std::string format_json(const keygen::KeysFileReport& report, bool is_dry_run);
std::string format_json(const keygen::KeysTextReport& report);

}  // namespace report

#pragma once

#include <keygen/inspect.hpp>

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "keysdir/filename.hpp"
#include "workplace.hpp"

namespace keygen::test {

/// A day after the fixtures were made.
constexpr UnixTime FIXTURE_NOW = 1795500000;  // 2026-11-24 06:00:00 UTC
constexpr UnixTime FIXTURE_END =
    1826937917;  // 2027-11-23 02:45:17 UTC, when ntp-4.2.8p15/gq's certificate ends

/// The tree of fixtures keeps links as files that hold their target, and no modes; this puts both back.
inline void restore_fixture(const Workplace& directory_scan) {
    namespace fs = std::filesystem;
    constexpr std::size_t MAX_NAME_BYTES = 255;
    for (const auto& entry : fs::directory_iterator(directory_scan.path())) {
        if (entry.is_symlink() || !entry.is_regular_file())
            continue;
        const std::string name = entry.path().filename().string();
        const std::string text = directory_scan.read(name);
        if (text.size() <= MAX_NAME_BYTES && keysdir::FileName::parse(text)) {
            directory_scan.remove(name);
            directory_scan.link(name, text);
        } else {
            const bool is_public = text.find("BEGIN CERTIFICATE") != std::string::npos;
            ::chmod(entry.path().c_str(), is_public ? 0644 : 0600);
        }
    }
    ::chmod(directory_scan.path().c_str(), 0700);
}

struct FixtureDirectory : Workplace {
    explicit FixtureDirectory(const std::string& folder) {
        copy_fixture(folder);
        restore_fixture(*this);
    }
};

/// Inspects paths as of FIXTURE_NOW.
inline InspectReport look_at(std::vector<std::string> paths, const char* password = nullptr,
                             bool with_proofs = false, UnixTime now = FIXTURE_NOW) {
    InspectRequest request;
    request.paths = std::move(paths);
    const SecretBytes secret_password(password == nullptr ? std::string_view() : std::string_view(password));
    request.password = password == nullptr ? nullptr : &secret_password;
    request.now = now;
    request.with_proofs = with_proofs;
    return inspect(request);
}

/// "critical iff-no-public-value exported-iffpar", by the last part of the path; weaknesses and notes left
/// out on request.
inline std::set<std::string> ids(const InspectReport& report, Severity least = Severity::note,
                                 bool with_weak = false) {
    std::set<std::string> result;
    for (const Finding& finding : report.findings) {
        if (finding.severity >= least && (with_weak || !finding.id.starts_with("weak-")))
            result.insert(fmt::format("{} {} {}", name_of(finding.severity), finding.id,
                                      finding.path.substr(finding.path.rfind('/') + 1)));
    }
    return result;
}

inline bool has_id(const InspectReport& report, std::string_view id) {
    return std::any_of(report.findings.begin(), report.findings.end(),
                       [&](const Finding& f) { return f.id == id; });
}

inline const InspectedFile& file_named(const InspectReport& report, std::string_view name) {
    for (const InspectedFile& file : report.files) {
        if (file.name == name)
            return file;
    }
    throw std::runtime_error(fmt::format("no file {} in the report", name));
}

}  // namespace keygen::test

#include <keygen/inspect.hpp>

#include <keygen/error.hpp>

#include <algorithm>

#include "inspect/certificate_file.hpp"
#include "inspect/check_generations.hpp"
#include "inspect/check_hosts.hpp"
#include "inspect/check_links.hpp"
#include "inspect/check_permissions.hpp"
#include "inspect/decrypt_keys.hpp"
#include "inspect/identity_pairs.hpp"
#include "inspect/prove_pairs.hpp"
#include "inspect/scan.hpp"

namespace keygen {

using namespace inspection;

std::string_view name_of(FileKind kind) {
    switch (kind) {
        case FileKind::host_key:
            return "host-key";
        case FileKind::sign_key:
            return "sign-key";
        case FileKind::private_key:
            return "private-key";
        case FileKind::certificate:
            return "certificate";
        case FileKind::identity:
            return "identity";
        case FileKind::symmetric_keys:
            return "symmetric-keys";
        case FileKind::unknown:
            return "unknown";
    }
    return "unknown";
}

std::string_view name_of(VerificationState assurance) {
    switch (assurance) {
        case VerificationState::unreadable:
            return "unreadable";
        case VerificationState::unopened:
            return "unopened";
        case VerificationState::unexamined:
            return "unexamined";
        case VerificationState::unconfirmed:
            return "unconfirmed";
        case VerificationState::consistent:
            return "consistent";
        case VerificationState::proven:
            return "proven";
        case VerificationState::revoked:
            return "revoked";
    }
    return "unknown";
}

InspectReport inspect(const InspectRequest& request) {
    if (request.paths.empty() && request.contents.empty())
        throw Error(ErrorCode::bad_request, "nothing to inspect: no file and no directory was named");
    Findings findings;
    PrimeTests primes;
    const Context context{request, findings, primes};
    Scan scan = scan_paths(context);
    for (ScannedDirectory& directory_scan : scan.directories)
        check_links(scan, directory_scan, context);
    open_keys(scan, context);
    for (ScannedDirectory& directory_scan : scan.directories) {
        if (!directory_scan.is_midway) {
            check_generations(scan, directory_scan, context);
            check_hosts(scan, directory_scan, context);
            check_gq_values(scan, directory_scan, context);
        }
        check_permissions(scan, directory_scan, context);
    }
    for (const ExaminedFile& subject : scan.subjects) {
        if (subject.is_explicit)
            check_permission(subject, nullptr, context);
        if (subject.file.certificate && subject.file.is_current)
            check_current_certificate(subject, context);
    }
    check_pairs(scan, context);

    InspectReport report;
    report.now = request.now;
    if (request.with_proofs)
        report.proofs = prove_pairs(scan, context);
    report.files.reserve(scan.subjects.size());
    for (ExaminedFile& subject : scan.subjects)
        report.files.push_back(std::move(subject.file));
    report.links = std::move(scan.links);
    for (ScannedDirectory& directory_scan : scan.directories)
        report.directories.push_back(std::move(directory_scan.directory));
    report.findings = findings.take();
    return report;
}

std::optional<std::int64_t> days_left(const InspectReport& report) {
    std::optional<std::int64_t> least;
    for (const InspectedFile& file : report.files) {
        if (!file.certificate || !file.is_current)
            continue;
        const UnixTime seconds = file.certificate->not_after - report.now;
        // Rounded down, also below zero: a certificate that ended an hour ago has -1 day left.
        const std::int64_t days = seconds / SECONDS_PER_DAY - (seconds % SECONDS_PER_DAY < 0 ? 1 : 0);
        least = least ? std::min(*least, days) : days;
    }
    return least;
}

}  // namespace keygen

#include <keygen/inspect.hpp>

#include <keygen/error.hpp>

#include <algorithm>

#include "inspect/certificate_file.hpp"
#include "inspect/survey.hpp"

namespace keygen {

using namespace inspect_room;

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

std::string_view name_of(Assurance assurance) {
    switch (assurance) {
        case Assurance::unreadable:
            return "unreadable";
        case Assurance::unopened:
            return "unopened";
        case Assurance::unexamined:
            return "unexamined";
        case Assurance::unconfirmed:
            return "unconfirmed";
        case Assurance::consistent:
            return "consistent";
        case Assurance::proven:
            return "proven";
        case Assurance::revoked:
            return "revoked";
    }
    return "unknown";
}

InspectReport inspect(const InspectRequest& request) {
    if (request.paths.empty() && request.contents.empty())
        throw Error(ErrorCode::bad_request, "nothing to inspect: no file and no directory was named");
    Findings findings;
    PrimeTests primes;
    const Surroundings around{request, findings, primes};
    Survey survey = survey_paths(around);
    for (Place& place : survey.places)
        check_links(survey, place, around);
    open_keys(survey, around);
    for (Place& place : survey.places) {
        check_generations(survey, place, around);
        check_hosts(survey, place, around);
        check_gq_values(survey, place, around);
        check_permissions(survey, place, around);
    }
    for (const Subject& subject : survey.subjects) {
        if (subject.is_explicit)
            check_permission(subject, nullptr, around);
        if (subject.file.certificate && subject.file.is_current)
            check_current_certificate(subject, around);
    }
    check_pairs(survey, around);

    InspectReport report;
    report.now = request.now;
    if (request.with_proofs)
        report.proofs = prove_pairs(survey, around);
    report.files.reserve(survey.subjects.size());
    for (Subject& subject : survey.subjects)
        report.files.push_back(std::move(subject.file));
    report.links = std::move(survey.links);
    for (Place& place : survey.places)
        report.directories.push_back(std::move(place.directory));
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

std::optional<Severity> worst(const std::vector<Finding>& findings) {
    const auto found =
        std::max_element(findings.begin(), findings.end(),
                         [](const Finding& a, const Finding& b) { return a.severity < b.severity; });
    return found == findings.end() ? std::nullopt : std::optional(found->severity);
}

}  // namespace keygen

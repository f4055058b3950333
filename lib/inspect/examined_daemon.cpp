#include "inspect/examined_daemon.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>

#include "daemon/file_probe.hpp"

namespace keygen::inspection {

void leave_open(ExaminedDaemon& examined, const std::string& purpose, const std::string& path,
                const std::string& cause) {
    ConfigurationReport& report = examined.report;
    report.files.push_back({purpose, path, ExpectedFile::Outcome::unknown, cause});
    const std::string directory = path.substr(0, std::max<std::size_t>(path.rfind('/'), 1));
    const bool is_directory = path.find('/') != std::string::npos && daemon::is_closed_directory(directory);
    if (is_directory && examined.findings.has("conf-file-unreadable", directory))
        return;
    std::string options = fmt::format("--daemon {}", name_of(report.daemon));
    if (examined.settings.crypto_at && !examined.settings.host)
        options += fmt::format(" --host {}", shell_word(report.host));
    if (examined.settings.crypto_at && !examined.settings.keysdir)
        options += fmt::format(" --default-keysdir {}", shell_word(report.keysdir));
    examined.findings.add("conf-file-unreadable", is_directory ? directory : path,
                          fmt::format("{}: nothing is known about the {}", cause,
                                      is_directory ? "files that the daemon opens there" : purpose),
                          fmt::format("sudo keyinspect {} --ntp-conf {}", options, shell_word(report.path)));
}

std::string find_closed_to_user(const ExaminedDaemon& examined, const std::string& path) {
    return examined.user ? daemon::find_closed_part(*examined.user, path) : std::string();
}

std::string opening(const ExaminedDaemon& examined, const std::string& closed) {
    return fmt::format("chgrp {0} {1} && chmod g+rX {1}", shell_word(examined.user->group),
                       shell_word(closed));
}

bool is_asking(const Association& association) {
    return association.authentication == Association::Authentication::autokey &&
           association.kind != "broadcast";
}

bool is_pure_client(const ExaminedDaemon& examined) {
    const auto& associations = examined.report.associations;
    const auto& files = examined.report.inspected.files;
    return std::any_of(associations.begin(), associations.end(), is_asking) &&
           std::none_of(files.begin(), files.end(),
                        [](const InspectedFile& file) { return file.role == IdentityRole::server; });
}

void fail(ExaminedDaemon& examined, Association& association, std::string_view id, std::string cause,
          std::string remedy) {
    examined.findings.add(id, Severity::critical, association.path, association.line, cause,
                          std::move(remedy));
    decide(association, Association::Verdict::fails, std::move(cause), id);
}

void decide(Association& association, Association::Verdict verdict, std::string explanation,
            std::string_view cause) {
    association.verdict = verdict;
    association.explanation = std::move(explanation);
    association.cause = cause;
}

}  // namespace keygen::inspection

#include "run.hpp"

#include <keygen/configuration.hpp>
#include <keygen/inspect.hpp>
#include <keygen/timeline.hpp>

#include <unistd.h>

#include <cstdlib>

#include "check.hpp"
#include "common/run_main.hpp"
#include "json.hpp"
#include "picture.hpp"
#include "table.hpp"

namespace {

keygen::InspectReport inspect_paths(Options& options, const std::string& host) {
    keygen::InspectRequest request;
    for (const std::string& path : options.paths) {
        if (path == "-")
            request.contents.push_back({path, common::read_standard_input()});
        else
            request.paths.push_back(path);
    }
    const auto password = common::read_password(std::move(options.password), false);
    request.password = password ? &*password : nullptr;
    request.host_name = host;
    request.now = common::current_time();
    request.warn_days = options.warn_days;
    if (options.dialect)
        request.dialect = keygen::parse_dialect(*options.dialect);
    request.with_numbers = options.numbers;
    request.with_proofs = options.prove;
    return keygen::inspect(request);
}

keygen::ConfigurationReport inspect_conf(const Options& options, const std::string& path,
                                         const std::string& host) {
    keygen::ConfigurationRequest request;
    request.path = path;
    if (options.daemon)
        request.daemon = keygen::parse_daemon(*options.daemon);
    request.host_name = host;
    request.default_keysdir = options.default_keysdir;
    request.now = common::current_time();
    request.warn_days = options.warn_days;
    return keygen::inspect_configuration(request);
}

int status_of(const Inspection& inspection) {
    return worst_of(inspection) == keygen::Severity::critical ? common::STATUS_FAILED : common::STATUS_DONE;
}

}  // namespace

int run(Options& options, common::Diagnostics& voice) {
    voice.set_quiet(options.quiet);
    options.password.warn = [&](std::string_view text) { voice.warning(text); };
    const std::string host = options.host ? *options.host : common::host_name();
    if (options.paths.empty() && options.ntp_conf.empty())
        options.paths.emplace_back(".");
    Inspection inspection;
    inspection.report.now = common::current_time();
    for (const std::string& path : options.ntp_conf)
        inspection.configurations.push_back(inspect_conf(options, path, host));
    if (!options.paths.empty())
        inspection.report = inspect_paths(options, host);

    if (options.timeline) {
        const bool has_own = !options.paths.empty();
        const std::string svg = keygen::format_timeline(
            has_own ? inspection.report : inspection.configurations.front().inspected);
        if (options.timeline == "-")
            common::write_out(svg);
        else
            write_picture(*options.timeline, svg);
    }
    const bool is_output_taken = options.timeline == "-";
    if (options.check) {
        common::write_out(format_check(inspection, options.warn_days));
        return check_status(inspection);
    }
    if (options.json)
        common::write_out(format_json(inspection));
    else if (!options.quiet && !is_output_taken)
        common::write_out(
            format_table(inspection, ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr));
    return status_of(inspection);
}

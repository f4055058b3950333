#include "run.hpp"

#include <keygen/configuration.hpp>
#include <keygen/inspect.hpp>

#include <unistd.h>

#include <chrono>
#include <cstdlib>

#include "check.hpp"
#include "common/run_main.hpp"
#include "json.hpp"
#include "picture.hpp"
#include "table.hpp"

namespace {

/// Is cancelled when the time for the run is over.
class TimeLimit : public keygen::Progress {
  public:
    explicit TimeLimit(std::optional<unsigned> seconds) {
        if (seconds)
            end_ = std::chrono::steady_clock::now() + std::chrono::seconds(*seconds);
    }
    void report(std::string_view /*task*/, std::uint64_t /*tested*/, double /*expected*/) override {}
    void finish(std::string_view /*task*/) override {}
    [[nodiscard]] bool is_cancelled() const override {
        return end_ && std::chrono::steady_clock::now() >= *end_;
    }

  private:
    std::optional<std::chrono::steady_clock::time_point> end_;
};

std::optional<unsigned> time_limit(const Options& options) {
    constexpr unsigned CHECK_SECONDS = 10;
    return options.time_limit ? options.time_limit
           : options.check    ? std::optional(CHECK_SECONDS)
                              : std::nullopt;
}

keygen::InspectReport inspect_paths(Options& options, const std::string& host, const TimeLimit& limit) {
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
    request.progress = &limit;
    return keygen::inspect(request);
}

std::vector<keygen::ConfigurationReport> inspect_configurations(const Options& options,
                                                                const std::string& host,
                                                                const TimeLimit& limit) {
    std::vector<keygen::ConfigurationRequest> requests;
    for (const std::string& path : options.ntp_conf) {
        keygen::ConfigurationRequest request;
        request.path = path;
        if (options.daemon)
            request.daemon = keygen::parse_daemon(*options.daemon);
        request.host_name = host;
        request.user = options.user;
        request.default_keysdir = options.default_keysdir;
        request.now = common::current_time();
        request.warn_days = options.warn_days;
        request.progress = &limit;
        requests.push_back(std::move(request));
    }
    return keygen::inspect_configurations(requests);
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
    const TimeLimit limit(time_limit(options));
    Inspection inspection;
    inspection.report.now = common::current_time();
    inspection.configurations = inspect_configurations(options, host, limit);
    if (!options.paths.empty())
        inspection.report = inspect_paths(options, host, limit);

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

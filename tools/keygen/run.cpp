#include "run.hpp"

#include <fmt/format.h>

#include <thread>

#include "front/changes.hpp"
#include "front/entrance.hpp"
#include "front/progress_bar.hpp"
#include "report.hpp"
#include "request.hpp"

namespace {

unsigned jobs_of(const Options& options) {
    constexpr unsigned MAX_JOBS = 256;
    if (options.jobs && (*options.jobs < 1 || *options.jobs > MAX_JOBS))
        throw keygen::Error(keygen::ErrorCode::bad_request, "--jobs takes 1 to 256 threads");
    return options.jobs.value_or(std::max(1U, std::min(std::thread::hardware_concurrency(), MAX_JOBS)));
}

template <typename Report>
void write_report(const Report& report, const Options& options, const front::Voice& voice) {
    front::say_warnings(voice, report.changes);
    try {
        if (options.json)
            front::write_out(report::format_json(report, options.dry_run));
        else if (!options.quiet)
            front::write_out(report::format_text(report, options.dry_run));
    } catch (keygen::Error& error) {
        // Too late to undo: whoever repeats the run because of the status has to know.
        if (!options.dry_run)
            error.hint("all was done that was asked for; only the report of it is lost");
        throw;
    }
}

int run_export(Options& options, const front::Voice& voice, const keygen::Effort& effort) {
    const auto report = keygen::export_identity(request::to_export(options), effort);
    for (const std::string& warning : report.warnings)
        voice.warning(warning);
    front::write_out(options.json ? report::format_json(report) : report.text.text());
    return front::STATUS_DONE;
}

int run_repair(Options& options, const front::Voice& voice, const keygen::Effort& effort) {
    const auto report = keygen::repair(request::to_repair(options), effort);
    for (const std::string& sentence : report.beyond_repair)
        voice.warning(fmt::format("beyond repair: {}", sentence));
    write_report(report, options, voice);
    return report.repaired.empty() && !report.beyond_repair.empty() ? front::STATUS_FAILED
                                                                    : front::STATUS_DONE;
}

int run_convert(Options& options, const front::Voice& voice) {
    const auto report = keygen::convert(request::to_convert(options));
    for (const std::string& warning : report.warnings)
        voice.warning(warning);
    front::write_out(report.text.text());
    return front::STATUS_DONE;
}

// Each of these is a use case of its own; two at once have no meaning.
void require_one_action(const Options& options) {
    const std::initializer_list<std::pair<bool, std::string_view>> actions = {
        {options.export_client || options.export_password, "-e or -q"},
        {options.repair, "--repair"},
        {options.mv_revoke || options.mv_update_clients, "--mv-revoke or -v"},
        {options.merge.has_value(), "--merge"},
        {options.convert.has_value(), "--convert"}};
    std::string_view first;
    for (const auto& [is_given, name] : actions) {
        if (is_given && !first.empty())
            throw keygen::Error(keygen::ErrorCode::bad_request,
                                fmt::format("{} and {} exclude each other", first, name))
                .hint("run the command once for each");
        if (is_given)
            first = name;
    }
}

}  // namespace

int run(Options& options, front::Voice& voice) {
    voice.set_quiet(options.quiet);
    if (options.debug_level > 0)
        voice.set_debug(options.debug_level);
    require_one_action(options);
    const bool prints_keys = options.convert || options.export_client || options.export_password;
    if (prints_keys || options.json || !options.quiet)
        front::require_writable_out();
    if (options.convert)
        return run_convert(options, voice);
    if (options.merge) {
        write_report(keygen::merge_keys_file(request::to_merge(options), keygen::private_random()), options,
                     voice);
        return front::STATUS_DONE;
    }
    if (options.symmetric) {
        write_report(keygen::generate_keys_file(request::to_keys_file(options), keygen::private_random()),
                     options, voice);
        return front::STATUS_DONE;
    }
    front::ProgressBar progress(front::has_terminal() && !options.quiet && !options.json);
    const keygen::Effort effort{keygen::private_random(), progress, jobs_of(options)};
    voice.debug(fmt::format("{}, {} threads", keygen::openssl_version(), effort.jobs));

    if (options.export_client || options.export_password)
        return run_export(options, voice, effort);
    if (options.repair)
        return run_repair(options, voice, effort);
    if (options.mv_revoke || options.mv_update_clients) {
        write_report(keygen::revoke(request::to_revoke(options), effort), options, voice);
        return front::STATUS_DONE;
    }
    write_report(keygen::generate(request::to_generate(options), effort), options, voice);
    return front::STATUS_DONE;
}

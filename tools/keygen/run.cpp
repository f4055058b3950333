#include "run.hpp"

#include <fmt/format.h>

#include <thread>

#include "common/changes_report.hpp"
#include "common/progress_bar.hpp"
#include "common/run_main.hpp"
#include "common/signals.hpp"
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
void write_report(const Report& report, const Options& options, const common::Diagnostics& voice) {
    common::say_warnings(voice, report.changes);
    try {
        if (options.json)
            common::write_out(report::format_json(report, options.dry_run));
        else if (!options.quiet)
            common::write_out(report::format_text(report, options.dry_run));
    } catch (keygen::Error& error) {
        // Too late to undo: whoever repeats the run because of the status has to know.
        if (!options.dry_run)
            error.hint("all was done that was asked for; only the report of it is lost");
        throw;
    }
}

int run_export(Options& options, const common::Diagnostics& voice, const keygen::Resources& resources) {
    const auto report = keygen::export_identity(request::to_export(options), resources);
    for (const std::string& warning : report.warnings)
        voice.warning(warning);
    if (report.is_secret)
        common::warn_about_secret_out(voice);
    common::write_out(options.json ? report::format_json(report) : report.text.text());
    return common::STATUS_DONE;
}

int run_repair(Options& options, const common::Diagnostics& voice, const keygen::Resources& resources) {
    const auto report = keygen::repair(request::to_repair(options), resources);
    for (const std::string& sentence : report.beyond_repair)
        voice.warning(fmt::format("beyond repair: {}", sentence));
    if (report.repaired.empty() && !report.beyond_repair.empty())
        throw keygen::Error(keygen::ErrorCode::unsupported, "nothing of this can be repaired")
            .in(options.keysdir)
            .hint("make new keys: keygen -T -I --new-identity -p <password>, or with -G or -V");
    write_report(report, options, voice);
    return common::STATUS_DONE;
}

// A report whose text is the very thing that was asked for.
template <typename Report>
int write_keys(const Report& report, const Options& options, const common::Diagnostics& voice) {
    for (const std::string& warning : report.warnings)
        voice.warning(warning);
    common::warn_about_secret_out(voice);
    common::write_out(options.json ? report::format_json(report) : report.text.text());
    return common::STATUS_DONE;
}

// Without a path, the file itself goes where the report would.
int write_edited(const keygen::KeysFileReport& report, const Options& options,
                 const common::Diagnostics& voice) {
    if (!report.file.empty()) {
        write_report(report, options, voice);
        return common::STATUS_DONE;
    }
    common::say_warnings(voice, report.changes);
    common::warn_about_secret_out(voice);
    common::write_out(options.json ? report::format_json(report, options.dry_run) : report.text.text());
    return common::STATUS_DONE;
}

int run_place(const Options& options, const common::Diagnostics& voice, const keygen::Progress& progress) {
    const auto place = keygen::find_keys_place(keygen::parse_daemon(*options.daemon));
    auto request = request::to_place(options, place);
    request.progress = &progress;
    auto report = keygen::ensure_keys_file(request, keygen::private_random());
    report.file = place.path;
    write_report(report, options, voice);
    if (report.is_changed)
        voice.hint(fmt::format("the daemon takes the keys after: {}", place.command));
    return common::STATUS_DONE;
}

int run_symmetric(Options& options, const common::Diagnostics& voice) {
    const auto& password = options.password;
    if (password.given || !password.file.empty() || !password.variable.empty())
        voice.warning("daemons read keys files without a password; this one is not encrypted");
    const common::Cancellation cancellation;
    keygen::Random& random = keygen::private_random();
    switch (options.action) {
        case Action::convert:
            return write_keys(keygen::convert(request::to_convert(options)), options, voice);
        case Action::extract:
            return write_keys(keygen::extract_from_keys_file(request::to_extract(options)), options, voice);
        case Action::merge: {
            auto request = request::to_merge(options);
            request.progress = &cancellation;
            return write_edited(keygen::merge_keys_file(request, random), options, voice);
        }
        case Action::ensure: {
            auto request = request::to_ensure(options);
            request.progress = &cancellation;
            return write_edited(keygen::ensure_keys_file(request, random), options, voice);
        }
        case Action::remove: {
            auto request = request::to_remove(options);
            request.progress = &cancellation;
            return write_edited(keygen::remove_from_keys_file(request), options, voice);
        }
        default:
            break;
    }
    if (options.daemon)
        return run_place(options, voice, cancellation);
    auto request = request::to_keys_file(options);
    request.keysdir.progress = &cancellation;
    write_report(keygen::generate_keys_file(request, random), options, voice);
    return common::STATUS_DONE;
}

}  // namespace

int run(Options& options, common::Diagnostics& voice) {
    voice.set_quiet(options.quiet);
    options.password.warn = [&](std::string_view text) { voice.warning(text); };
    for (const std::string& warning : options.warnings)
        voice.warning(warning);
    if (options.debug_level > 0)
        voice.set_debug(options.debug_level);
    const common::CancelOnSignals cancel_on_signals;
    const bool prints_keys = options.action == Action::convert || options.action == Action::export_identity ||
                             options.action == Action::extract;
    const bool is_filter = options.ensure == "-" || options.merge == "-" || options.file == "-";
    if (prints_keys || is_filter || options.json || !options.quiet)
        common::require_writable_out();
    common::ProgressBar progress(common::has_terminal() && !options.quiet && !options.json);
    const keygen::Resources resources{keygen::private_random(), progress, jobs_of(options)};
    voice.debug(fmt::format("{}, {} threads", keygen::openssl_version(), resources.jobs));
    switch (options.action) {
        case Action::generate:
            write_report(keygen::generate(request::to_generate(options), resources), options, voice);
            return common::STATUS_DONE;
        case Action::export_identity:
            return run_export(options, voice, resources);
        case Action::repair:
            return run_repair(options, voice, resources);
        case Action::revoke:
            write_report(keygen::revoke(request::to_revoke(options), resources), options, voice);
            return common::STATUS_DONE;
        case Action::change_password:
            write_report(keygen::change_password(request::to_change_password(options), resources), options,
                         voice);
            return common::STATUS_DONE;
        case Action::keys_file:
        case Action::merge:
        case Action::convert:
        case Action::ensure:
        case Action::extract:
        case Action::remove:
            return run_symmetric(options, voice);
    }
    return common::STATUS_FAILED;
}

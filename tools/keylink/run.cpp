#include "run.hpp"

#include <keygen/link.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "common/changes_report.hpp"
#include "common/keysdir_options.hpp"
#include "common/run_main.hpp"
#include "common/signals.hpp"

namespace {

using common::json;

std::string directory_of(const Options& options) {
    if (options.keysdir)
        return *options.keysdir;
    if (options.install || options.files.empty())
        return ".";
    const std::string& file = options.files.front();
    const auto slash = file.rfind('/');
    if (slash == std::string::npos)
        return ".";
    return slash == 0 ? "/" : file.substr(0, slash);
}

keygen::KeysdirOptions keysdir(const Options& options) {
    keygen::KeysdirOptions result;
    result.directory = directory_of(options);
    result.lock_timeout = common::to_lock_timeout(options.lock_timeout_seconds);
    result.force = options.force;
    result.dry_run = options.dry_run;
    static const common::Cancellation cancellation;
    result.progress = &cancellation;
    if (options.group)
        result.readable_by = common::to_group_id(*options.group);
    return result;
}

json start(const Options& options) {
    return common::start_report("keylink", options.dry_run ? "dry-run" : "done");
}

void write_changes(const keygen::KeysdirChanges& changes, const Options& options,
                   const common::Diagnostics& voice, const std::string& text_behind) {
    common::say_warnings(voice, changes);
    if (options.json) {
        json result = start(options);
        result.update(common::to_json(changes));
        common::write_out(common::dump(result));
    } else if (!options.quiet) {
        common::write_out(common::format_changes(changes, options.dry_run) + text_behind);
    }
}

int run_link(const Options& options, const common::Diagnostics& voice) {
    keygen::LinkRequest request;
    request.keysdir = keysdir(options);
    request.files = options.files;
    request.layout = keygen::parse_link_layout(options.layout);
    request.host = options.host.empty() ? common::host_name() : options.host;
    if (options.host.empty() && !options.client.empty())
        request.host = options.client;
    request.server = options.server;
    request.client = options.client;
    request.install = options.install;
    const bool has_input = std::find(options.files.begin(), options.files.end(), "-") != options.files.end();
    if (has_input && !options.install)
        throw keygen::Error(keygen::ErrorCode::bad_request, "standard input (-) can only be installed")
            .hint("keylink --install -");
    if (has_input)
        request.standard_input = common::read_standard_input();
    request.now = common::current_time();
    const auto report = keygen::link_files(request);

    std::string unchanged;
    for (const std::string& link : report.unchanged)
        unchanged += fmt::format("right already: {}\n", link);
    if (options.json) {
        common::say_warnings(voice, report.changes);
        json result = start(options);
        result.update(common::to_json(report.changes));
        result["unchanged"] = report.unchanged;
        common::write_out(common::dump(result));
    } else {
        write_changes(report.changes, options, voice, unchanged);
    }
    for (const std::string& hint : report.hints)
        voice.hint(hint);
    return common::STATUS_DONE;
}

int run_list(const Options& options, const common::Diagnostics& voice) {
    const auto links = keygen::list_links(directory_of(options));
    const bool any_wrong =
        std::any_of(links.begin(), links.end(), [](const auto& link) { return link.is_wrong; });
    if (options.json) {
        json result = start(options);
        result["links"] = json::array();
        for (const auto& link : links) {
            result["links"].push_back({{"name", link.name},
                                       {"target", common::or_null(link.target)},
                                       {"problem", common::or_null(link.problem)},
                                       {"wrong", link.is_wrong}});
            result["links"].back()["filestamp"] = link.filestamp ? json(link.filestamp->value()) : json();
        }
        common::write_out(common::dump(result));
    } else if (!options.quiet) {
        std::string text;
        for (const auto& link : links) {
            const std::string target =
                link.target.empty() ? "" : fmt::format(" -> {}", keygen::escaped(link.target));
            const std::string problem = link.problem.empty() ? "" : fmt::format(" ({})", link.problem);
            text += fmt::format("{}{}{}\n", keygen::escaped(link.name), target, problem);
        }
        common::write_out(text);
    }
    if (options.check && links.empty())
        throw keygen::Error(keygen::ErrorCode::not_found, "no links that ntpd would look at")
            .in(directory_of(options));
    if (options.check && any_wrong) {
        voice.error("a link is wrong; see the list");
        return common::STATUS_FAILED;
    }
    return common::STATUS_DONE;
}

}  // namespace

int run(const Options& options, common::Diagnostics& voice) {
    const common::CancelOnSignals cancel_on_signals;
    voice.set_quiet(options.quiet);
    if (options.json || !options.quiet)
        common::require_writable_out();
    if (options.list || options.check)
        return run_list(options, voice);
    if (options.prune || options.rollback) {
        const auto changes =
            options.prune ? keygen::prune(keysdir(options)) : keygen::roll_back(keysdir(options));
        write_changes(changes, options, voice,
                      options.prune && changes.removed.empty() ? "nothing to remove\n" : "");
        return common::STATUS_DONE;
    }
    return run_link(options, voice);
}

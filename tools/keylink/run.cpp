#include "run.hpp"

#include <keygen/link.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "front/changes.hpp"
#include "front/entrance.hpp"
#include "front/interruption.hpp"
#include "front/keysdir_options.hpp"

namespace {

using nlohmann::ordered_json;

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
    result.lock_timeout = front::to_lock_timeout(options.lock_timeout_seconds);
    result.force = options.force;
    result.dry_run = options.dry_run;
    static const front::Cancellation cancellation;
    result.progress = &cancellation;
    if (options.group)
        result.readable_by = front::to_group_id(*options.group);
    return result;
}

std::string dump(const ordered_json& json) {
    return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

ordered_json start(const Options& options) {
    return {{"command", "keylink"}, {"status", options.dry_run ? "dry-run" : "done"}};
}

void write_changes(const keygen::KeysdirChanges& changes, const Options& options, const front::Voice& voice,
                   const std::string& text_behind) {
    front::say_warnings(voice, changes);
    if (options.json) {
        ordered_json json = start(options);
        json.update(front::to_json(changes));
        front::write_out(dump(json));
    } else if (!options.quiet) {
        front::write_out(front::format_changes(changes, options.dry_run) + text_behind);
    }
}

int run_link(const Options& options, const front::Voice& voice) {
    keygen::LinkRequest request;
    request.keysdir = keysdir(options);
    request.files = options.files;
    request.layout = keygen::parse_link_layout(options.layout);
    request.host = options.host.empty() ? front::host_name() : options.host;
    if (options.host.empty() && !options.client.empty())
        request.host = options.client;
    request.server = options.server;
    request.client = options.client;
    request.install = options.install;
    request.now = front::current_time();
    const auto report = keygen::link_files(request);

    std::string unchanged;
    for (const std::string& link : report.unchanged)
        unchanged += fmt::format("right already: {}\n", link);
    if (options.json) {
        front::say_warnings(voice, report.changes);
        ordered_json json = start(options);
        json.update(front::to_json(report.changes));
        json["unchanged"] = report.unchanged;
        front::write_out(dump(json));
    } else {
        write_changes(report.changes, options, voice, unchanged);
    }
    for (const std::string& hint : report.hints)
        voice.hint(hint);
    return front::STATUS_DONE;
}

int run_list(const Options& options, const front::Voice& voice) {
    const auto links = keygen::list_links(directory_of(options));
    const bool any_wrong =
        std::any_of(links.begin(), links.end(), [](const auto& link) { return link.is_wrong; });
    if (options.json) {
        ordered_json json = start(options);
        json["links"] = ordered_json::array();
        for (const auto& link : links) {
            json["links"].push_back({{"name", link.name},
                                     {"target", link.target},
                                     {"problem", link.problem},
                                     {"wrong", link.is_wrong}});
            json["links"].back()["filestamp"] =
                link.filestamp ? ordered_json(link.filestamp->value()) : ordered_json();
        }
        front::write_out(dump(json));
    } else if (!options.quiet) {
        std::string text;
        for (const auto& link : links) {
            const std::string target =
                link.target.empty() ? "" : fmt::format(" -> {}", keygen::quoted(link.target));
            const std::string problem = link.problem.empty() ? "" : fmt::format(" ({})", link.problem);
            text += fmt::format("{}{}{}\n", keygen::quoted(link.name), target, problem);
        }
        front::write_out(text);
    }
    if (options.check && links.empty())
        throw keygen::Error(keygen::ErrorCode::not_found, "no links that ntpd would look at")
            .in(directory_of(options));
    if (options.check && any_wrong) {
        voice.error("a link is wrong; see the list");
        return front::STATUS_FAILED;
    }
    return front::STATUS_DONE;
}

}  // namespace

int run(const Options& options, front::Voice& voice) {
    const front::CancelOnSignals cancel_on_signals;
    voice.set_quiet(options.quiet);
    if (options.json || !options.quiet)
        front::require_writable_out();
    if (options.list || options.check)
        return run_list(options, voice);
    if (options.prune || options.rollback) {
        const auto changes =
            options.prune ? keygen::prune(keysdir(options)) : keygen::roll_back(keysdir(options));
        write_changes(changes, options, voice,
                      options.prune && changes.removed.empty() ? "nothing to remove\n" : "");
        return front::STATUS_DONE;
    }
    return run_link(options, voice);
}

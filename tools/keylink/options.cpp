#include "options.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

#include <initializer_list>
#include <tuple>

namespace {

using keygen::Error;
using keygen::ErrorCode;

void require_one_action(const Options& options) {
    const int actions = static_cast<int>(options.list) + static_cast<int>(options.check) +
                        static_cast<int>(options.prune) + static_cast<int>(options.rollback) +
                        static_cast<int>(!options.files.empty());
    if (actions == 0)
        throw Error(ErrorCode::bad_request, "no file to link")
            .hint("keylink FILE..., or one of --list, --check, --prune, --rollback");
    if (actions > 1)
        throw Error(ErrorCode::bad_request,
                    "files, --list, --check, --prune and --rollback exclude each other");
}

// Whoever gives an option that could have no effect has something else in mind.
void refuse_useless(const CLI::App& app, const Options& options) {
    const bool links = !options.files.empty();
    const bool changes = links || options.prune || options.rollback;
    const std::initializer_list<std::tuple<const char*, bool, const char*>> uses = {
        {"--layout", links, "files to link"},
        {"--host", links, "files to link"},
        {"--server", links, "files to link"},
        {"--client", links, "files to link"},
        {"--install", links, "files to link"},
        {"--force", links, "files to link"},
        {"--group", options.install, "--install"},
        {"--dry-run", changes, "files to link, --prune or --rollback"},
        {"--lock-timeout", changes, "files to link, --prune or --rollback"}};
    for (const auto& [name, has_effect, what] : uses) {
        if (!has_effect && app.get_option(name)->count() > 0)
            throw Error(ErrorCode::bad_request, fmt::format("{} has no effect without {}", name, what));
    }
    if (links && options.layout == "ntpd" && !options.client.empty())
        throw Error(ErrorCode::bad_request, "--client has no effect with --layout ntpd")
            .hint("the recipe's links are made with --layout classic");
}

}  // namespace

std::optional<int> parse_options(common::CommandLine& command_line, const std::string& command,
                                 Options& options) {
    CLI::App app("Makes the links that ntpd looks for in a key directory", command);
    app.add_option("FILE", options.files,
                   "Key files, as a server made them; with --install - is standard input")
        ->type_name("");
    app.add_option("--keysdir", options.keysdir,
                   "Key directory (default: where FILE is; with --install the current one)")
        ->type_name("DIR");
    app.add_option("--layout", options.layout, "Links of today's ntpd, of the classic recipe, or all")
        ->type_name("LAYOUT")
        ->capture_default_str();
    app.add_option("--host", options.host, "This host's name (default: gethostname)")->type_name("NAME");
    app.add_option("--server", options.server, "The server's host name; for the classic layout")
        ->type_name("NAME");
    app.add_option("--client", options.client, "This client's host name in the classic layout")
        ->type_name("NAME");
    app.add_flag("--install", options.install,
                 "First copy FILE into the directory, under its proper name and mode");
    app.add_option("--group", options.group,
                   "With --install: private files are readable by this group of users, mode 0640")
        ->type_name("NAME");
    app.add_flag("--list", options.list, "List the links and what they lead to");
    app.add_flag("--check", options.check, "Like --list, with status 1 where a link is wrong");
    app.add_flag("--prune", options.prune, "Remove generations that no link leads to");
    app.add_flag("--rollback", options.rollback, "Move each link back to the generation before");
    app.add_option("--lock-timeout", options.lock_timeout_seconds,
                   "Wait so long for another run in the same directory")
        ->type_name("SECONDS")
        ->capture_default_str();
    app.add_flag("--dry-run", options.dry_run, "Say what would be done");
    app.add_flag("--force", options.force, "Replace what is in the way; go back to an older generation");
    app.add_flag("--json", options.json, "Report as one JSON object");
    app.add_flag("--quiet", options.quiet, "No report, no warnings");
    common::CommandLine::add_standard_options(app);
    app.footer(
        "Example: keylink ntpkey_IFFpar_server1.4004387960\n"
        "         keylink --install --keysdir /etc/ntp/keys iffpar.txt\n"
        "Manual:  man keylink");
    if (const auto status = command_line.parse(app))
        return status;
    require_one_action(options);
    refuse_useless(app, options);
    return std::nullopt;
}

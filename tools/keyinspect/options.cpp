#include "options.hpp"

#include <keygen/configuration.hpp>
#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace {

using keygen::Error;
using keygen::ErrorCode;

void require_sense(const Options& options) {
    if (options.check && options.json)
        throw Error(ErrorCode::bad_request, "--check and --json exclude each other")
            .hint("--json has a status of its own");
    const bool reads_input =
        std::find(options.paths.begin(), options.paths.end(), "-") != options.paths.end();
    if (reads_input && options.password.file == "-")
        throw Error(ErrorCode::bad_request, "standard input cannot be a key and the password at once");
    if (options.timeline == "-" && (options.json || options.check))
        throw Error(ErrorCode::bad_request,
                    fmt::format("standard output cannot take the timeline and what {} prints",
                                options.json ? "--json" : "--check"))
            .hint("name a file for the timeline");
    if (options.daemon && options.ntp_conf.empty())
        throw Error(ErrorCode::bad_request,
                    "--daemon says whose configuration --ntp-conf names; it is missing");
    if (!options.user.empty() && options.ntp_conf.empty())
        throw Error(ErrorCode::bad_request, "--user says who the daemon of --ntp-conf is; it is missing");
}

}  // namespace

std::optional<int> parse_options(common::CommandLine& command_line, const std::string& command,
                                 Options& options) {
    CLI::App app("Tells what NTP key files are, what is wrong with them, and what the daemon will say",
                 command);
    options.default_keysdir = keygen::ConfigurationRequest().default_keysdir;
    app.add_option("PATH", options.paths,
                   "Files and directories; - is standard input (default: the current directory)")
        ->type_name("");
    app.add_option(
           "--ntp-conf", options.ntp_conf,
           "Say what the daemon will do with this ntp.conf, chrony.conf or ntp.toml; those of a server and "
           "its clients together are compared")
        ->type_name("FILE")
        ->allow_extra_args(false);
    app.add_option("--daemon", options.daemon,
                   "Whose configuration that is: ntpd, ntpsec, chrony or ntpd-rs (default: guessed)")
        ->type_name("DAEMON");
    app.add_option("--user", options.user,
                   "Who the daemon is without root (default: looked up, for configurations below /etc)")
        ->type_name("NAME");
    app.add_option("--default-keysdir", options.default_keysdir,
                   "ntpd's key directory where its configuration names none")
        ->type_name("DIR")
        ->capture_default_str();
    app.add_option("--host", options.host, "The host that the files are for (default: gethostname)")
        ->type_name("NAME");
    app.add_option("--dialect", options.dialect,
                   "Whose the keys files are: ntpd, ntpsec, chrony or common (default: guessed)")
        ->type_name("DIALECT");
    app.add_flag("--prove", options.prove,
                 "Run the challenge and response between servers' and clients' files");
    app.add_flag("--check", options.check,
                 "One line and a status for monitoring: 0 ok, 1 warning, 2 critical, 3 unknown");
    app.add_option("--warn-days", options.warn_days, "Warn when a certificate ends sooner")
        ->type_name("DAYS")
        ->capture_default_str();
    app.add_option("--time-limit", options.time_limit,
                   "Decrypt and prove no more once this time is over (default: 10 with --check, else none)")
        ->type_name("SECONDS");
    app.add_option("--timeline", options.timeline,
                   "Draw generations and lifetimes into this SVG file; - is standard output")
        ->type_name("FILE");
    app.add_flag("-v,--verbose", options.numbers, "Show the public numbers themselves");
    common::CommandLine::add_password_options(app, options.password, "-p,--password");
    app.add_flag("--json", options.json, "Report as one JSON object");
    app.add_flag("--quiet", options.quiet, "No report; the status tells");
    common::CommandLine::add_standard_options(app);
    app.footer(
        "Example: keyinspect /etc/ntp/keys\n"
        "         keyinspect --ntp-conf /etc/ntp.conf\n"
        "         keyinspect --prove -p seekritword server-keys client-keys\n"
        "Manual:  man keyinspect");
    if (const auto status = command_line.parse(app))
        return status;
    if (options.password.given)
        command_line.overwrite(*options.password.given);
    require_sense(options);
    return std::nullopt;
}

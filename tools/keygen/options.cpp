#include "options.hpp"

#include <keygen/error.hpp>
#include <keygen/generate.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "action.hpp"
#include "common/run_main.hpp"
#include "options_file.hpp"

namespace {

using keygen::Error;
using keygen::ErrorCode;

constexpr const char* HOME_OPTIONS_FILE = ".ntprc";
constexpr const char* ENVIRONMENT_PREFIX = "NTP_KEYGEN_";
constexpr const char* LOAD_VARIABLE = "NTP_KEYGEN_LOAD_OPTS";
// Nothing is a value of its own for these, or has an error of its own.
const std::vector<std::string> MAY_BE_EMPTY = {"--ident",    "--subject-name",  "--mv-revoke",
                                               "--password", "--export-passwd", "--save-opts"};

void add_certificate_options(CLI::App& app, Options& o) {
    const char* group = "Certificate";
    app.add_flag("-T,--trusted-cert", o.trusted_certificate,
                 "Make a trusted certificate (scheme TC), for servers")
        ->group(group);
    app.add_flag("-P,--pvt-cert", o.private_certificate,
                 "Make a private certificate (scheme PC), for a group to share")
        ->group(group);
    app.add_flag("--plain-cert", o.plain_certificate,
                 "Make neither, even where the linked certificate is one of them")
        ->group(group);
    app.add_option("-c,--certificate", o.digest_scheme, "Digest scheme of the certificate")
        ->type_name("SCHEME")
        ->group(group);
    app.add_option("-l,--lifetime", o.lifetime_days, "Days until the certificate ends")
        ->type_name("DAYS")
        ->group(group);
    app.add_option("--renew-before", o.renew_before_days,
                   "Do nothing while the certificate is good for more than DAYS")
        ->type_name("DAYS")
        ->group(group);
    app.add_option("-s,--subject-name", o.subject_name, "Host name, host@group, or @group")
        ->type_name("NAME")
        ->group(group);
    app.add_option("-i,--ident", o.ident, "Group name; '' for none")->type_name("GROUP")->group(group);
}

void add_key_options(CLI::App& app, Options& o) {
    const char* group = "Keys";
    app.add_flag("-H,--host-key", o.host_key, "Make a new host key even where there is one")->group(group);
    app.add_option("-S,--sign-key", o.sign_key, "Make a new sign key: RSA or DSA")
        ->type_name("TYPE")
        ->group(group);
    app.add_option("-m,--modulus", o.modulus_bits, "Size of host and sign keys, 512 to 4096 (default 2048)")
        ->type_name("BITS")
        ->group(group);
    app.add_flag("--openssl-keygen", o.openssl_keygen,
                 "Have OpenSSL generate RSA keys, as always in FIPS mode; slower")
        ->group(group);
    app.add_option("-C,--cipher", o.cipher, "Cipher of the private keys (default AES-256-CBC)")
        ->type_name("CIPHER")
        ->group(group);
    app.add_flag("--compat", o.compat, "ntp-keygen's defaults: 512 and 256 bits, RSA-MD5, DES-EDE3-CBC")
        ->group(group);
}

void add_identity_options(CLI::App& app, Options& o) {
    const char* group = "Identity";
    app.add_flag("-I,--iffkey", o.iff, "Make IFF parameters and key")->group(group);
    app.add_flag("-G,--gq-params", o.gq, "Make GQ parameters and key")->group(group);
    app.add_option("-V,--mv-params", o.mv_clients, "Make MV parameters and keys for N clients")
        ->type_name("N")
        ->group(group);
    app.add_option("-v,--mv-keys", o.mv_update_clients,
                   "Write the MV server key and the files of clients 1 to N again")
        ->type_name("N")
        ->group(group);
    app.add_flag("--new-identity", o.new_identity,
                 "Replace an identity key that is there; all clients need new files")
        ->group(group);
    app.add_option("-b,--imbits", o.identity_bits, "Size of identity parameters, 256 to 4096 (default 2048)")
        ->type_name("BITS")
        ->group(group);
    app.add_option("--gq-reading", o.gq_layout,
                   "Which daemons the GQ clients' file is for: stock (4.2.8) or published")
        ->type_name("READING")
        ->capture_default_str()
        ->group(group);
    app.add_option("--mv-revoke", o.mv_revoke, "Lock out exactly these MV clients; '' lets all back in")
        ->type_name("J,...")
        ->group(group);
    app.add_flag("--repair", o.repair, "Make keys of ntp-keygen work with stock ntpd, as far as they can")
        ->group(group);
}

void add_export_options(CLI::App& app, Options& o) {
    const char* group = "Export";
    app.add_flag("-e,--id-key", o.export_client, "Print the clients' parameters of the group")->group(group);
    common::CommandLine::add_secret_option(app, "-q,--export-passwd,--get-pvt-passwd", o.export_password,
                                           "Print the server's identity key under this password")
        ->group(group);
    app.add_option("--mv-client", o.mv_client, "With -e: which MV client's parameters (default 1)")
        ->type_name("J")
        ->group(group);
}

void add_symmetric_options(CLI::App& app, Options& o) {
    const char* group = "Symmetric keys";
    app.add_flag("-M,--md5key", o.symmetric, "Make symmetric keys, linked as ntp.keys")->group(group);
    app.add_option("--key-type", o.key_types, "Types, separated by commas (default MD5,SHA1)")
        ->type_name("TYPE,...")
        ->group(group);
    app.add_option("--key-count", o.key_count, "Keys of each type (default 10)")
        ->type_name("N")
        ->group(group);
    app.add_option("--first-id", o.first_id, "The first key's id (default 1)")->type_name("ID")->group(group);
    app.add_option("--dialect", o.dialect,
                   "Whose keys file: ntpd, ntpsec, chrony, or common to all (default ntpd)")
        ->type_name("DIALECT")
        ->group(group);
    app.add_option("--merge", o.merge,
                   "Add keys to FILE (- for standard input and output) instead of making a new one")
        ->type_name("FILE")
        ->group(group);
    app.add_option("--convert", o.convert, "Print FILE (- for standard input) in the dialect of --dialect")
        ->type_name("FILE")
        ->group(group);
    app.add_option("--for", o.daemon,
                   "With -M: keys where the package of chrony, ntpsec or ntpd looks for them (AES128CMAC)")
        ->type_name("DAEMON")
        ->group(group);
    app.add_option("--ensure", o.ensure,
                   "Make the keys of --ids that FILE lacks; - is standard input and output")
        ->type_name("FILE")
        ->group(group);
    app.add_option("--ids", o.ids, "With --ensure: ids and ranges, as in 10-20,31")
        ->type_name("IDS")
        ->group(group);
    app.add_option(
           "--extract", o.extract,
           "Print these keys of FILE; with --dialect in another one, or for ios-xe, junos, eos, ontap")
        ->type_name("IDS")
        ->group(group);
    app.add_option("--remove", o.remove, "Remove these keys from FILE")->type_name("IDS")->group(group);
    app.add_option("FILE", o.file, "Keys file for --extract and --remove; - is standard input")
        ->type_name("")
        ->group(group);
    app.add_option("--from", o.source_dialect,
                   "With --convert and --extract: whose file it is, where that is not clear")
        ->type_name("DIALECT")
        ->group(group);
}

void add_new_password_options(CLI::App& app, Options& o) {
    const char* group = "Password";
    app.add_flag("--change-password", o.change_password,
                 "Put all private keys of the directory under a new password")
        ->group(group);
    app.add_option("--new-password-file", o.new_password.file,
                   "Read the new password from the first line of FILE; - is standard input")
        ->type_name("FILE")
        ->group(group);
    app.add_option("--new-password-env", o.new_password.variable,
                   "Take the new password from the environment variable VAR")
        ->type_name("VAR")
        ->group(group);
    app.add_flag("--ask-new-password", o.new_password.ask, "Ask for the new password on the terminal")
        ->group(group);
}

void add_general_options(CLI::App& app, Options& o) {
    app.add_option("--keysdir", o.keysdir, "Key directory")->type_name("DIR")->capture_default_str();
    app.add_option("--group", o.group, "Private files are readable by this group of users, mode 0640")
        ->type_name("NAME");
    app.add_option("--filestamp", o.filestamp, "Time of generation in NTP seconds, instead of now")
        ->type_name("N");
    app.add_option("--jobs", o.jobs, "Threads (default: one for each processor)")->type_name("N");
    app.add_option("--lock-timeout", o.lock_timeout_seconds,
                   "Wait so long for another run in the same directory")
        ->type_name("SECONDS")
        ->capture_default_str();
    app.add_flag("--dry-run", o.dry_run, "Say what would be done");
    app.add_flag("--force", o.force, "Replace what is in the way");
    app.add_flag("--json", o.json, "Report as one JSON object");
    app.add_flag("--quiet", o.quiet, "No report, no warnings");
    app.add_flag(
        "-d,--debug-level", [&o](std::int64_t times) { o.debug_level += static_cast<int>(times); },
        "Say more; may be repeated");
    app.add_option("-D,--set-debug-level", o.debug_level, "Say more, at once")->type_name("LEVEL");
}

// ntp-keygen takes each option also as NTP_KEYGEN_<NAME>.
void add_environment(CLI::App& app) {
    for (CLI::Option* option : app.get_options()) {
        for (std::string name : option->get_lnames()) {
            for (char& c : name)
                c = c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
            option->envname(ENVIRONMENT_PREFIX + name);
            break;
        }
    }
}

// man(1) may be missing, or the page: then --help has to do.
bool has_manual_page() {
    const pid_t child = ::fork();
    if (child < 0)
        return false;
    if (child == 0) {
        const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
        ::dup2(nowhere, STDOUT_FILENO);
        ::dup2(nowhere, STDERR_FILENO);
        ::execlp("man", "man", "-w", "keygen", nullptr);
        ::_exit(1);
    }
    int status = 0;
    return ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

std::string home_options_file() {
    const char* home = std::getenv("HOME");
    if (home == nullptr || *home == '\0')
        throw Error(ErrorCode::bad_request,
                    "there is no HOME in the environment whose .ntprc could be written")
            .hint("name the file: --save-opts=FILE");
    return fmt::format("{}/{}", home, HOME_OPTIONS_FILE);
}

// A variable of which nobody knows is a slip, and the run then does something else than was meant.
std::vector<std::string> unknown_variables(const CLI::App& app) {
    std::vector<std::string> known = {LOAD_VARIABLE};
    for (const CLI::Option* option : app.get_options())
        known.push_back(option->get_envname());
    const std::vector<std::string_view> names(known.begin(), known.end());
    std::vector<std::string> warnings;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view variable(*entry);
        const std::string_view name = variable.substr(0, variable.find('='));
        if (name.starts_with(ENVIRONMENT_PREFIX) &&
            std::find(names.begin(), names.end(), name) == names.end())
            warnings.push_back(fmt::format("the variable {} stands for no option{}", keygen::escaped(name),
                                           keygen::did_you_mean(name, names)));
    }
    std::sort(warnings.begin(), warnings.end());
    return warnings;
}

}  // namespace

std::optional<int> parse_options(common::CommandLine& command_line, const std::string& command,
                                 Options& options) {
    CLI::App app(
        "Makes keys for authenticated NTP: host and sign keys, certificates, IFF, GQ and MV identity "
        "parameters, "
        "and symmetric keys files",
        command);
    add_certificate_options(app, options);
    add_key_options(app, options);
    add_identity_options(app, options);
    add_export_options(app, options);
    add_symmetric_options(app, options);
    common::CommandLine::add_password_options(app, options.password, "-p,--password,--pvt-passwd");
    add_new_password_options(app, options);
    add_general_options(app, options);
    common::CommandLine::add_standard_options(app);
    bool more_help = false;
    app.add_flag("--more-help", more_help, "Show the manual page (also -!)")->group("Other");
    std::string save_to;
    app.add_option("--save-opts", save_to, "Write the options of this run to FILE and do nothing else")
        ->type_name("FILE")
        ->expected(0, 1)
        ->group("Other");
    bool loads_nothing = false;
    CLI::Option* no_options_file = app.add_flag("--no-load-opts", loads_nothing,
                                                "Read no file of options, whatever the environment says")
                                       ->group("Other");
    // CLI11 looks for the file before it looks into the environment.
    const char* options_file = command_line.mentions("--no-load-opts") ? nullptr : std::getenv(LOAD_VARIABLE);
    const auto loaded = std::make_shared<OptionsFile>();
    app.set_config("--load-opts", options_file == nullptr ? "" : options_file,
                   "Read options from FILE, written by --save-opts or by hand", options_file != nullptr)
        ->check([loaded](const std::string& path) { return loaded->load(path), std::string(); })
        ->excludes(no_options_file)
        ->type_name("FILE")
        ->group("Other");
    app.config_formatter(loaded);
    add_environment(app);
    app.get_config_ptr()->envname("");
    app.footer(
        "Example: keygen -T -I -p seekritword      the recipe: a trusted host with IFF identity\n"
        "         keygen -e -p seekritword          what its clients need\n"
        "Environment: NTP_KEYGEN_MODULUS=3072 stands for --modulus 3072, and so with every option\n"
        "Manual:  man keygen");

    command_line.add_form("-!", "--more-help");
    command_line.add_form("-<", "--load-opts");
    command_line.add_form("->", "--save-opts");
    if (const auto status = command_line.parse(app, MAY_BE_EMPTY))
        return status;
    for (const auto* secret : {&options.password.given, &options.export_password}) {
        if (*secret)
            command_line.overwrite(**secret);
    }
    if (more_help) {
        if (has_manual_page())
            ::execlp("man", "man", "keygen", nullptr);
        common::write_out(app.help());
        return common::STATUS_DONE;
    }
    if (app.get_option("--save-opts")->count() > 0) {
        save_options(app, save_to.empty() ? home_options_file() : save_to, options.force);
        return common::STATUS_DONE;
    }
    options.warnings = unknown_variables(app);
    options.action = find_action(app, options);
    return std::nullopt;
}

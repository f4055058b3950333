#include "action.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <vector>

namespace {

using enum Action;
using keygen::Error;
using keygen::ErrorCode;

struct ActionName {
    Action action;
    std::string_view text;
};
constexpr std::array<ActionName, 11> NAMES = {{
    {generate, "keys for Autokey"},
    {export_identity, "-e or -q"},
    {repair, "--repair"},
    {revoke, "--mv-revoke or -v"},
    {change_password, "--change-password"},
    {keys_file, "-M"},
    {merge, "--merge"},
    {convert, "--convert"},
    {ensure, "--ensure"},
    {extract, "--extract"},
    {Action::remove, "--remove"},
}};

struct Use {
    std::string_view option;
    std::vector<Action> actions;
};
// Options that stand here for no action have an effect in all of them.
const std::vector<Use> USES = {
    {"-T", {generate}},
    {"-P", {generate}},
    {"--plain-cert", {generate}},
    {"-c", {generate}},
    {"-l", {generate}},
    {"--renew-before", {generate}},
    {"-H", {generate}},
    {"-S", {generate}},
    {"-m", {generate}},
    {"--openssl-keygen", {generate}},
    {"-b", {generate}},
    {"--new-identity", {generate}},
    {"--compat", {generate}},
    {"-I", {generate, export_identity}},
    {"-G", {generate, export_identity}},
    {"-V", {generate, export_identity}},
    {"-v", {revoke}},
    {"--mv-revoke", {revoke}},
    {"--repair", {repair}},
    {"--change-password", {change_password}},
    {"--new-password-file", {change_password}},
    {"--new-password-env", {change_password}},
    {"--ask-new-password", {change_password}},
    {"-e", {export_identity}},
    {"-q", {export_identity}},
    {"--mv-client", {export_identity}},
    {"--gq-reading", {generate, export_identity}},
    {"-C", {generate, export_identity, repair, revoke, change_password}},
    {"-s", {generate, export_identity, repair, revoke, change_password, keys_file}},
    {"-i", {generate, export_identity, repair, revoke, keys_file}},
    {"--keysdir", {generate, export_identity, repair, revoke, change_password, keys_file}},
    {"--group", {generate, repair, revoke, change_password, keys_file, ensure}},
    {"--filestamp", {generate, keys_file}},
    {"--jobs", {generate, export_identity, repair, revoke}},
    {"--lock-timeout", {generate, repair, revoke, change_password, keys_file, merge, ensure, Action::remove}},
    {"--force", {generate, export_identity, repair, revoke, keys_file}},
    {"-M", {keys_file, merge}},
    {"--key-type", {keys_file, merge, ensure}},
    {"--key-count", {keys_file, merge}},
    {"--first-id", {keys_file, merge}},
    {"--dialect", {keys_file, merge, convert, ensure, extract, Action::remove}},
    {"--merge", {merge}},
    {"--convert", {convert}},
    {"--from", {convert, extract}},
    {"--for", {keys_file}},
    {"--ensure", {ensure}},
    {"--ids", {ensure}},
    {"--extract", {extract}},
    {"--remove", {Action::remove}},
    // With -M and --merge it is answered with a warning: scripts give it with every ntp-keygen.
    {"--password", {generate, export_identity, repair, revoke, change_password, keys_file, merge}},
    {"--password-file", {generate, export_identity, repair, revoke, change_password, keys_file, merge}},
    {"--password-env", {generate, export_identity, repair, revoke, change_password, keys_file, merge}},
    {"--ask-password", {generate, export_identity, repair, revoke, change_password}},
};

// On the command line or in a file of options. A variable of the environment is meant for many runs, and for
// those that it fits.
bool is_given(const CLI::App& app, std::string_view name) {
    const CLI::Option* option = app.get_option(std::string(name));
    const std::string variable = option->get_envname();
    return option->count() > 0 && (variable.empty() || std::getenv(variable.c_str()) == nullptr);
}

std::string_view name_of(Action action) {
    return std::find_if(NAMES.begin(), NAMES.end(),
                        [&](const ActionName& name) { return name.action == action; })
        ->text;
}

Action only_action(const Options& options) {
    const std::array<std::pair<bool, Action>, 10> asked_for = {{
        {options.export_client || options.export_password, export_identity},
        {options.repair, repair},
        {options.change_password, change_password},
        {options.mv_revoke || options.mv_update_clients, revoke},
        {options.convert.has_value(), convert},
        {options.merge.has_value(), merge},
        {options.ensure.has_value(), ensure},
        {options.extract.has_value(), extract},
        {options.remove.has_value(), Action::remove},
        // With --merge it says nothing new.
        {options.symmetric && !options.merge, keys_file},
    }};
    std::optional<Action> found;
    for (const auto& [is_asked_for, action] : asked_for) {
        if (is_asked_for && found)
            throw Error(ErrorCode::bad_request,
                        fmt::format("{} and {} exclude each other", name_of(*found), name_of(action)))
                .hint("run the command once for each");
        if (is_asked_for)
            found = action;
    }
    return found.value_or(generate);
}

}  // namespace

Action find_action(const CLI::App& app, const Options& options) {
    const Action action = only_action(options);
    const bool takes_file = action == extract || action == Action::remove;
    if (options.file && !takes_file)  // not quoted: it may be a password in the wrong place
        throw Error(ErrorCode::bad_request, "an argument too many")
            .hint(fmt::format("{} --help lists the options", app.get_name()));
    if (!options.file && takes_file)
        throw Error(ErrorCode::bad_request,
                    fmt::format("{} needs a keys file behind the ids", name_of(action)))
            .hint(fmt::format("keygen {} 10,31 FILE; - is standard input", name_of(action)));
    for (const Use& use : USES) {
        const bool has_effect =
            std::find(use.actions.begin(), use.actions.end(), action) != use.actions.end();
        if (has_effect || !is_given(app, use.option))
            continue;
        if (action == generate)
            throw Error(ErrorCode::bad_request,
                        fmt::format("{} has no effect without {}", use.option, name_of(use.actions.front())));
        throw Error(ErrorCode::bad_request,
                    fmt::format("{} has no effect with {}", use.option, name_of(action)))
            .hint("run the command once for each");
    }
    return action;
}

#include "front/command_line.hpp"

#include <keygen/algorithm.hpp>
#include <keygen/error.hpp>
#include <keygen/suggestion.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstring>

#include "front/completion.hpp"
#include "front/entrance.hpp"
#include "front/release.hpp"

namespace front {

namespace {

struct CompletionWanted {
    std::string shell;
};

std::string first_line(std::string text) {
    text.erase(std::min(text.find('\n'), text.size()));
    if (!text.empty())
        text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
    return text;
}

// CLI11's sentence would quote whatever was not expected, which may be a password in the wrong place.
keygen::Error unexpected_argument(const CLI::App& app) {
    const auto extras = app.remaining();
    const auto option = std::find_if(extras.begin(), extras.end(), [](const auto& word) { return word.starts_with('-'); });
    if (option == extras.end())
        return {keygen::ErrorCode::bad_request, "an argument too many"};
    const std::string name = option->substr(0, option->find('='));
    std::vector<std::string> known;
    for (const CLI::Option* candidate : app.get_options()) {
        for (const std::string& long_name : candidate->get_lnames())
            known.push_back("--" + long_name);
    }
    const std::vector<std::string_view> names(known.begin(), known.end());
    return {keygen::ErrorCode::bad_request,
            fmt::format("unknown option {}{}", keygen::quoted(name.substr(0, 40)), keygen::did_you_mean(name, names))};
}

}  // namespace

void CommandLine::add_standard_options(CLI::App& app, const std::string& command) {
    app.set_help_flag("-?,-h,--help", "Show this help");
    app.set_version_flag("--version", fmt::format("{} {} ({})", command, RELEASE, keygen::openssl_version()),
                         "Show the versions of this program and of OpenSSL");
    app.add_option("--completion", "Print the completion script for this shell: bash, zsh or fish")
        ->type_name("SHELL")
        ->group("Other");
    app.get_formatter()->column_width(36);
}

CLI::Option* CommandLine::add_secret_option(CLI::App& app, const std::string& names,
                                            std::optional<keygen::SecretBytes>& value, const std::string& description) {
    return app
        .add_option_function<std::string>(
            names, [&value](const std::string& text) { value.emplace(std::string_view(text)); }, description)
        ->type_name("PASSWORD");
}

void CommandLine::add_password_options(CLI::App& app, PasswordSource& source, const std::string& names) {
    add_secret_option(app, names, source.given, "Password of the private keys; visible to other users in ps(1)")
        ->group("Password");
    app.add_option("--password-file", source.file, "Read the password from the first line of FILE; - is standard input")
        ->type_name("FILE")
        ->group("Password");
    app.add_option("--password-env", source.variable, "Take the password from the environment variable VAR")
        ->type_name("VAR")
        ->group("Password");
    app.add_flag("--ask-password", source.ask, "Ask for the password on the terminal")->group("Password");
}

std::optional<int> CommandLine::parse(CLI::App& app) {
    std::vector<std::string> arguments;
    for (int i = argc_ - 1; i > 0; --i) {  // CLI11 takes them last first
        arguments.emplace_back(argv_[i]);
        for (const auto& [from, to] : replacements_) {
            if (arguments.back() == from)
                arguments.back() = to;
        }
    }
    try {
        app.parse(arguments);
    } catch (const CLI::CallForHelp&) {
        write_out(app.help());
        return STATUS_DONE;
    } catch (const CLI::CallForVersion&) {
        write_out(app.version() + "\n");
        return STATUS_DONE;
    } catch (const CLI::ExtrasError&) {
        throw unexpected_argument(app).hint(fmt::format("{} --help lists the options", app.get_name()));
    } catch (const CLI::ParseError& error) {
        throw keygen::Error(keygen::ErrorCode::bad_request, first_line(error.what()))
            .hint(fmt::format("{} --help lists the options", app.get_name()));
    }
    const CLI::Option* completion = app.get_option("--completion");
    if (completion->count() > 0) {
        write_out(format_completion(app, completion->as<std::string>()));
        return STATUS_DONE;
    }
    return std::nullopt;
}

void CommandLine::overwrite(const keygen::SecretBytes& secret) {
    for (int i = 1; i < argc_; ++i) {
        const std::string_view argument(argv_[i]);
        if (!secret.empty() && argument.ends_with(secret.text()))
            std::memset(argv_[i] + argument.size() - secret.size(), 'x', secret.size());
    }
}

void CommandLine::replace_argument(const std::string& from, const std::string& to) {
    replacements_.emplace_back(from, to);
}

}  // namespace front

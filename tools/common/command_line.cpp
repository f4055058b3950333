#include "common/command_line.hpp"

#include <keygen/certificate.hpp>
#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <fstream>

#include "common/completion.hpp"
#include "common/help_formatter.hpp"
#include "common/release.hpp"
#include "common/run_main.hpp"

namespace common {

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

// CLI11's own sentences are "--modulus: 1 required BITS missing" and "Could not convert: --modulus = abc";
// how often is too often it says in other words with each release, so the option is asked.
std::string describe_values(const CLI::App& app, const CLI::ArgumentMismatch& error) {
    const std::string text = first_line(error.what());
    const std::string name = text.substr(0, text.find(':'));
    const CLI::Option* option = app.get_option_no_throw(name);
    if (option != nullptr && option->count() > static_cast<std::size_t>(option->get_items_expected_max()))
        return fmt::format("{} is given more than once", name);
    return fmt::format("{} needs a value", name);
}

// The option that a value did not fit; null where the sentence names none.
const CLI::Option* option_of(const CLI::App& app, const CLI::ConversionError& error) {
    const std::string text = error.what();
    const auto colon = text.find(": ");
    const auto equals = text.find(" = ");
    if (colon == std::string::npos || equals == std::string::npos || equals < colon)
        return nullptr;
    return app.get_option_no_throw(text.substr(colon + 2, equals - colon - 2));
}

std::string describe_conversion(const CLI::Option* option, const CLI::ConversionError& error) {
    std::string text = first_line(error.what());
    if (option == nullptr)
        return text;
    const std::string name = option->get_name(false, false);
    if (option->get_type_size() == 0)
        return fmt::format("{} takes no value", name);
    return fmt::format("{} takes a whole number within its range, not \"{}\"", name,
                       keygen::escaped(text.substr(text.find(" = ") + 3)));
}

// Options for which nothing is no value: an unset variable in a script must not count as "not given".
std::string find_empty_value(const CLI::App& app, const std::vector<std::string>& may_be_empty) {
    for (const CLI::Option* option : app.get_options()) {
        std::string name = option->get_name();
        const bool may = std::find(may_be_empty.begin(), may_be_empty.end(), name) != may_be_empty.end();
        const auto values = option->results();
        if (!may && std::find(values.begin(), values.end(), "") != values.end())
            return name;
    }
    return {};
}

bool means_yes(const std::string& value) {
    try {
        return CLI::detail::to_flag_value(value) > 0;
    } catch (const std::exception&) {  // neither a word nor a number that CLI11 knows
        return false;
    }
}

// A flag has one meaning, wherever it is given: there is none that is on unless somebody says no.
std::string find_flag_told_no(const CLI::App& app) {
    for (const CLI::Option* option : app.get_options()) {
        const auto values = option->results();
        if (option->get_items_expected_max() == 0 && !std::all_of(values.begin(), values.end(), means_yes))
            return option->get_name();
    }
    return {};
}

// As ntp-keygen's: v, c and n add to each other.
std::string format_version(const std::string& command, const std::string& form) {
    std::string text = fmt::format("{} {} ({})\n", command, RELEASE, keygen::openssl_version());
    if (form.empty() || form == "v")
        return text;
    if (form != "c" && form != "n")
        throw keygen::Error(keygen::ErrorCode::bad_request,
                            fmt::format("--version takes v, c or n, not \"{}\"", keygen::escaped(form)));
    text += "Copyright (c) 2026, The keygen authors\nLicence: BSD-2-Clause\n";
    if (form == "n")
        text += "There is no warranty, to the extent that the law lets us say so.\n";
    return text;
}

// The line of `path` that begins with `entry`; 0 without one.
std::size_t find_line(const std::string& path, const std::string& entry) {
    std::ifstream file(path);
    std::string line;
    for (std::size_t number = 1; std::getline(file, line); ++number) {
        line.erase(0, line.find_first_not_of(" \t"));
        if (line.starts_with(entry))
            return number;
    }
    return 0;
}

// An entry of a file of options may be a secret in the wrong place: its line is named, not its text.
keygen::Error unknown_entry(const CLI::App& app, const CLI::ConfigError& error) {
    const std::string text = error.what();
    const std::string entry = text.substr(std::min(text.rfind(' ') + 1, text.size()));
    const auto path = app.get_config_ptr()->as<std::string>();
    std::vector<std::string> known;
    for (const CLI::Option* option : app.get_options()) {
        for (const std::string& long_name : option->get_lnames())
            known.push_back(long_name);
    }
    const std::vector<std::string_view> names(known.begin(), known.end());
    keygen::Error result(keygen::ErrorCode::bad_request,
                         fmt::format("not an option{}", keygen::did_you_mean(entry, names)));
    const std::size_t line = find_line(path, entry);
    return line > 0 ? result.in(path, line) : result.in(path);
}

// CLI11's sentence would quote whatever was not expected, which may be a password in the wrong place.
keygen::Error unexpected_argument(const CLI::App& app) {
    const auto extras = app.remaining();
    const auto option =
        std::find_if(extras.begin(), extras.end(), [](const auto& word) { return word.starts_with('-'); });
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
            fmt::format("unknown option {}{}", keygen::escaped(name.substr(0, 40)),
                        keygen::did_you_mean(name, names))};
}

}  // namespace

void CommandLine::add_standard_options(CLI::App& app) {
    app.set_help_flag("-?,-h,--help", "Show this help");
    app.add_option("--version",
                   "Show the versions of this program and of OpenSSL; with =c the copyright, with =n that "
                   "there is no warranty")
        ->type_name("[=v|c|n]")
        ->expected(0, 1);
    app.add_option("--completion", "Print the completion script for this shell: bash, zsh or fish")
        ->type_name("SHELL")
        ->group("Other");
    app.formatter(std::make_shared<HelpFormatter>());
}

CLI::Option* CommandLine::add_secret_option(CLI::App& app, const std::string& names,
                                            std::optional<keygen::SecretBytes>& value,
                                            const std::string& description) {
    return app
        .add_option_function<std::string>(
            names, [&value](const std::string& text) { value.emplace(std::string_view(text)); }, description)
        ->type_name("PASSWORD");
}

void CommandLine::add_password_options(CLI::App& app, PasswordSource& source, const std::string& names) {
    add_secret_option(app, names, source.given,
                      "Password of the private keys; visible to other users in ps(1)")
        ->group("Password");
    app.add_option("--password-file", source.file,
                   "Read the password from the first line of FILE; - is standard input")
        ->type_name("FILE")
        ->group("Password");
    app.add_option("--password-env", source.variable, "Take the password from the environment variable VAR")
        ->type_name("VAR")
        ->group("Password");
    app.add_flag("--ask-password", source.ask, "Ask for the password on the terminal")->group("Password");
}

std::optional<int> CommandLine::parse(CLI::App& app, const std::vector<std::string>& may_be_empty) {
    const auto usage = [&](const std::string& text) {
        return keygen::Error(keygen::ErrorCode::bad_request, text)
            .hint(fmt::format("{} --help lists the options", app.get_name()));
    };
    app.allow_config_extras(CLI::config_extras_mode::error);
    std::vector<std::string> arguments = expand_arguments(app, argc_, argv_, forms_);
    std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them last first
    try {
        app.parse(arguments);
    } catch (const CLI::CallForHelp&) {
        if (find_flag_told_no(app) == app.get_help_ptr()->get_name())
            throw usage("--help cannot be told no; leave it out");
        write_out(app.help());
        return STATUS_DONE;
    } catch (const CLI::ExtrasError&) {
        throw unexpected_argument(app).hint(fmt::format("{} --help lists the options", app.get_name()));
    } catch (const CLI::ArgumentMismatch& error) {
        throw usage(describe_values(app, error));
    } catch (const CLI::ConversionError& error) {
        const CLI::Option* option = option_of(app, error);
        keygen::Error result = usage(describe_conversion(option, error));
        const CLI::Option* file = app.get_config_ptr();
        if (option != nullptr && file != nullptr && file->count() > 0 && !is_argument(*option)) {
            const auto path = file->as<std::string>();
            result.in(path, find_line(path, option->get_lnames().front()));
        }
        throw result;
    } catch (const CLI::FileError&) {
        throw keygen::Error(keygen::ErrorCode::bad_request,
                            "cannot read the file of options: it is a directory")
            .in(app.get_config_ptr()->as<std::string>());
    } catch (const CLI::ConfigError& error) {
        throw unknown_entry(app, error)
            .hint(fmt::format("{} --help lists the options; a file has them by long name", app.get_name()));
    } catch (const CLI::ParseError& error) {
        throw usage(first_line(error.what()));
    }
    if (const std::string name = find_flag_told_no(app); !name.empty())
        throw usage(fmt::format("{} cannot be told no; leave it out", name));
    const CLI::Option* version = app.get_option("--version");
    if (version->count() > 0) {
        write_out(format_version(app.get_name(), version->as<std::string>()));
        return STATUS_DONE;
    }
    if (const std::string name = find_empty_value(app, may_be_empty); !name.empty())
        throw usage(fmt::format("{} needs a value", name));
    const CLI::Option* completion = app.get_option("--completion");
    if (completion->count() > 0) {
        write_out(format_completion(app, completion->as<std::string>()));
        return STATUS_DONE;
    }
    return std::nullopt;
}

bool CommandLine::is_argument(const CLI::Option& option) const {
    return std::any_of(argv_ + 1, argv_ + argc_, [&](std::string_view argument) {
        const auto is_long = [&](const std::string& name) {
            return argument.starts_with("--" + name) &&
                   (argument.size() == name.size() + 2 || argument[name.size() + 2] == '=');
        };
        const auto is_short = [&](const std::string& name) { return argument.starts_with("-" + name); };
        return std::any_of(option.get_lnames().begin(), option.get_lnames().end(), is_long) ||
               std::any_of(option.get_snames().begin(), option.get_snames().end(), is_short);
    });
}

void CommandLine::overwrite(const keygen::SecretBytes& secret) {
    for (int i = 1; i < argc_; ++i) {
        const std::string_view argument(argv_[i]);
        if (!secret.empty() && argument.ends_with(secret.text()))
            std::memset(argv_[i] + argument.size() - secret.size(), 'x', secret.size());
    }
}

bool CommandLine::mentions(std::string_view name) const {
    return std::any_of(argv_ + 1, argv_ + argc_, [&](std::string_view argument) { return argument == name; });
}

}  // namespace common

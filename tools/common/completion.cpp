#include "common/completion.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace common {

namespace {

// What can follow an option, as its help says it.
enum class Value { none, file, directory, word };

Value value_of(const CLI::Option& option) {
    if (option.get_items_expected_max() == 0)
        return Value::none;
    const std::string type = option.get_type_name();
    if (type.find("DIR") != std::string::npos)
        return Value::directory;
    return type.find("FILE") != std::string::npos ? Value::file : Value::word;
}

std::string escaped(std::string_view text, std::string_view characters) {
    std::string result;
    for (const char c : text) {
        if (characters.find(c) != std::string_view::npos)
            result += '\\';
        result += c;
    }
    return result;
}

// Within single quotes, where a quote itself has to end them and begin them anew.
std::string quoted_for_zsh(const std::string& description) {
    std::string result;
    for (const char c : escaped(description, "[]:"))
        result += c == '\'' ? "'\\''" : std::string(1, c);
    return result;
}

std::string format_bash(const CLI::App& app) {
    std::string words, files, directories, values;
    for (const CLI::Option* option : app.get_options()) {
        for (const std::string& name : option->get_lnames()) {
            words += fmt::format(" --{}", name);
            switch (value_of(*option)) {
                case Value::none:
                    break;
                case Value::file:
                    files += fmt::format("{}--{}", files.empty() ? "" : "|", name);
                    break;
                case Value::directory:
                    directories += fmt::format("{}--{}", directories.empty() ? "" : "|", name);
                    break;
                case Value::word:
                    values += fmt::format("{}--{}", values.empty() ? "" : "|", name);
                    break;
            }
        }
        for (const std::string& name : option->get_snames())
            words += fmt::format(" -{}", name);
    }
    const std::string& command = app.get_name();
    std::string script = fmt::format(
        "_{}() {{\n    local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}}\n",
        command);
    script += "    case $before in\n";
    if (!directories.empty())
        script += fmt::format("    {}) mapfile -t COMPREPLY < <(compgen -d -- \"$word\"); return ;;\n",
                              directories);
    if (!files.empty())
        script +=
            fmt::format("    {}) mapfile -t COMPREPLY < <(compgen -f -- \"$word\"); return ;;\n", files);
    if (!values.empty())
        script += fmt::format("    {}) COMPREPLY=(); return ;;\n", values);
    script += "    esac\n    if [[ $word == -* ]]; then\n";
    script +=
        fmt::format("        mapfile -t COMPREPLY < <(compgen -W \"{}\" -- \"$word\")\n", words.substr(1));
    script += "    else\n        mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n    fi\n}\n";
    script += fmt::format("complete -o filenames -F _{0} {0}\n", command);
    return script;
}

std::string format_zsh(const CLI::App& app) {
    std::string script = fmt::format("#compdef {}\n_arguments -s -S", app.get_name());
    for (const CLI::Option* option : app.get_options()) {
        std::vector<std::string> names;
        for (const std::string& name : option->get_snames())
            names.push_back("-" + name);
        for (const std::string& name : option->get_lnames())
            names.push_back("--" + name);
        const Value value = value_of(*option);
        const std::string argument = value == Value::none        ? ""
                                     : value == Value::directory ? ":directory:_files -/"
                                     : value == Value::file      ? ":file:_files"
                                                                 : ":value:";
        for (const std::string& name : names) {
            const std::string suffix = value != Value::none && name.starts_with("--") ? "=" : "";
            script += fmt::format(" \\\n    '{}{}[{}]{}'", escaped(name, "?"), suffix,
                                  quoted_for_zsh(option->get_description()), argument);
        }
    }
    return script + " \\\n    '*:file:_files'\n";
}

std::string format_fish(const CLI::App& app) {
    std::string script;
    for (const CLI::Option* option : app.get_options()) {
        std::string line = fmt::format("complete -c {}", app.get_name());
        for (const std::string& name : option->get_snames())
            line += fmt::format(" -s '{}'", name);
        for (const std::string& name : option->get_lnames())
            line += fmt::format(" -l {}", name);
        if (option->get_lnames().empty() && option->get_snames().empty())
            continue;
        switch (value_of(*option)) {
            case Value::none:
                break;
            case Value::file:
                line += " -r -F";
                break;
            case Value::directory:
                line += " -x -a '(__fish_complete_directories)'";
                break;
            case Value::word:
                line += " -x";
                break;
        }
        script += fmt::format("{} -d '{}'\n", line, escaped(option->get_description(), "'\\"));
    }
    return script;
}

}  // namespace

std::string format_completion(const CLI::App& app, const std::string& shell) {
    if (shell == "bash")
        return format_bash(app);
    if (shell == "zsh")
        return format_zsh(app);
    if (shell == "fish")
        return format_fish(app);
    throw keygen::Error(keygen::ErrorCode::bad_request,
                        fmt::format("no completion for \"{}\": bash, zsh or fish", keygen::escaped(shell)));
}

}  // namespace common

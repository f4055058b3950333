#include "common/arguments.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace common {

namespace {

bool takes_value(const CLI::Option* option) {
    return option != nullptr && option->get_items_expected_min() > 0;
}

// Whether the value of the last option in `argument` is the next argument.
bool is_value_next(const CLI::App& app, const std::string& argument) {
    if (argument.starts_with("--"))
        return takes_value(app.get_option_no_throw(argument));
    if (!argument.starts_with('-'))
        return false;
    // Letters without a value may stand together, the last one may have one.
    for (std::size_t i = 1; i < argument.size(); ++i) {
        if (takes_value(app.get_option_no_throw({'-', argument[i]})))
            return i + 1 == argument.size();
    }
    return false;
}

std::string with_known_form(const std::string& argument, const std::vector<OptionForm>& forms) {
    for (const auto& [form, option] : forms) {
        if (argument == form)
            return option;
        if (argument.starts_with(form))
            return option + "=" + argument.substr(form.size());
    }
    return argument;
}

std::string with_whole_name(const CLI::App& app, const std::string& argument) {
    const auto name_end = std::min(argument.find('='), argument.size());
    const std::string name = argument.substr(0, name_end);
    if (!name.starts_with("--") || name.size() == 2 || app.get_option_no_throw(name) != nullptr)
        return argument;
    std::vector<const CLI::Option*> options;
    std::vector<std::string> names;
    for (const CLI::Option* option : app.get_options()) {
        for (const std::string& candidate : option->get_lnames()) {
            if (!("--" + candidate).starts_with(name))
                continue;
            names.push_back("--" + candidate);
            if (options.empty() || options.back() != option)
                options.push_back(option);
        }
    }
    if (options.size() > 1)
        throw keygen::Error(
            keygen::ErrorCode::bad_request,
            fmt::format("{} abbreviates several options: {}", keygen::escaped(name), fmt::join(names, ", ")));
    return options.empty() ? argument : names.front() + argument.substr(name_end);
}

}  // namespace

std::vector<std::string> expand_arguments(const CLI::App& app, int argc, char** argv,
                                          const std::vector<OptionForm>& forms) {
    std::vector<std::string> arguments;
    bool is_value = false;
    bool is_behind_options = false;
    for (int i = 1; i < argc; ++i) {
        std::string argument = argv[i];
        is_behind_options = is_behind_options || (!is_value && argument == "--");
        if (!is_value && !is_behind_options)
            argument = with_whole_name(app, with_known_form(argument, forms));
        is_value = !is_value && !is_behind_options && is_value_next(app, argument);
        arguments.push_back(std::move(argument));
    }
    return arguments;
}

}  // namespace common

#include "common/help_formatter.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <string_view>
#include <vector>

namespace common {

namespace {

constexpr std::size_t DESCRIPTION_COLUMN = 36;
// What CLI11 calls the group of options that are in none: in capitals since 2.5.
constexpr std::string_view NO_GROUP = "Options";
constexpr std::string_view NO_GROUP_IN_CAPITALS = "OPTIONS";

bool takes_many(const CLI::Option& option) {
    return option.get_expected_max() >= CLI::detail::expected_max_vector_size;
}

std::string format_usage(const CLI::App& app, const std::string& name) {
    std::string text = fmt::format("Usage: {} [OPTIONS]", name);
    for (const CLI::Option* option : app.get_options()) {
        if (option->get_positional())
            text += fmt::format(" [{}{}]", option->get_name(true), takes_many(*option) ? "..." : "");
    }
    return text + '\n';
}

std::string format_names(const CLI::Option& option) {
    if (option.get_positional())
        return option.get_name(true);
    std::string text;
    const auto add = [&](std::string_view dashes, const std::string& name) {
        text += fmt::format("{}{}{}", text.empty() ? "" : ",", dashes, name);
    };
    for (const std::string& name : option.get_snames())
        add("-", name);
    for (const std::string& name : option.get_lnames())
        add("--", name);
    return text;
}

std::string format_option(const CLI::Option& option) {
    std::string left = "  " + format_names(option);
    if (option.get_type_size() != 0) {
        if (const std::string type = option.get_type_name(); !type.empty())
            left += ' ' + type;
        if (const std::string value = option.get_default_str(); !value.empty())
            left += '=' + value;
        if (takes_many(option))
            left += " ...";
    }
    if (left.size() >= DESCRIPTION_COLUMN)
        left += '\n' + std::string(DESCRIPTION_COLUMN, ' ');
    return fmt::format("{:<{}}{}\n", left, DESCRIPTION_COLUMN, option.get_description());
}

std::string format_options(std::string_view title, const std::vector<const CLI::Option*>& options) {
    std::string text;
    for (const CLI::Option* option : options)
        text += format_option(*option);
    return text.empty() ? "" : fmt::format("\n{}:\n{}", title, text);
}

}  // namespace

std::string HelpFormatter::make_help(const CLI::App* app, std::string name, CLI::AppFormatMode) const {
    std::string text = app->get_description() + '\n' + format_usage(*app, name);
    text += format_options(
        "Arguments", app->get_options([](const CLI::Option* option) { return option->get_positional(); }));
    for (const std::string& group : app->get_groups()) {
        if (group.empty())  // not to be shown
            continue;
        text += format_options(group == NO_GROUP_IN_CAPITALS ? NO_GROUP : std::string_view(group),
                               app->get_options([&](const CLI::Option* option) {
                                   return option->get_group() == group && option->nonpositional();
                               }));
    }
    return fmt::format("{}\n{}\n", text, app->get_footer());
}

}  // namespace common

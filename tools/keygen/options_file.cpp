#include "options_file.hpp"

#include <keygen/error.hpp>
#include <keygen/keysdir.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <sstream>

#include "common/run_main.hpp"

namespace {

using keygen::Error;
using keygen::ErrorCode;

constexpr std::array<std::string_view, 4> LEFT_OUT = {"password", "export-passwd", "save-opts", "load-opts"};

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view BLANKS = " \t\r";
    const auto first = text.find_first_not_of(BLANKS);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(BLANKS) - first + 1);
}

std::string_view without_quotes(std::string_view text) {
    const bool is_quoted =
        text.size() >= 2 && text.front() == text.back() && (text.front() == '"' || text.front() == '\'');
    return is_quoted ? text.substr(1, text.size() - 2) : text;
}

std::string format_option(const CLI::Option& option, const std::string& name) {
    const auto& values = option.results();
    if (option.get_expected_max() == 0)
        return fmt::format("{}={}\n", name, values.size() == 1 ? "true" : std::to_string(values.size()));
    const std::string& value = values.front();
    if (value.find('\n') != std::string::npos)
        throw Error(ErrorCode::bad_request,
                    fmt::format("--{} holds a line break, for which a file of options has no place", name));
    const bool would_change = without_quotes(trimmed(value)) != value;
    return would_change ? fmt::format("{}=\"{}\"\n", name, value) : fmt::format("{}={}\n", name, value);
}

[[noreturn]] void fail(const std::string& path, int number) {
    Error error(number == EEXIST ? ErrorCode::already_exists : ErrorCode::input_output,
                fmt::format("cannot save the options: {}", std::strerror(number)));
    error.in(path);
    if (number == EEXIST)
        error.hint("--force replaces the file");
    throw error;
}

}  // namespace

std::string OptionsFile::to_config(const CLI::App* app, bool, bool, std::string) const {
    std::string text = "# options of keygen; load them with --load-opts\n";
    for (const CLI::Option* option : app->get_options()) {
        if (option->count() == 0 || option->get_lnames().empty())
            continue;
        const std::string name = option->get_lnames().front();
        if (std::find(LEFT_OUT.begin(), LEFT_OUT.end(), name) == LEFT_OUT.end())
            text += format_option(*option, name);
    }
    return text;
}

void OptionsFile::load(const std::string& path) {
    try {
        text_ = keygen::read_file(path);
    } catch (const Error& error) {
        throw Error(ErrorCode::bad_request,
                    fmt::format("cannot use the file of options: {}", error.message()))
            .in(path);
    }
}

std::vector<CLI::ConfigItem> OptionsFile::from_config(std::istream&) const {
    std::vector<CLI::ConfigItem> entries;
    std::string line;
    std::istringstream input{std::string(text_.text())};
    while (std::getline(input, line)) {
        const std::string_view text = trimmed(line);
        if (text.empty() || text.front() == '#' || text.front() == ';' || text.front() == '[')
            continue;
        const auto end = text.find('=');
        CLI::ConfigItem item;
        item.name = trimmed(text.substr(0, end));
        item.inputs.emplace_back(
            end == std::string_view::npos ? "true" : without_quotes(trimmed(text.substr(end + 1))));
        entries.push_back(std::move(item));
    }
    return entries;
}

void save_options(const CLI::App& app, const std::string& path, bool force) {
    const std::string text = app.config_to_str(false, false);
    // A run that was killed has left its own.
    const std::string unfinished = path + ".unfinished";
    ::unlink(unfinished.c_str());
    const int file =
        ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0)
        fail(path, errno);
    const auto written = ::write(file, text.data(), text.size());
    int trouble = written == static_cast<ssize_t>(text.size()) ? 0 : written < 0 ? errno : ENOSPC;
    if (::close(file) != 0 && trouble == 0)
        trouble = errno;
    const auto place = [&] {
        return force ? ::rename(unfinished.c_str(), path.c_str()) : ::link(unfinished.c_str(), path.c_str());
    };
    if (trouble == 0 && place() != 0)
        trouble = errno;
    if (trouble != 0 || !force)
        ::unlink(unfinished.c_str());
    if (trouble != 0)
        fail(path, trouble);
}

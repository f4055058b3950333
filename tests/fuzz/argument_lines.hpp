#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

/// A command's argv, from text with one argument a line. Standard output goes nowhere from then on.
class ArgumentLines {
  public:
    ArgumentLines(std::string command, std::string_view text) : lines_{std::move(command)} {
        static const int nowhere = ::dup2(::open("/dev/null", O_WRONLY | O_CLOEXEC), STDOUT_FILENO);
        (void)nowhere;
        while (!text.empty()) {
            const auto end = std::min(text.find('\n'), text.size());
            lines_.emplace_back(text.substr(0, std::min(text.find('\0'), end)));
            text.remove_prefix(std::min(end + 1, text.size()));
        }
        for (std::string& line : lines_)
            values_.push_back(line.data());
        values_.push_back(nullptr);
    }

    [[nodiscard]] bool mention(std::initializer_list<std::string_view> words) const {
        return std::any_of(lines_.begin(), lines_.end(), [&](const std::string& line) {
            return std::any_of(words.begin(), words.end(),
                               [&](std::string_view word) { return line.find(word) != std::string::npos; });
        });
    }
    [[nodiscard]] int count() const { return static_cast<int>(lines_.size()); }
    [[nodiscard]] char** values() { return values_.data(); }

  private:
    std::vector<std::string> lines_;
    std::vector<char*> values_;
};

#include "inspect/configuration/syntax.hpp"

#include <algorithm>

namespace keygen::inspect_room {

namespace {
constexpr std::string_view SPACE = " \t\r\f\v";
}  // namespace

std::vector<Word> split_ntp_line(std::string_view line) {
    std::vector<Word> words;
    std::size_t position = 0;
    while (position < line.size()) {
        const char c = line[position];
        if (c == '#')
            break;
        if (SPACE.find(c) != std::string_view::npos || c == '=') {
            ++position;
        } else if (c == '"') {
            const auto end = std::min(line.find('"', position + 1), line.size());
            words.push_back({line.substr(position + 1, end - position - 1), position});
            position = end + 1;
        } else if (c == '(' || c == ')') {
            words.push_back({line.substr(position, 1), position});
            ++position;
        } else {
            const auto end = std::min(line.find_first_of(" \t\r\f\v=#()", position), line.size());
            words.push_back({line.substr(position, end - position), position});
            position = end;
        }
    }
    return words;
}

std::vector<Word> split_chrony_line(std::string_view line) {
    std::vector<Word> words;
    std::size_t position = std::min(line.find_first_not_of(SPACE), line.size());
    if (position < line.size() && std::string_view("!;#%").find(line[position]) != std::string_view::npos)
        return words;
    while (position < line.size()) {
        const auto end = std::min(line.find_first_of(SPACE, position), line.size());
        words.push_back({line.substr(position, end - position), position});
        position = std::min(line.find_first_not_of(SPACE, end), line.size());
    }
    return words;
}

}  // namespace keygen::inspect_room

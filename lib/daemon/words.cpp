#include "daemon/words.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace keygen::daemon {

namespace {

constexpr std::string_view SPACE = " \t\r\n\f\v";
constexpr unsigned char LAST_ASCII = 127;

bool is_space(char c) {
    return SPACE.find(c) != std::string_view::npos;
}
bool is_special(char c) {
    return std::string_view("{}(),;|=").find(c) != std::string_view::npos;
}

}  // namespace

NtpWords::NtpWords(std::string_view line) : words_(line.size()) {
    SecretBytes ascii(line.size());
    std::size_t size = 0;
    for (const char c : line) {
        if (c != '\0' && static_cast<unsigned char>(c) <= LAST_ASCII)
            ascii.bytes()[size++] = static_cast<std::uint8_t>(c);
    }
    ascii.truncate(size);
    line_ = std::move(ascii);
}

std::string_view NtpWords::scan(bool divides) {
    const std::string_view line = line_.text();
    while (next_ < line.size() && is_space(line[next_]))
        ++next_;
    if (divides && next_ < line.size() && is_special(line[next_]))
        return line.substr(next_++, 1);
    const std::size_t start = words_size_;
    const auto append = [&] { words_.bytes()[words_size_++] = static_cast<std::uint8_t>(line[next_++]); };
    while (next_ < line.size() && !is_space(line[next_]) && !(divides && is_special(line[next_]))) {
        if (line[next_] == '#') {
            next_ = line.size();
        } else if (line[next_] == '"') {
            for (++next_; next_ < line.size() && line[next_] != '"';)
                append();
            next_ = std::min(next_ + 1, line.size());
            break;
        } else {
            append();
        }
    }
    return words_.text().substr(start, words_size_ - start);
}

std::string_view NtpWords::peek() {
    const std::size_t next = next_;
    const std::size_t size = words_size_;
    const std::string_view word = scan(true);
    next_ = next;
    words_size_ = size;
    return word;
}

bool is_chrony_comment(std::string_view word) {
    return !word.empty() && std::string_view("!;#%").find(word.front()) != std::string_view::npos;
}

std::vector<std::string_view> split_chrony_line(std::string_view line) {
    std::vector<std::string_view> words;
    while (true) {
        line.remove_prefix(std::min(line.find_first_not_of(SPACE), line.size()));
        if (line.empty() || (words.empty() && is_chrony_comment(line)))
            return words;
        words.push_back(line.substr(0, line.find_first_of(SPACE)));
        line.remove_prefix(words.back().size());
    }
}

std::string to_lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

std::optional<std::int64_t> to_number(std::string_view text) {
    text.remove_prefix(text.starts_with('+') ? 1 : 0);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

bool is_among(std::string_view word, std::string_view list) {
    for (auto at = list.find(word); !word.empty() && at != std::string_view::npos;
         at = list.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        if ((at == 0 || list[at - 1] == ' ') && (end == list.size() || list[end] == ' '))
            return true;
    }
    return false;
}

}  // namespace keygen::daemon

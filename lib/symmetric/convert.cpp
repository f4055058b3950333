#include "symmetric/convert.hpp"

#include <keygen/error.hpp>
#include <keygen/symmetric.hpp>

#include <fmt/format.h>

#include <algorithm>

#include "symmetric/dialect.hpp"
#include "symmetric/format.hpp"
#include "symmetric/line.hpp"
#include "symmetric/secret_text.hpp"
#include "symmetric/type.hpp"

namespace keygen::symmetric {

namespace {

/// What `from` takes for a comment on a line, with the `#` or chrony's other mark.
std::string_view find_comment(std::string_view line, Dialect from) {
    line = line.substr(0, line.find_last_not_of(" \t\r\v\f") + 1);
    if (from == Dialect::chrony) {
        line.remove_prefix(std::min(line.find_first_not_of(" \t\r\v\f"), line.size()));
        return line.find_first_of("!;#%") == 0 ? line : std::string_view();
    }
    Words words(line);
    while (words.next()) {
    }
    return words.comment();
}

/// ntp-keygen's own, which tells nothing new.
bool is_type_comment(std::string_view comment, SymmetricType type) {
    return comment == fmt::format("# {} key", properties_of(type).name);
}

void append_comment_line(SecretText& text, std::string_view comment, Dialect to) {
    if (!comment.empty() && comment.front() != '#' && to != Dialect::chrony)
        text.append("#");
    text.append(comment);
    text.append("\n");
}

}  // namespace

SecretBytes convert_keys_file(std::string_view text, std::string_view path, Dialect from, Dialect to) {
    const auto file = check_keys_file(text, path, from);
    const auto& rules = rules_of(to);
    SecretText result(2 * text.size());
    auto key = file.keys.begin();
    PieceReader reader(text, rules_of(from).line_max);
    while (const auto piece = reader.next()) {
        auto comment = find_comment(piece->text, from);
        std::string reason;
        const bool has_key = key != file.keys.end() && key->line == piece->line;
        if (has_key && is_type_comment(comment, key->type) && !rules.has_trailing_comments)
            comment = {};
        if (!has_key || !(comment.empty() || rules.has_trailing_comments)) {
            if (comment.size() + 1 > rules.line_max)
                reason = fmt::format("the comment is too long; {} takes lines of {} bytes", rules.daemon,
                                     rules.line_max);
            append_comment_line(result, comment, to);
            comment = {};
        }
        if (has_key && reason.empty()) {
            reason = why_not_key(*key, to, comment);
            if (reason.empty())
                append_key_line(result, *key++, to, comment);
        }
        if (!reason.empty())
            throw Error(ErrorCode::bad_file, reason).in(path, piece->line);
    }
    auto converted = result.take();
    prove_keys_file(converted.text(), to, file.keys);
    return converted;
}

}  // namespace keygen::symmetric

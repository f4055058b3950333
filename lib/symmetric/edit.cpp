#include "symmetric/edit.hpp"

#include <keygen/error.hpp>
#include <keygen/symmetric.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "symmetric/format.hpp"
#include "symmetric/secret_text.hpp"

namespace keygen::symmetric {

namespace {

using Ids = std::unordered_set<std::uint32_t>;

/// Calls `take` with every line, its newline included, and its 1-based number.
template <typename Take>
void for_each_line(std::string_view text, Take take) {
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto size = std::min(text.find('\n'), text.size() - 1) + 1;
        take(text.substr(0, size), number);
        text.remove_prefix(size);
    }
}

std::unordered_map<std::size_t, const SymmetricKey*> keys_by_line(const KeysFile& file, const Ids& ids) {
    std::unordered_map<std::size_t, const SymmetricKey*> lines;
    for (const auto& key : file.keys) {
        if (ids.contains(key.id))
            lines.emplace(key.line, &key);
    }
    return lines;
}

}  // namespace

EditedKeys remove_keys(std::string_view text, std::string_view path, Dialect dialect,
                       std::span<const std::uint32_t> ids) {
    const auto file = check_keys_file(text, path, dialect);
    const auto removed = keys_by_line(file, Ids(ids.begin(), ids.end()));
    EditedKeys result;
    SecretText rest(text.size());
    for_each_line(text, [&](std::string_view line, std::size_t number) {
        const auto found = removed.find(number);
        if (found == removed.end())
            rest.append(line);
        else
            result.keys.push_back({found->second->id, found->second->type});
    });
    result.text = rest.take();
    return result;
}

EditedKeys extract_keys(std::string_view text, std::string_view path, Dialect dialect,
                        std::span<const std::uint32_t> ids, std::optional<Dialect> to) {
    const auto keys = select_keys(text, path, dialect, ids);
    EditedKeys result;
    for (const auto& key : keys)
        result.keys.push_back({key.id, key.type});
    if (to && *to != dialect) {
        try {
            result.text = format_keys_file(keys, *to);
        } catch (Error& error) {
            error.in(path);
            throw;
        }
        return result;
    }
    std::unordered_map<std::size_t, std::string_view> lines;
    for_each_line(text, [&](std::string_view line, std::size_t number) { lines.emplace(number, line); });
    SecretText chosen(keys.size() * EXPECTED_LINE_BYTES);
    for (const auto& key : keys) {
        const auto line = lines.at(key.line);
        chosen.append(line);
        if (!line.ends_with('\n'))
            chosen.append("\n");
    }
    result.text = chosen.take();
    return result;
}

std::vector<SymmetricKey> select_keys(std::string_view text, std::string_view path, Dialect dialect,
                                      std::span<const std::uint32_t> ids) {
    auto file = check_keys_file(text, path, dialect);
    std::unordered_map<std::uint32_t, SymmetricKey*> by_id;
    for (auto& key : file.keys)
        by_id.emplace(key.id, &key);
    std::vector<SymmetricKey> keys;
    for (const auto id : ids) {
        const auto found = by_id.find(id);
        if (found == by_id.end())
            throw Error(ErrorCode::not_found, fmt::format("no key {}", id)).in(path);
        keys.push_back(std::move(*found->second));
    }
    return keys;
}

}  // namespace keygen::symmetric

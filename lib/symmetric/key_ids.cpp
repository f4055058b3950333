#include <keygen/error.hpp>
#include <keygen/symmetric.hpp>

#include <fmt/format.h>

#include <charconv>
#include <unordered_set>

#include "symmetric/key_ids.hpp"

namespace keygen {

namespace symmetric {

namespace {

std::uint32_t parse_id(std::string_view text, std::string_view list) {
    std::uint32_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc() || end != text.data() + text.size() || id == 0)
        throw Error(
            ErrorCode::bad_request,
            fmt::format("key ids are numbers from 1 to 4294967295 and ranges, as in 10-20,31; not \"{}\"",
                        escaped(list)));
    return id;
}

}  // namespace

}  // namespace symmetric

using namespace symmetric;

std::vector<std::uint32_t> parse_key_ids(std::string_view list) {
    std::vector<std::uint32_t> ids;
    std::unordered_set<std::uint32_t> known;
    for (bool is_last = false; !is_last;) {
        const auto comma = list.find(',');
        const auto entry = list.substr(0, comma);
        const auto dash = entry.find('-');
        const auto first = parse_id(entry.substr(0, dash), entry);
        const auto last = dash == std::string_view::npos ? first : parse_id(entry.substr(dash + 1), entry);
        if (last < first)
            throw Error(ErrorCode::bad_request,
                        fmt::format("a range of key ids that ends before it begins: {}-{}", first, last));
        if (std::uint64_t{last} - first + ids.size() >= MAX_NEW_KEYS)
            throw Error(ErrorCode::bad_request, fmt::format("more than {} key ids", MAX_NEW_KEYS));
        for (std::uint64_t id = first; id <= last; ++id) {
            if (!known.insert(static_cast<std::uint32_t>(id)).second)
                throw Error(ErrorCode::bad_request, fmt::format("key id {} is given twice", id));
            ids.push_back(static_cast<std::uint32_t>(id));
        }
        is_last = comma == std::string_view::npos;
        list.remove_prefix(is_last ? list.size() : comma + 1);
    }
    return ids;
}

}  // namespace keygen

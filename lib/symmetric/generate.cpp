#include "symmetric/generate.hpp"

#include <keygen/error.hpp>
#include <keygen/symmetric.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_set>

#include "symmetric/dialect.hpp"
#include "symmetric/format.hpp"
#include "symmetric/key_ids.hpp"
#include "symmetric/secret_text.hpp"
#include "symmetric/type.hpp"

namespace keygen {

namespace symmetric {

namespace {

constexpr std::size_t BLOCK_BYTES = 4096;

// What no daemon, shell or device's command line reads as anything else: 119 bits in 20 of them.
constexpr std::string_view LITERAL_CHARACTERS =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
static_assert(LITERAL_CHARACTERS.size() == 62);

/// Hands out random bytes one by one and draws them in blocks.
class ByteSource {
  public:
    explicit ByteSource(Random& random) : random_(random), block_(BLOCK_BYTES), used_(BLOCK_BYTES) {}

    std::uint8_t next() {
        if (used_ == BLOCK_BYTES) {
            random_.fill(block_.bytes());
            used_ = 0;
        }
        return block_.bytes()[used_++];
    }

  private:
    Random& random_;
    SecretBytes block_;
    std::size_t used_;
};

std::uint8_t draw_literal_character(ByteSource& source) {
    constexpr std::size_t COUNT = LITERAL_CHARACTERS.size();
    constexpr std::size_t FAIR = 256 / COUNT * COUNT;
    std::size_t byte = source.next();
    while (byte >= FAIR)
        byte = source.next();
    return static_cast<std::uint8_t>(LITERAL_CHARACTERS[byte % COUNT]);
}

SecretBytes draw_value(SymmetricType type, KeyEncoding encoding, ByteSource& source) {
    if (encoding == KeyEncoding::hex) {
        SecretBytes value(properties_of(type).new_key_bytes);
        for (auto& byte : value.bytes())
            byte = source.next();
        return value;
    }
    SecretBytes value(MAX_LITERAL_LENGTH);
    for (auto& byte : value.bytes())
        byte = draw_literal_character(source);
    return value;
}

KeyEncoding choose_spelling(SymmetricType type, Dialect dialect) {
    const bool is_literal =
        dialect == Dialect::common || (dialect != Dialect::chrony && type == SymmetricType::md5);
    return is_literal ? KeyEncoding::literal : KeyEncoding::hex;
}

void check_header(std::string_view header) {
    while (!header.empty()) {
        const auto line = header.substr(0, header.find('\n'));
        const bool is_comment =
            line.empty() || (line.front() == '#' && line.find('\r') == std::string_view::npos &&
                             line.find('\0') == std::string_view::npos);
        if (!is_comment || line.size() > rules_of(Dialect::common).line_max)
            throw Error(ErrorCode::bad_request, "the header of a keys file has a line that is not a comment");
        header.remove_prefix(std::min(line.size() + 1, header.size()));
    }
}

void require_type(SymmetricType type, Dialect dialect) {
    if (name_in(type, dialect).empty())
        throw Error(ErrorCode::unsupported, why_not_type(type, dialect)).hint(list_of_types(dialect));
}

void require_line_feeds(std::string_view text, std::string_view path) {
    const auto carriage_return = text.find("\r\n");
    if (carriage_return == std::string_view::npos)
        return;
    const auto line =
        1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(carriage_return), '\n');
    throw Error(ErrorCode::bad_file, "the line ends in CR LF")
        .in(path, static_cast<std::size_t>(line))
        .hint("convert the file to LF line ends first, with sed -i 's/\\r$//'");
}

void check_request(const SymmetricRequest& request) {
    const auto& rules = rules_of(request.dialect);
    if (request.types.empty())
        throw Error(ErrorCode::bad_request, "no key type is given").hint(list_of_types(request.dialect));
    for (auto type = request.types.begin(); type != request.types.end(); ++type) {
        require_type(*type, request.dialect);
        if (std::find(request.types.begin(), type, *type) != type)
            throw Error(ErrorCode::bad_request,
                        fmt::format("key type {} is given twice", properties_of(*type).name));
    }
    const auto total = std::uint64_t{request.count} * request.types.size();
    if (total < 1 || total > MAX_NEW_KEYS)
        throw Error(ErrorCode::bad_request,
                    fmt::format("{} new keys: must be from 1 to {}", total, MAX_NEW_KEYS));
    if (request.first_id < 1 || request.first_id > rules.new_id_max)
        throw Error(ErrorCode::bad_request, fmt::format("first key id {}: {} takes ids from 1 to {}",
                                                        request.first_id, rules.daemon, rules.new_id_max));
}

/// The ids for all new keys: the first from first_id on that are not in `used`.
std::vector<std::uint32_t> choose_ids(const SymmetricRequest& request,
                                      const std::vector<SymmetricKey>& used) {
    std::unordered_set<std::uint32_t> taken;
    for (const auto& key : used)
        taken.insert(key.id);
    const auto& rules = rules_of(request.dialect);
    const auto wanted = std::uint64_t{request.count} * request.types.size();
    const auto span = std::uint64_t{rules.new_id_max} - request.first_id + 1;
    const auto taken_in_span =
        static_cast<std::uint64_t>(std::count_if(used.begin(), used.end(), [&](const auto& key) {
            return key.id >= request.first_id && key.id <= rules.new_id_max;
        }));
    const auto free = span - taken_in_span;
    if (wanted > free)
        throw Error(ErrorCode::bad_request, fmt::format("new keys: {}, but free ids from {} to {}: {}",
                                                        wanted, request.first_id, rules.new_id_max, free))
            .hint(fmt::format("{} takes ids from 1 to {}", rules.daemon, rules.new_id_max));
    std::vector<std::uint32_t> ids;
    for (std::uint64_t id = request.first_id; ids.size() < wanted; ++id)
        if (!taken.contains(static_cast<std::uint32_t>(id)))
            ids.push_back(static_cast<std::uint32_t>(id));
    return ids;
}

/// `count` keys of each of `types`, under `ids`.
std::vector<SymmetricKey> draw_keys(std::span<const SymmetricType> types, std::size_t count, Dialect dialect,
                                    std::span<const std::uint32_t> ids, Random& random) {
    ByteSource source(random);
    std::vector<SymmetricKey> keys(ids.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
        keys[i].id = ids[i];
        keys[i].type = types[i / count];
        keys[i].encoding = choose_spelling(keys[i].type, dialect);
        keys[i].value = draw_value(keys[i].type, keys[i].encoding, source);
    }
    return keys;
}

/// `head`, then a line for each key.
GeneratedKeys format_keys(std::string_view head, std::span<const SymmetricKey> keys, Dialect dialect) {
    SecretText text(head.size() + 1 + keys.size() * EXPECTED_LINE_BYTES);
    text.append(head);
    if (!head.empty() && head.back() != '\n')
        text.append("\n");
    GeneratedKeys result;
    for (const auto& key : keys) {
        const auto comment = fmt::format("# {} key", properties_of(key.type).name);
        append_key_line(text, key, dialect, dialect == Dialect::ntpd ? std::string_view(comment) : "");
        result.keys.push_back({key.id, key.type});
    }
    result.text = text.take();
    return result;
}

}  // namespace

GeneratedKeys merge_keys(std::string_view text, std::string_view path, const SymmetricRequest& request,
                         Random& random) {
    check_request(request);
    require_line_feeds(text, path);
    auto file = check_keys_file(text, path, request.dialect);
    auto added =
        draw_keys(request.types, request.count, request.dialect, choose_ids(request, file.keys), random);
    auto result = format_keys(text, added, request.dialect);
    std::move(added.begin(), added.end(), std::back_inserter(file.keys));
    prove_keys_file(result.text.text(), request.dialect, file.keys);
    return result;
}

GeneratedKeys ensure_keys(std::string_view text, std::string_view path, const EnsureRequest& request,
                          Random& random) {
    require_type(request.type, request.dialect);
    check_header(request.header);
    const auto& rules = rules_of(request.dialect);
    auto file = check_keys_file(text, path, request.dialect);
    std::unordered_set<std::uint32_t> present;
    for (const auto& key : file.keys)
        present.insert(key.id);
    std::vector<std::uint32_t> missing;
    for (const auto id : request.ids) {
        if (id < 1 || id > rules.new_id_max)
            throw Error(ErrorCode::bad_request, fmt::format("key id {}: {} takes ids from 1 to {}", id,
                                                            rules.daemon, rules.new_id_max));
        if (!present.contains(id))
            missing.push_back(id);
    }
    if (missing.empty())
        return {SecretBytes(text), {}};
    require_line_feeds(text, path);
    auto added = draw_keys(std::array{request.type}, missing.size(), request.dialect, missing, random);
    auto result = format_keys(text.empty() ? std::string_view(request.header) : text, added, request.dialect);
    std::move(added.begin(), added.end(), std::back_inserter(file.keys));
    prove_keys_file(result.text.text(), request.dialect, file.keys);
    return result;
}

}  // namespace symmetric

using namespace symmetric;

GeneratedKeys generate_keys(const SymmetricRequest& request, Random& random) {
    check_request(request);
    check_header(request.header);
    const auto keys =
        draw_keys(request.types, request.count, request.dialect, choose_ids(request, {}), random);
    auto result = format_keys(request.header, keys, request.dialect);
    prove_keys_file(result.text.text(), request.dialect, keys);
    return result;
}

}  // namespace keygen

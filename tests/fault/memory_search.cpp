#include "memory_search.hpp"

#include <malloc.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <sstream>

namespace {

constexpr std::ptrdiff_t TELLING = 8;
constexpr std::ptrdiff_t OVERWRITTEN = 16;

struct Pattern {
    std::string what;
    std::vector<std::uint8_t> masked;
};

// Base64 of 12 bytes at a place that is a multiple of three has 16 characters of its own, wherever a line of
// PEM breaks near it: one whole window fits into a line for each of the three alignments.
void add_base64(const MaskedSecret& secret, std::vector<Pattern>& patterns) {
    static constexpr char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    constexpr std::size_t WINDOW = 12;
    for (std::size_t start = 0; start + WINDOW <= secret.bytes.size(); ++start) {
        Pattern pattern{secret.name + " in base64", {}};
        for (std::size_t i = start; i < start + WINDOW; i += 3) {
            const auto byte = [&](std::size_t k) {
                return static_cast<unsigned>(secret.bytes[i + k] ^ MASK);
            };
            const unsigned triple = byte(0) << 16 | byte(1) << 8 | byte(2);
            for (const unsigned shift : {18U, 12U, 6U, 0U})
                pattern.masked.push_back(static_cast<std::uint8_t>(DIGITS[triple >> shift & 63U] ^ MASK));
        }
        patterns.push_back(std::move(pattern));
    }
}

std::vector<Pattern> patterns_of(const std::vector<MaskedSecret>& secrets) {
    std::vector<Pattern> patterns;
    for (const MaskedSecret& secret : secrets) {
        patterns.push_back({secret.name + " as it is", secret.bytes});
        std::vector<std::uint8_t> backwards(secret.bytes.rbegin(), secret.bytes.rend());
        // malloc writes over the first 16 bytes of what is freed; the rest would still give a secret away.
        if (std::ssize(secret.bytes) >= OVERWRITTEN + TELLING) {
            patterns.push_back(
                {secret.name + " by its end", {secret.bytes.end() - TELLING, secret.bytes.end()}});
            patterns.push_back(
                {secret.name + " by its beginning, backwards", {backwards.end() - TELLING, backwards.end()}});
        }
        patterns.push_back({secret.name + " backwards", std::move(backwards)});
        add_base64(secret, patterns);
    }
    return patterns;
}

struct Mapping {
    const std::uint8_t* begin = nullptr;
    const std::uint8_t* end = nullptr;
    std::string name;
};

std::vector<Mapping> writable_memory() {
    std::vector<Mapping> mappings;
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
        std::istringstream words(line);
        std::string range, mode, offset, device, inode, name;
        words >> range >> mode >> offset >> device >> inode >> name;
        std::uintptr_t begin = 0;
        std::uintptr_t end = 0;
        char dash = 0;
        if (mode.starts_with("rw") && std::istringstream(range) >> std::hex >> begin >> dash >> end)
            mappings.push_back({reinterpret_cast<const std::uint8_t*>(begin),
                                reinterpret_cast<const std::uint8_t*>(end),
                                name.empty() ? "unnamed memory" : name});
    }
    return mappings;
}

bool stands_at(const std::uint8_t* place, const Pattern& pattern) {
    return std::equal(pattern.masked.begin(), pattern.masked.end(), place,
                      [](std::uint8_t masked, std::uint8_t byte) { return masked == (byte ^ MASK); });
}

}  // namespace

SearchResult search_memory(const std::vector<MaskedSecret>& secrets) {
    ::mallopt(M_TRIM_THRESHOLD, -1);  // the heap must not shrink while it is searched
    const auto patterns = patterns_of(secrets);
    // By their first two bytes, so that each place is looked at once.
    constexpr std::size_t PAIRS = 1 << 16;
    std::vector<std::vector<const Pattern*>> by_pair(PAIRS);
    const auto pair_of = [](std::uint8_t first, std::uint8_t second) {
        return std::size_t{first} << 8 | second;
    };
    for (const Pattern& pattern : patterns)
        by_pair[pair_of(pattern.masked[0] ^ MASK, pattern.masked[1] ^ MASK)].push_back(&pattern);

    SearchResult result;
    for (const Mapping& mapping : writable_memory()) {
        result.bytes += static_cast<std::uint64_t>(mapping.end - mapping.begin);
        for (const std::uint8_t* place = mapping.begin; place + 1 < mapping.end; ++place) {
            for (const Pattern* pattern : by_pair[pair_of(place[0], place[1])]) {
                if (place + pattern->masked.size() <= mapping.end && stands_at(place, *pattern))
                    result.places.push_back(pattern->what + " in " + mapping.name);
            }
        }
    }
    return result;
}

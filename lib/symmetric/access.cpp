#include "symmetric/access.hpp"

#include <arpa/inet.h>

namespace keygen::symmetric {

namespace {

constexpr unsigned MAX_IPV4_BITS = 32;
constexpr unsigned MAX_IPV6_BITS = 128;
constexpr unsigned MAX_BITS_READ = 1000;  // authreadkeys.c stops counting here

/// The bits of the address, or 0 for no address.
unsigned measure_address(std::string address) {
    in_addr v4{};
    if (inet_pton(AF_INET, address.c_str(), &v4) == 1)
        return MAX_IPV4_BITS;
    if (address.size() > 2 && address.front() == '[' && address.back() == ']')
        address = address.substr(1, address.size() - 2);
    address = address.substr(0, address.find('%'));
    in6_addr v6{};
    return inet_pton(AF_INET6, address.c_str(), &v6) == 1 ? MAX_IPV6_BITS : 0;
}

std::optional<unsigned> parse_mask(std::string_view digits) {
    unsigned bits = 0;
    for (const char c : digits) {
        if (c < '0' || c > '9' || bits > MAX_BITS_READ)
            return std::nullopt;
        bits = 10 * bits + static_cast<unsigned>(c - '0');
    }
    return bits;
}

}  // namespace

std::optional<AccessList> parse_access_list(std::string_view word) {
    AccessList list;
    for (bool is_last = false; !is_last;) {
        const auto comma = word.find(',');
        const auto entry = word.substr(0, comma);
        const auto slash = entry.find('/');
        const auto address_bits = measure_address(std::string(entry.substr(0, slash)));
        if (address_bits == 0)
            return std::nullopt;
        if (slash != std::string_view::npos) {
            const auto mask = entry.substr(slash + 1);
            const auto bits = parse_mask(mask);
            if (!bits)
                return std::nullopt;
            list.has_odd_mask |= mask.empty() || *bits > address_bits;
        }
        list.addresses.emplace_back(entry);
        is_last = comma == std::string_view::npos;
        word.remove_prefix(is_last ? word.size() : comma + 1);
    }
    return list;
}

}  // namespace keygen::symmetric

#include "base/printable.hpp"

#include <algorithm>
#include <array>

namespace keygen::base {

namespace {

// Characters of the general categories Cf, Zl and Zp below U+10000 (Unicode 15): among them those that turn
// the direction of writing, with which a name can show as another (Unicode Technical Report 36, section
// 2.6).
bool is_invisible(unsigned character) {
    struct Range {
        unsigned first, last;
    };
    static constexpr std::array<Range, 14> RANGES = {{{0x00ad, 0x00ad},
                                                      {0x0600, 0x0605},
                                                      {0x061c, 0x061c},
                                                      {0x06dd, 0x06dd},
                                                      {0x070f, 0x070f},
                                                      {0x0890, 0x0891},
                                                      {0x08e2, 0x08e2},
                                                      {0x180e, 0x180e},
                                                      {0x200b, 0x200f},
                                                      {0x2028, 0x202e},
                                                      {0x2060, 0x206f},
                                                      {0xfe00, 0xfe0f},
                                                      {0xfeff, 0xfeff},
                                                      {0xfff9, 0xfffb}}};
    return std::any_of(RANGES.begin(), RANGES.end(), [&](const Range& range) {
        return character >= range.first && character <= range.last;
    });
}

}  // namespace

std::size_t printable_length(std::string_view text) {
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const auto continues = [&](std::size_t first, std::size_t last) {
        for (std::size_t i = first; i <= last; ++i) {
            if ((byte(i) & 0xc0U) != 0x80U)
                return false;
        }
        return true;
    };
    const unsigned lead = byte(0);
    if (lead < 0x80)
        return lead >= 0x20 && lead != 0x7f ? 1 : 0;
    if (lead >= 0xc2 && lead <= 0xdf)
        return continues(1, 1) && !(lead == 0xc2 && byte(1) < 0xa0) &&
                       !is_invisible((lead & 0x1fU) << 6U | (byte(1) & 0x3fU))
                   ? 2
                   : 0;
    if (lead >= 0xe0 && lead <= 0xef) {
        const bool is_overlong = lead == 0xe0 && byte(1) < 0xa0;
        const bool is_surrogate = lead == 0xed && byte(1) >= 0xa0;
        if (!continues(1, 2) || is_overlong || is_surrogate)
            return 0;
        return is_invisible((lead & 0x0fU) << 12U | (byte(1) & 0x3fU) << 6U | (byte(2) & 0x3fU)) ? 0 : 3;
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
        const bool is_overlong = lead == 0xf0 && byte(1) < 0x90;
        const bool is_beyond_unicode = lead == 0xf4 && byte(1) >= 0x90;
        const bool is_tag = lead == 0xf3 && byte(1) == 0xa0;  // U+E0000 to U+E0FFF
        return continues(1, 3) && !is_overlong && !is_beyond_unicode && !is_tag ? 4 : 0;
    }
    return 0;
}

}  // namespace keygen::base

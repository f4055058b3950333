#include "keysdir/command_text.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

namespace keygen::keysdir {

std::string place_options(const KeysdirOptions& keysdir, const std::string& host, const std::string& group) {
    const std::string directory =
        keysdir.directory == "." ? "" : fmt::format("--keysdir {} ", escaped(keysdir.directory));
    const std::string in_group = group.empty() ? "" : fmt::format("@{}", group);
    return fmt::format("{}-s {}{}", directory, host, in_group);
}

std::string_view option_of(IdentityScheme scheme) {
    switch (scheme) {
        case IdentityScheme::iff:
            return "-I";
        case IdentityScheme::gq:
            return "-G";
        case IdentityScheme::mv:
            return "-V <clients>";
    }
    return "";
}

}  // namespace keygen::keysdir

#pragma once

#include <keygen/export.hpp>
#include <keygen/inspect.hpp>

#include <string>

namespace keygen {

/// No more generations are drawn; the picture says how many are left out, the oldest first.
constexpr std::size_t MAX_TIMELINE_ROWS = 200;

/// An SVG document of the generations of keys and the lifetimes of certificates on a time axis, links as
/// arrows, for light and dark screens alike. Nothing in it is secret.
KEYGEN_API std::string format_timeline(const InspectReport& report);

}  // namespace keygen

#pragma once

#include <keygen/symmetric.hpp>

#include <string_view>

namespace keygen::symmetric {

/// Rewrites a file for other daemons, with its comments (a comment behind a key moves to a line above where
/// the dialect has none there). Read back before it is returned. Throws Error(bad_file) with `path` and the
/// line that is misread in `from` or cannot be said in `to`.
SecretBytes convert_keys_file(std::string_view text, std::string_view path, Dialect from, Dialect to);

}  // namespace keygen::symmetric

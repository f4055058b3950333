#pragma once

#include <keygen/symmetric.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace keygen::symmetric {

/// Appends keys under ids that `text` does not use, beginning the search at first_id; the header is not used.
/// All of `text` is kept byte for byte, with a final newline added where it is missing. Throws
/// Error(bad_file) with `path` and line for CR LF, a byte order mark and whatever is misread, and what
/// generate_keys throws.
GeneratedKeys merge_keys(std::string_view text, std::string_view path, const SymmetricRequest& request,
                         Random& random);

struct EnsureRequest {
    Dialect dialect = Dialect::ntpd;
    SymmetricType type = SymmetricType::aes128_cmac;  ///< of the keys to be made
    std::vector<std::uint32_t> ids;
    std::string header;  ///< as in SymmetricRequest, for an empty `text`
};

/// Makes the keys that `text` lacks of `ids`, as merge_keys does; `text` itself where it lacks none.
GeneratedKeys ensure_keys(std::string_view text, std::string_view path, const EnsureRequest& request,
                          Random& random);

}  // namespace keygen::symmetric

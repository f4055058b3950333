#pragma once

#include <keygen/symmetric.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace keygen::symmetric {

struct EditedKeys {
    SecretBytes text;
    std::vector<NewKey> keys;  ///< those that the edit is about
};

/// `text` without the lines of these keys; all other lines byte for byte. An id that is not there is as good
/// as removed. Throws Error(bad_file) as check_keys_file does.
EditedKeys remove_keys(std::string_view text, std::string_view path, Dialect dialect,
                       std::span<const std::uint32_t> ids);

/// The lines of these keys in the order of `ids`: as they are, or said anew in the dialect `to`. Throws
/// Error(not_found) for an id that is not there, Error(bad_file) as check_keys_file does, Error(unsupported)
/// for what cannot be said in `to`.
EditedKeys extract_keys(std::string_view text, std::string_view path, Dialect dialect,
                        std::span<const std::uint32_t> ids, std::optional<Dialect> to);
/// The keys themselves.
std::vector<SymmetricKey> select_keys(std::string_view text, std::string_view path, Dialect dialect,
                                      std::span<const std::uint32_t> ids);

}  // namespace keygen::symmetric

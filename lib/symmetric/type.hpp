#pragma once

#include <keygen/symmetric.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace keygen::symmetric {

struct TypeFacts {
    SymmetricType type;
    std::string_view name;
    std::size_t mac_bytes;
    std::size_t cmac_key_bytes;  ///< the only length that AES takes; 0 for a digest, which takes any
    std::size_t new_key_bytes;   ///< of a key made here, where it is not literal
    std::array<std::string_view, 4>
        names;  ///< in the files of each Dialect; empty where there is no such type
};

const TypeFacts& properties_of(SymmetricType type);

/// The name to write for `type` in a dialect; empty where the daemon has no such type or cannot use it.
std::string_view name_in(SymmetricType type, Dialect dialect);

/// What one daemon makes of a type's name in a file.
struct NamedType {
    std::optional<SymmetricType> type;
    bool is_fallback = false;  ///< an unknown name with an m in front: MD5, says ntpd
};
NamedType read_type(std::string_view word, Dialect daemon);

/// `; did you mean "X"?` with the daemon's own names, or nothing.
std::string suggest_type(std::string_view word, Dialect daemon);

/// "ntpd has no key type SHA3-256" and the like: why `type` is not one of list_symmetric_types(dialect).
std::string why_not_type(SymmetricType type, Dialect dialect);
/// "ntpd takes MD5, SHA1, RIPEMD160, AES128CMAC"
std::string list_of_types(Dialect dialect);

bool equals_in_any_case(std::string_view a, std::string_view b);

}  // namespace keygen::symmetric

#pragma once

#include <keygen/secret.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace common {

/// The ways to give a password, of which a command line may use one.
struct PasswordSource {
    std::optional<keygen::SecretBytes> given;  ///< -p
    std::string file;                          ///< --password-file; "-" is standard input
    std::string variable;                      ///< --password-env
    bool ask = false;                          ///< --ask-password
    std::function<void(std::string_view)> warn = [](std::string_view) {};
    std::string question = "Password: ";

    /// Whether one of these ways is used.
    [[nodiscard]] bool is_used() const { return given || !file.empty() || !variable.empty() || ask; }
};

/// The password, without a final newline; nothing when no way was used. `is_new` asks twice. Throws
/// keygen::Error: bad_request for several ways at once or an empty password.
std::optional<keygen::SecretBytes> read_password(PasswordSource&& source, bool is_new);

}  // namespace common

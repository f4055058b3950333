#pragma once

#include <keygen/export.hpp>

#include <cstddef>
#include <exception>
#include <span>
#include <string>
#include <string_view>

namespace keygen {

/// What a caller may want to act on. Everything else about a failure is in the sentence.
enum class ErrorCode {
    bad_request,     ///< the request contradicts itself or asks for something out of range
    bad_file,        ///< a file's content is not what it has to be
    wrong_password,  ///< an encrypted key does not open with this password
    not_found,       ///< a file, link, group or client that is needed is not there
    already_exists,  ///< something in the way that only force replaces
    unsupported,     ///< known, but not with this build, daemon or key
    not_proven,      ///< a challenge-response or sign-verify round failed
    input_output,    ///< the operating system refused to read or write
    locked,          ///< another process holds the key directory
    cancelled,       ///< stopped by the caller
    crypto           ///< OpenSSL failed
};

/// The one exception of the library: a code to act on, a sentence for people, and where there is one, the
/// file, the line in it, and a hint that names what helps. Texts never contain a secret.
class KEYGEN_API Error : public std::exception {
  public:
    Error(ErrorCode code, std::string message);

    /// Names the file (and the 1-based line, 0 for none) that the message is about; the innermost name wins.
    Error& in(std::string_view path, std::size_t line = 0);
    /// Adds a sentence that says what helps, best a command.
    Error& hint(std::string text);

    /// "path:line: message", with the parts that are known.
    [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }

    [[nodiscard]] ErrorCode code() const noexcept { return code_; }
    [[nodiscard]] const std::string& message() const noexcept { return message_; }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    [[nodiscard]] std::size_t line() const noexcept { return line_; }
    [[nodiscard]] const std::string& hint() const noexcept { return hint_; }

  private:
    void compose();

    ErrorCode code_;
    std::string message_;
    std::string path_;
    std::size_t line_ = 0;
    std::string hint_;
    std::string text_;
};

/// The same name that the enumerator has, for JSON.
KEYGEN_API std::string_view name_of(ErrorCode code);

/// Untrusted text made fit for one line of a terminal and for JSON: control characters, those that are
/// invisible or turn the direction of writing, and what is no UTF-8 become \xNN, overlong text is cut.
KEYGEN_API std::string escaped(std::string_view text);

/// `; did you mean "X"?` for the end of an error, or nothing.
KEYGEN_API std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace keygen

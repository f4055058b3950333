#include "common/password.hpp"

#include <keygen/error.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "common/signals.hpp"

namespace common {

using keygen::Error;
using keygen::ErrorCode;
using keygen::SecretBytes;

namespace {

// More than ntpd takes (1023 bytes), so that a longer one is refused and not cut.
constexpr std::size_t MAX_READ_BYTES = 4096;
constexpr std::string_view BYTE_ORDER_MARK = "\xef\xbb\xbf";
constexpr int POLL_INTERVAL_MILLISECONDS = 100;

class OpenFile {
  public:
    explicit OpenFile(int descriptor) : descriptor_(descriptor) {}
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    ~OpenFile() {
        if (descriptor_ > STDERR_FILENO)
            ::close(descriptor_);
    }
    [[nodiscard]] int get() const { return descriptor_; }

  private:
    int descriptor_;
};

// Echo is off while this lives, also when reading fails.
class Silence {
  public:
    explicit Silence(int terminal) : terminal_(terminal) {
        if (::tcgetattr(terminal, &before_) != 0)
            throw Error(ErrorCode::input_output, "cannot turn off the terminal's echo");
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(terminal, TCSAFLUSH, &silent);
    }
    Silence(const Silence&) = delete;
    Silence& operator=(const Silence&) = delete;
    ~Silence() { ::tcsetattr(terminal_, TCSAFLUSH, &before_); }

  private:
    int terminal_;
    termios before_{};
};

// Up to the first newline or the end.
SecretBytes read_line(int descriptor, const std::string& path) {
    SecretBytes buffer(MAX_READ_BYTES);
    std::size_t size = 0;
    while (size < MAX_READ_BYTES) {
        // Not read(2) alone: a signal that comes just before it would not wake it.
        pollfd wait{descriptor, POLLIN, 0};
        const int ready = ::poll(&wait, 1, POLL_INTERVAL_MILLISECONDS);
        if (is_interrupted())
            throw Error(ErrorCode::cancelled, "cancelled");
        if (ready == 0 || (ready < 0 && errno == EINTR))
            continue;
        const auto count = ::read(descriptor, buffer.bytes().data() + size, 1);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            throw Error(ErrorCode::input_output,
                        fmt::format("cannot read the password: {}", std::strerror(errno)))
                .in(path);
        if (count == 0 || buffer.bytes()[size] == '\n')
            break;
        ++size;
    }
    if (size > 0 && buffer.bytes()[size - 1] == '\r')
        --size;
    buffer.truncate(size);
    return buffer;
}

SecretBytes read_from_file(const std::string& path) {
    const OpenFile file(path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_NOCTTY | O_CLOEXEC));
    if (file.get() < 0)
        throw Error(ErrorCode::input_output,
                    fmt::format("cannot read the password: {}", std::strerror(errno)))
            .in(path);
    return read_line(file.get(), path == "-" ? "(standard input)" : path);
}

SecretBytes read_from_terminal(const std::string& question, bool is_new) {
    const OpenFile terminal(::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (terminal.get() < 0)
        throw Error(ErrorCode::bad_request, "--ask-password needs a terminal")
            .hint("without one use --password-file");
    // The echo has to come back on however this ends.
    const CancelOnSignals cancel_on_signals;
    // Silent before the first question: what is typed ahead must neither be shown nor lost.
    const Silence silence(terminal.get());
    const auto ask = [&](std::string_view text) {
        if (::write(terminal.get(), text.data(), text.size()) < 0)
            throw Error(ErrorCode::input_output, "cannot write to the terminal");
        SecretBytes answer = read_line(terminal.get(), "(terminal)");
        if (::write(terminal.get(), "\n", 1) < 0)
            throw Error(ErrorCode::input_output, "cannot write to the terminal");
        return answer;
    };
    SecretBytes password = ask(question);
    if (is_new && !ask("Once more: ").equals(password))
        throw Error(ErrorCode::bad_request, "the two passwords differ");
    return password;
}

}  // namespace

std::optional<SecretBytes> read_password(PasswordSource&& source, bool is_new) {
    const int ways = static_cast<int>(source.given.has_value()) + static_cast<int>(!source.file.empty()) +
                     static_cast<int>(!source.variable.empty()) + static_cast<int>(source.ask);
    if (!source.is_used())
        return std::nullopt;
    if (ways > 1)
        throw Error(ErrorCode::bad_request,
                    "the password is given in several ways; use one of -p, --password-file, --password-env, "
                    "--ask-password");
    SecretBytes password;
    if (source.given) {
        password = std::move(*source.given);
    } else if (!source.file.empty()) {
        password = read_from_file(source.file);
        if (password.text().starts_with(BYTE_ORDER_MARK)) {
            password = SecretBytes(password.text().substr(BYTE_ORDER_MARK.size()));
            source.warn("the byte order mark in front of the password is not taken for a part of it");
        }
    } else if (!source.variable.empty()) {
        const char* value = std::getenv(source.variable.c_str());
        if (value == nullptr)
            throw Error(ErrorCode::bad_request,
                        fmt::format("--password-env: no variable {} in the environment",
                                    keygen::escaped(source.variable)));
        password = SecretBytes(std::string_view(value));
    } else {
        password = read_from_terminal(source.question, is_new);
    }
    if (password.empty())
        throw Error(ErrorCode::bad_request, "an empty password protects nothing");
    if (password.text().find('\0') != std::string_view::npos)
        throw Error(ErrorCode::bad_request, "a password with a zero byte, which ntpd can never be given");
    return password;
}

}  // namespace common

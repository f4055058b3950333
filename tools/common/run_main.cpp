#include "common/run_main.hpp"

#include <keygen/keysdir.hpp>
#include <keygen/secret.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <new>

namespace common {

namespace {

// Where a standard stream is closed, the next file opened would take its number, and a report or an error
// could end up in a key file. Read-only for all three: what is written there fails instead of vanishing.
void occupy_standard_streams() {
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(stream, F_GETFD) < 0 && errno == EBADF)
            (void)::open("/dev/null", O_RDONLY);
    }
}

[[noreturn]] void fail_to_write_out() {
    const bool is_closed = errno == EBADF;
    throw keygen::Error(keygen::ErrorCode::input_output,
                        is_closed ? "standard output is closed"
                                  : fmt::format("cannot write to standard output: {}", std::strerror(errno)));
}

}  // namespace

int run_main(const std::string& command, const std::function<int(Diagnostics&)>& body) {
    occupy_standard_streams();
    Diagnostics voice(command);
    // A reader that goes away shall be an error with a sentence, not a silent death.
    (void)std::signal(SIGPIPE, SIG_IGN);
    (void)std::signal(SIGXFSZ, SIG_IGN);  // write(2) says EFBIG then, and nothing is left behind
    try {
        const auto missing = keygen::protect_process();
        if (std::getenv("KEYGEN_DEBUG") != nullptr)
            voice.set_debug(1);
        for (const std::string& sentence : missing)
            voice.debug(sentence);
        return body(voice);
    } catch (const keygen::Error& error) {
        voice.error(error);
        return error.code() == keygen::ErrorCode::bad_request ? STATUS_USAGE : STATUS_FAILED;
    } catch (const std::bad_alloc&) {
        voice.error("out of memory");
    } catch (const std::exception& error) {
        voice.error(fmt::format("internal error: {}", error.what()));
    }
    return STATUS_FAILED;
}

std::string called_name(int argc, char** argv, const std::string& command) {
    const std::string path = argc > 0 ? argv[0] : command;
    const std::string name = path.substr(path.rfind('/') + 1);
    return name == "ntp-" + command ? name : command;
}

// Writing nothing is enough to hear of a closed stream and of /dev/full; a disk that fills up later,
// write_out() meets.
void require_writable_out() {
    if (::write(STDOUT_FILENO, "", 0) < 0)
        fail_to_write_out();
}

void warn_about_secret_out(const Diagnostics& voice) {
    struct stat status {};
    if (::isatty(STDOUT_FILENO) == 1)
        voice.warning("a secret is shown on the terminal; redirect it to a file made under umask 077");
    else if (::fstat(STDOUT_FILENO, &status) == 0 && S_ISREG(status.st_mode) &&
             (status.st_mode & S_IROTH) != 0)
        voice.warning(
            fmt::format("a secret is written to a file that everybody on this machine can read (mode "
                        "{:04o}); chmod 600 it, "
                        "and make the next one under umask 077",
                        status.st_mode & 07777U));
}

void write_out(std::string_view text) {
    while (!text.empty()) {
        const auto count = ::write(STDOUT_FILENO, text.data(), text.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            fail_to_write_out();
        text.remove_prefix(static_cast<std::size_t>(count));
    }
}

keygen::SecretBytes read_standard_input() {
    return keygen::read_to_end(STDIN_FILENO, "(standard input)");
}

std::string host_name() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0)
        throw keygen::Error(keygen::ErrorCode::input_output,
                            fmt::format("cannot ask for the host name: {}", std::strerror(errno)));
    return name.data();
}

std::int64_t current_time() {
    const char* epoch = std::getenv("SOURCE_DATE_EPOCH");
    if (epoch == nullptr || *epoch == '\0')
        return std::time(nullptr);
    const std::string_view text(epoch);
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc() || end != text.data() + text.size() || seconds < 0)
        throw keygen::Error(keygen::ErrorCode::bad_request, "SOURCE_DATE_EPOCH is not a number of seconds");
    return seconds;
}

}  // namespace common

#include "story.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "catch.hpp"

namespace fs = std::filesystem;

namespace {

// A command that is silent for longer hangs.
constexpr int PATIENCE_MILLISECONDS = 120000;

std::vector<std::string> split(std::string_view line) {
    std::vector<std::string> words;
    std::string word;
    bool escaped = false;
    bool started = false;
    for (const char c : line) {
        if (c == '\'') {
            escaped = !escaped;
            started = true;
        } else if (c == ' ' && !escaped) {
            if (started)
                words.push_back(std::exchange(word, ""));
            started = false;
        } else {
            word += c;
            started = true;
        }
    }
    if (started)
        words.push_back(word);
    return words;
}

struct Pipe {
    std::array<int, 2> ends{-1, -1};
    Pipe() { REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0); }
    ~Pipe() {
        close(0);
        close(1);
    }
    void close(std::size_t end) {
        if (ends.at(end) >= 0)
            ::close(ends.at(end));
        ends.at(end) = -1;
    }
};

// Feeds `input` and drains both outputs at once, so that no pipe can fill up.
void converse(Pipe& in, std::string_view input, Pipe& out, Pipe& err, Outcome& outcome) {
    if (input.empty())
        in.close(1);
    while (out.ends[0] >= 0 || err.ends[0] >= 0 || in.ends[1] >= 0) {
        std::array<pollfd, 3> waits{pollfd{out.ends[0], POLLIN, 0}, pollfd{err.ends[0], POLLIN, 0},
                                    pollfd{in.ends[1], POLLOUT, 0}};
        REQUIRE(::poll(waits.data(), waits.size(), PATIENCE_MILLISECONDS) > 0);
        const auto drain = [](Pipe& pipe, const pollfd& wait, std::string& text) {
            if (wait.fd < 0 || wait.revents == 0)
                return;
            std::array<char, 65536> buffer{};
            const auto count = ::read(wait.fd, buffer.data(), buffer.size());
            if (count <= 0)
                pipe.close(0);
            else
                text.append(buffer.data(), static_cast<std::size_t>(count));
        };
        drain(out, waits[0], outcome.out);
        drain(err, waits[1], outcome.err);
        if (waits[2].fd >= 0 && waits[2].revents != 0) {
            const auto count = ::write(waits[2].fd, input.data(), std::min<std::size_t>(input.size(), 4096));
            if (count > 0)
                input.remove_prefix(static_cast<std::size_t>(count));
            if (count <= 0 || input.empty())
                in.close(1);
        }
    }
}

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> result;
    for (std::string& word : words)
        result.push_back(word.data());
    result.push_back(nullptr);
    return result;
}

// In the child: turns into the command.
[[noreturn]] void become(std::vector<char*>& argv, std::vector<std::string>& variables,
                         const std::string& directory) {
    std::signal(SIGPIPE, SIG_DFL);
    std::vector<char*> envp = pointers(variables);
    if (::chdir(directory.c_str()) == 0) {
        for (const std::string& variable : variables) {
            if (variable.starts_with("PATH="))  // where execvpe(3) looks
                ::setenv("PATH", variable.c_str() + 5, 1);
        }
        ::execvpe(argv[0], argv.data(), envp.data());
    }
    ::_exit(127);
}

int to_exit_status(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Process::Process(Process&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      out_(std::exchange(other.out_, -1)),
      err_(std::exchange(other.err_, -1)) {}

Process::~Process() {
    if (pid_ > 0) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    for (const int descriptor : {out_, err_}) {
        if (descriptor >= 0)
            ::close(descriptor);
    }
}

void Process::signal(int number) const {
    ::kill(pid_, number);
}

Outcome Process::finish() {
    Pipe in, out, err;
    in.close(0);
    out.close(0);
    err.close(0);
    out.ends[0] = std::exchange(out_, -1);
    err.ends[0] = std::exchange(err_, -1);
    Outcome outcome;
    converse(in, "", out, err, outcome);
    int status = 0;
    rusage usage{};
    REQUIRE(::wait4(std::exchange(pid_, -1), &status, 0, &usage) > 0);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    processor_seconds_ = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    outcome.status = to_exit_status(status);
    return outcome;
}

Story::Story() {
    std::signal(SIGPIPE, SIG_IGN);
    std::string pattern = (fs::temp_directory_path() / "keygen-story-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    root_ = directory_ = pattern;
    const char* path = std::getenv("PATH");
    environment_["PATH"] = std::string(KEYGEN_BIN) + ":" + (path == nullptr ? "/usr/bin:/bin" : path);
    environment_["HOME"] = root_;
    for (const char* passed_on :
         {"ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "LLVM_PROFILE_FILE", "GCOV_PREFIX"}) {
        if (const char* value = std::getenv(passed_on))
            environment_[passed_on] = value;
    }
}

Story::~Story() {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
}

Outcome Story::run(std::string_view command_line, std::string_view input) {
    return run(split(command_line), input);
}

Outcome Story::run(const std::vector<std::string>& arguments, std::string_view input) {
    Pipe in, out, err;
    std::vector<std::string> words = arguments;
    std::vector<char*> argv = pointers(words);
    std::vector<std::string> variables = environment();

    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        ::dup2(in.ends[0], STDIN_FILENO);
        ::dup2(out.ends[1], STDOUT_FILENO);
        ::dup2(err.ends[1], STDERR_FILENO);
        become(argv, variables, directory_);
    }
    in.close(0);
    out.close(1);
    err.close(1);
    Outcome outcome;
    converse(in, input, out, err, outcome);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    outcome.status = to_exit_status(status);
    require_no_secret(outcome);
    return outcome;
}

Outcome Story::shell(const std::string& script, std::string_view input) {
    return run(std::vector<std::string>{"bash", "-c", script}, input);
}

Process Story::start(std::string_view command_line) {
    Pipe out, err;
    std::vector<std::string> words = split(command_line);
    std::vector<char*> argv = pointers(words);
    std::vector<std::string> variables = environment();
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const int nothing = ::open("/dev/null", O_RDONLY);
        ::dup2(nothing, STDIN_FILENO);
        ::dup2(out.ends[1], STDOUT_FILENO);
        ::dup2(err.ends[1], STDERR_FILENO);
        become(argv, variables, directory_);
    }
    return {child, std::exchange(out.ends[0], -1), std::exchange(err.ends[0], -1)};
}

Outcome Story::run_on_terminal(std::string_view command_line, const std::vector<Line>& typed) {
    std::vector<std::string> words = split(command_line);
    std::vector<char*> argv = pointers(words);
    std::vector<std::string> variables = environment();
    int terminal = -1;
    const pid_t child = ::forkpty(&terminal, nullptr, nullptr, nullptr);
    REQUIRE(child >= 0);
    if (child == 0)
        become(argv, variables, directory_);
    Outcome outcome;
    std::size_t seen = 0;
    auto next = typed.begin();
    std::array<char, 4096> buffer{};
    for (;;) {
        pollfd wait{terminal, POLLIN, 0};
        if (::poll(&wait, 1, PATIENCE_MILLISECONDS) == 0) {
            ::kill(child, SIGKILL);
            FAIL_CHECK("the command says nothing more and does not end:\n" << outcome.out);
            break;
        }
        const auto count = ::read(terminal, buffer.data(), buffer.size());
        if (count <= 0)  // EIO once the command is gone
            break;
        outcome.out.append(buffer.data(), static_cast<std::size_t>(count));
        if (next == typed.end())
            continue;
        const auto found = outcome.out.find(next->prompt, seen);
        if (found == std::string::npos)
            continue;
        seen = found + next->prompt.size();
        const auto written = ::write(terminal, next->answer.data(), next->answer.size());
        REQUIRE(written == static_cast<ssize_t>(next->answer.size()));
        ++next;
    }
    ::close(terminal);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    outcome.status = to_exit_status(status);
    require_no_secret(outcome);
    return outcome;
}

void Story::refuses(const std::string& command_line, int status, const std::string& err,
                    std::string_view input) {
    INFO("$ " << command_line);
    const auto before = snapshot();
    const Outcome outcome = run(command_line, input);
    CHECK(outcome.err == err);
    CHECK(outcome.out.empty());
    CHECK(outcome.status == status);
    CHECK(snapshot() == before);
}

std::vector<std::string> Story::environment() const {
    std::vector<std::string> variables;
    for (const auto& [name, value] : environment_)
        variables.push_back(name + "=" + value);
    return variables;
}

void Story::require_no_secret(const Outcome& outcome) const {
    for (const std::string& secret : secrets_) {
        CHECK(outcome.out.find(secret) == std::string::npos);
        CHECK(outcome.err.find(secret) == std::string::npos);
    }
}

void Story::enter(const std::string& folder) {
    directory_ = (fs::path(root_) / folder).string();
}

void Story::make_directory(const std::string& name) const {
    fs::create_directories(fs::path(directory_) / name);
}

void Story::write(const std::string& name, std::string_view content, unsigned mode) const {
    const auto path = (fs::path(directory_) / name).string();
    std::ofstream(path, std::ios::binary).write(content.data(), static_cast<std::streamsize>(content.size()));
    REQUIRE(::chmod(path.c_str(), mode) == 0);
}

std::string Story::read(const std::string& name) const {
    std::ifstream file((fs::path(directory_) / name).string(), std::ios::binary);
    REQUIRE(file.good());
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

bool Story::exists(const std::string& name) const {
    struct stat status {};
    return ::lstat((fs::path(directory_) / name).c_str(), &status) == 0;
}

std::string Story::mode_of(const std::string& name) const {
    struct stat status {};
    REQUIRE(::lstat((fs::path(directory_) / name).c_str(), &status) == 0);
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "%04o", status.st_mode & 07777U);
    return text.data();
}

std::optional<std::string> Story::link_target(const std::string& name) const {
    const fs::path path = fs::path(directory_) / name;
    if (!fs::is_symlink(path))
        return std::nullopt;
    return fs::read_symlink(path).string();
}

std::vector<std::string> Story::list() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(directory_)) {
        const std::string name = entry.path().filename().string();
        if (name == ".ntpkey-history")
            continue;
        names.push_back(entry.is_symlink() ? name + " -> " + fs::read_symlink(entry.path()).string() : name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::map<std::string, std::string> Story::snapshot() const {
    std::map<std::string, std::string> state;
    std::vector<std::string> folders = {""};
    while (!folders.empty()) {
        const std::string folder = folders.back();
        folders.pop_back();
        for (const auto& entry : fs::directory_iterator(fs::path(directory_) / folder)) {
            const std::string name = folder + entry.path().filename().string();
            const auto kind = entry.symlink_status().type();  // links may lead nowhere or in a circle
            if (kind == fs::file_type::symlink)
                state[name] = "-> " + fs::read_symlink(entry.path()).string();
            else if (kind == fs::file_type::regular)
                state[name] = mode_of(name) + "\n" + read(name);
            else
                state[name] = mode_of(name) + " (other)";
            if (kind == fs::file_type::directory)
                folders.push_back(name + "/");
        }
    }
    return state;
}

std::string Story::find(const std::string& prefix) const {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(directory_)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with(prefix))
            found.push_back(name);
    }
    INFO("looking for " << prefix << " in " << directory_);
    REQUIRE(found.size() == 1);
    return found.front();
}

void Story::copy_from_data(const std::string& folder) const {
    const fs::path source = fs::path(KEYGEN_TEST_DATA) / folder;
    for (const auto& entry : fs::directory_iterator(source)) {
        const std::string name = entry.path().filename().string();
        std::ifstream file(entry.path(), std::ios::binary);
        std::ostringstream content;
        content << file.rdbuf();
        // The fixtures' links are kept as files that hold their target.
        const bool is_link = content.str().starts_with("ntpkey_") && fs::exists(source / content.str());
        if (is_link)
            fs::create_symlink(content.str(), fs::path(directory_) / name);
        else
            write(name, content.str(), name.find("cert") == std::string::npos ? 0600 : 0644);
    }
}

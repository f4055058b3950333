#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What a command left behind when it ended.
struct Outcome {
    int status = -1;  ///< exit status, or 128 + signal
    std::string out;
    std::string err;
};

/// A time that stories take for now: 2026-11-23 02:13:20 UTC, and the filestamp of what is made then.
inline constexpr const char* MORNING = "1795400000";
/// In front of a command: as a user who owns nothing; needs root.
inline constexpr const char* AS_NOBODY = "setpriv --reuid=65534 --regid=65534 --clear-groups ";
inline constexpr const char* MORNING_STAMP = "4004388800";

/// What a command says on a terminal, and what the user types then.
struct Line {
    std::string prompt;
    std::string answer;
};

/// A command that still runs. Ended by force when nobody waited for it.
class Process {
  public:
    Process(pid_t pid, int out, int err) : pid_(pid), out_(out), err_(err) {}
    Process(Process&& other) noexcept;
    Process& operator=(Process&&) = delete;
    ~Process();

    [[nodiscard]] pid_t pid() const { return pid_; }
    void signal(int number) const;
    /// Waits for its end.
    Outcome finish();
    /// The processor time it used, once it is finished.
    [[nodiscard]] double processor_seconds() const { return processor_seconds_; }

  private:
    pid_t pid_;
    int out_;
    int err_;
    double processor_seconds_ = 0;
};

/// One story: an empty directory of its own, gone at the end, in which commands run with nothing of the
/// tester's environment but PATH. The host's name in stories is what -s says; SOURCE_DATE_EPOCH fixes the
/// clock.
class Story {
  public:
    Story();
    Story(const Story&) = delete;
    Story& operator=(const Story&) = delete;
    ~Story();

    /// Runs "keygen -T ..." or any program, split at blanks; words in '' stay together.
    Outcome run(std::string_view command_line, std::string_view input = "");
    Outcome run(const std::vector<std::string>& arguments, std::string_view input = "");
    /// The same in a shell, for redirections.
    Outcome shell(const std::string& script, std::string_view input = "");
    /// Starts a command and goes on; its standard input is empty.
    Process start(std::string_view command_line);
    /// Runs on a terminal of its own; `out` is all that the terminal showed.
    Outcome run_on_terminal(std::string_view command_line, const std::vector<Line>& typed = {});

    /// No command may print this: checked after every run.
    void keep_secret(const std::string& secret) { secrets_.push_back(secret); }
    /// Runs the command and checks that it failed with this status and text, printed nothing and changed
    /// nothing.
    void refuses(const std::string& command_line, int status, const std::string& err,
                 std::string_view input = "");

    /// Environment of the following commands.
    void set(const std::string& variable, const std::string& value) { environment_[variable] = value; }
    void unset(const std::string& variable) { environment_.erase(variable); }

    /// Where commands run; names below are relative to it. It may be changed to a folder within the story.
    [[nodiscard]] const std::string& directory() const { return directory_; }
    void enter(const std::string& folder);
    void make_directory(const std::string& name) const;
    void write(const std::string& name, std::string_view content, unsigned mode = 0644) const;
    [[nodiscard]] std::string read(const std::string& name) const;
    [[nodiscard]] bool exists(const std::string& name) const;
    /// "0600"
    [[nodiscard]] std::string mode_of(const std::string& name) const;
    [[nodiscard]] std::optional<std::string> link_target(const std::string& name) const;
    /// All names but the record of the last runs, sorted; links as "name -> target".
    [[nodiscard]] std::vector<std::string> list() const;
    /// Everything that a failed command must not have changed: names, links, modes and contents.
    [[nodiscard]] std::map<std::string, std::string> snapshot() const;
    /// The one name that starts with this; fails the test when there is none or several.
    [[nodiscard]] std::string find(const std::string& prefix) const;
    void copy_from_data(const std::string& folder) const;

  private:
    [[nodiscard]] std::vector<std::string> environment() const;
    void require_no_secret(const Outcome& outcome) const;

    std::string root_;
    std::string directory_;
    std::vector<std::string> secrets_;
    std::map<std::string, std::string> environment_;
};

#pragma once

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

/// One story: an empty directory of its own, gone at the end, in which commands run with nothing of the tester's
/// environment but PATH. The host's name in stories is what -s says; SOURCE_DATE_EPOCH fixes the clock.
class Story {
 public:
    Story();
    Story(const Story&) = delete;
    Story& operator=(const Story&) = delete;
    ~Story();

    /// Runs "keygen -T ..." or any program, split at blanks; words in '' stay together.
    Outcome run(std::string_view command_line, std::string_view input = "");
    Outcome run(const std::vector<std::string>& arguments, std::string_view input = "");

    /// Environment of the following commands.
    void set(const std::string& variable, const std::string& value) { environment_[variable] = value; }

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
    /// All names, sorted; links as "name -> target".
    [[nodiscard]] std::vector<std::string> list() const;
    /// Everything that a failed command must not have changed: names, links, modes and contents.
    [[nodiscard]] std::map<std::string, std::string> snapshot() const;
    /// The one name that starts with this; fails the test when there is none or several.
    [[nodiscard]] std::string find(const std::string& prefix) const;
    void copy_from_data(const std::string& folder) const;

 private:
    std::string root_;
    std::string directory_;
    std::map<std::string, std::string> environment_;
};

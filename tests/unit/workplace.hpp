#pragma once

#include <keygen/secret.hpp>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>

#include "keysdir/directory.hpp"
#include "keysdir/own_names.hpp"

namespace keygen::test {

/// An empty directory of its own, gone at the end.
class Workplace {
  public:
    Workplace() {
        std::string name = (std::filesystem::temp_directory_path() / "keygen-unit-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr)
            throw std::runtime_error("cannot make a temporary directory");
        path_ = name;
    }
    Workplace(const Workplace&) = delete;
    Workplace& operator=(const Workplace&) = delete;
    ~Workplace() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] std::string path_of(const std::string& name) const { return path_ + "/" + name; }
    [[nodiscard]] keysdir::Directory open() const { return keysdir::Directory::open(path_); }

    void write(const std::string& name, std::string_view content) const {
        std::ofstream(path_of(name), std::ios::binary) << content;
    }
    void link(const std::string& name, const std::string& target) const {
        std::filesystem::create_symlink(target, path_of(name));
    }
    void remove(const std::string& name) const { std::filesystem::remove_all(path_of(name)); }
    /// A copy of a directory of the fixtures. Those keep links as files that hold their target; here they are
    /// links.
    void copy_fixture(const std::string& folder) const {
        const std::filesystem::path source = std::string(KEYGEN_TEST_DATA) + "/fixtures/" + folder;
        for (const auto& entry : std::filesystem::directory_iterator(source)) {
            const std::string name = entry.path().filename().string();
            const auto content = keysdir::read_file(entry.path().string());
            const bool is_link = content.text().find('\n') == std::string_view::npos;
            if (is_link)
                link(name, std::string(content.text()));
            else
                write(name, content.text());
        }
    }

    [[nodiscard]] std::string read(const std::string& name) const {
        return std::string(keysdir::read_file(path_of(name)).text());
    }
    [[nodiscard]] std::string target_of(const std::string& link) const {
        return std::filesystem::read_symlink(path_of(link)).string();
    }
    [[nodiscard]] bool exists(const std::string& name) const {
        return std::filesystem::exists(std::filesystem::symlink_status(path_of(name)));
    }
    [[nodiscard]] std::string mode_of(const std::string& name) const {
        struct stat status {};
        ::lstat(path_of(name).c_str(), &status);
        return fmt::format("{:04o}", status.st_mode & 07777U);
    }
    /// Everything: names with modes and contents, links with targets.
    [[nodiscard]] std::map<std::string, std::string> snapshot() const {
        std::map<std::string, std::string> entries;
        for (const auto& entry : std::filesystem::directory_iterator(path_)) {
            const std::string name = entry.path().filename().string();
            if (name == keysdir::HISTORY_NAME)
                continue;  // on record for roll_back, and nothing that a daemon or a person looks at
            if (entry.is_symlink())
                entries[name] = "-> " + target_of(name);
            else if (entry.is_regular_file())
                entries[name] = mode_of(name) + " " + read(name);
            else
                entries[name] = "special";
        }
        return entries;
    }
    /// Names alone, links as "name -> target"; one a line.
    [[nodiscard]] std::string listing() const {
        std::string text;
        for (const auto& [name, content] : snapshot())
            text += content.starts_with("->") ? fmt::format("{} {}\n", name, content) : name + "\n";
        return text;
    }

  private:
    std::string path_;
};

/// The content of a file under tests/data/fixtures, also behind a link.
inline std::string fixture(const std::string& name) {
    const std::string root = std::string(KEYGEN_TEST_DATA) + "/fixtures/";
    std::string content(keysdir::read_file(root + name).text());
    if (content.find('\n') != std::string::npos)
        return content;
    return fixture((std::filesystem::path(name).parent_path() / content).string());
}

inline SecretBytes secret(std::string_view text) {
    return SecretBytes(text);
}

}  // namespace keygen::test

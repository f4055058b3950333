#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "story.hpp"

inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    return text;
}

/// Copies a folder of the fixtures into the story: links, which the tree keeps as files with their target,
/// become links again, and secrets private.
inline void lay_out_fixture(const Story& story, const std::string& folder, const std::string& name) {
    namespace fs = std::filesystem;
    const fs::path directory_scan = fs::path(story.directory()) / name;
    fs::copy(fs::path(KEYGEN_TEST_DATA) / "fixtures" / folder, directory_scan,
             fs::copy_options::recursive | fs::copy_options::copy_symlinks);
    for (const auto& entry : fs::directory_iterator(directory_scan)) {
        if (entry.is_symlink())
            continue;
        const std::string text = story.read(name + "/" + entry.path().filename().string());
        constexpr std::size_t LONGEST_LINK = 100;
        const bool is_link = text.size() < LONGEST_LINK && text.starts_with("ntpkey_");
        if (is_link) {
            const fs::path path = entry.path();
            fs::remove(path);
            fs::create_symlink(text, path);
        } else {
            ::chmod(entry.path().c_str(), text.find("BEGIN CERTIFICATE") == std::string::npos ? 0600 : 0644);
        }
    }
    ::chmod(directory_scan.c_str(), 0700);
}

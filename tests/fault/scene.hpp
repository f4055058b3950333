#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

/// A key directory in memory (or where there is no /dev/shm, in the temporary directory), gone at the end.
class Scene {
  public:
    Scene();
    Scene(const Scene&) = delete;
    Scene& operator=(const Scene&) = delete;
    ~Scene();

    [[nodiscard]] std::string path() const { return (root_ / "keys").string(); }
    /// The same path every time, with the content of `other`.
    void become(const Scene& other) const;
    void add_copies_of(const std::filesystem::path& directory) const;
    void write(const std::string& name, const std::string& content) const;
    [[nodiscard]] std::string read(const std::string& name) const;

    /// Names with kind, mode, link target or content: what a failed run must not have changed.
    using Snapshot = std::map<std::string, std::string>;
    [[nodiscard]] Snapshot snapshot() const;
    [[nodiscard]] std::vector<std::string> names() const;

  private:
    std::filesystem::path root_;
};

/// True for names that only an interrupted publication leaves behind.
bool is_leftover(const std::string& name);

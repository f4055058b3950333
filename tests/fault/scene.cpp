#include "scene.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace fs = std::filesystem;

Scene::Scene() {
    const fs::path parent = fs::is_directory("/dev/shm") ? fs::path("/dev/shm") : fs::temp_directory_path();
    std::string name = (parent / "keygen-fault-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
        throw std::runtime_error("cannot make a directory in " + parent.string());
    root_ = name;
    fs::create_directory(path());
}

Scene::~Scene() {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
}

void Scene::become(const Scene& other) const {
    for (const auto& entry : fs::directory_iterator(path()))
        fs::remove_all(entry.path());
    add_copies_of(other.path());
}

void Scene::add_copies_of(const fs::path& directory) const {
    for (const auto& entry : fs::directory_iterator(directory))
        fs::copy(entry.path(), path() / entry.path().filename(), fs::copy_options::copy_symlinks);
    // The fixtures keep links as files that hold nothing but the target.
    for (const auto& entry : fs::directory_iterator(path())) {
        const std::string name = entry.path().filename().string();
        const std::string content = entry.is_symlink() ? "" : read(name);
        if (content.starts_with("ntpkey_") && fs::exists(path() / fs::path(content))) {
            fs::remove(entry.path());
            fs::create_symlink(content, entry.path());
        }
    }
}

void Scene::write(const std::string& name, const std::string& content) const {
    std::ofstream(fs::path(path()) / name) << content;
}

std::string Scene::read(const std::string& name) const {
    std::ifstream file(fs::path(path()) / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

Scene::Snapshot Scene::snapshot() const {
    Snapshot result;
    for (const auto& entry : fs::directory_iterator(path())) {
        const std::string name = entry.path().filename().string();
        struct stat status {};
        ::lstat(entry.path().c_str(), &status);
        result[name] = std::to_string(status.st_mode) + ' ' +
                       (entry.is_symlink() ? fs::read_symlink(entry.path()).string() : read(name));
    }
    return result;
}

std::vector<std::string> Scene::names() const {
    std::vector<std::string> result;
    for (const auto& [name, content] : snapshot())
        result.push_back(name);
    return result;
}

bool is_leftover(const std::string& name) {
    return name.starts_with(".ntpkey-") && name != ".ntpkey-history";
}

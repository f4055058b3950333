// Runs a fuzz target over files and directories of seeds. None at all is an error: a replay of nothing shows
// nothing.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

bool replay(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::vector<char> content{std::istreambuf_iterator<char>(file), {}};
    if (!file)
        return false;
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(content.data()), content.size());
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    int seeds = 0;
    int unreadable = 0;
    for (int i = 1; i < argc; ++i) {
        std::vector<std::filesystem::path> paths{argv[i]};
        if (std::filesystem::is_directory(argv[i])) {
            const std::filesystem::directory_iterator entries(argv[i]);
            paths.assign(begin(entries), end(entries));
        }
        for (const auto& path : paths)
            ++(replay(path) ? seeds : unreadable);
    }
    std::fprintf(stderr, "%d seeds replayed, %d unreadable\n", seeds, unreadable);
    return seeds > 0 && unreadable == 0 ? 0 : 1;
}

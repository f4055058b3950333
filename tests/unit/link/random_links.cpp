#include <keygen/link.hpp>

#include "catch.hpp"
#include "generate/server_room.hpp"

#include <random>
#include <set>

namespace fs = std::filesystem;

using namespace keygen;
using namespace keygen::test;

namespace {

/// Directories of key files and links that a careless admin could have made, and worse.
class RandomLinks {
  public:
    explicit RandomLinks(std::uint32_t seed) : random_(seed) {
        fs::create_directory(place_.path_of("keys"));
        fs::create_directory(place_.path_of("other"));
        for (int i = 0; i < 12; ++i) {
            const std::string type = pick({"RSAhost", "IFFkey", "IFFpar", "MVkey", "RSA-MD5cert", "MD5key"});
            files_.push_back(fmt::format("ntpkey_{}_{}.{}", type, pick({"h", "g"}), pick({"1", "2", "3"})));
            place_.write("keys/" + files_.back(), "x");
        }
        place_.write("other/" + files_.front(), "x");
        for (int i = 0; i < 10; ++i)
            add_link();
    }

    [[nodiscard]] std::string keys() const { return place_.path_of("keys"); }
    /// What all symbolic links lead to, as the system follows them.
    [[nodiscard]] std::set<std::string> ends() const {
        std::set<std::string> ends;
        for (const auto& entry : fs::directory_iterator(keys())) {
            std::error_code none;
            const auto end = entry.is_symlink() ? fs::canonical(entry.path(), none) : fs::path();
            if (!none && !end.empty())
                ends.insert(end.string());
        }
        return ends;
    }

  private:
    std::string pick(const std::vector<std::string>& choices) {
        return choices[std::uniform_int_distribution<std::size_t>(0, choices.size() - 1)(random_)];
    }
    void add_link() {
        const std::string name =
            pick({fmt::format("ntpkey_{}_{}", pick({"host", "iffkey", "iffpar", "mvkey", "cert"}),
                              pick({"h", "g", "x"})),
                  "ntp.keys", "mine", "ntpkey_RSAhost_h.9"});
        const std::string file = pick(files_);
        const std::string other = links_.empty() ? name : pick(links_);
        const std::string target = pick({file, file, "./" + file, keys() + "/" + file, "../keys/" + file,
                                         "../other/../keys/" + file, other, keys() + "/" + other, name,
                                         "nothing", "../other/" + files_.front(), "../other", "."});
        std::error_code exists;
        fs::create_symlink(target, keys() + "/" + name, exists);
        if (!exists)
            links_.push_back(name);
    }

    Workplace place_;
    std::mt19937 random_;
    std::vector<std::string> files_;
    std::vector<std::string> links_;
};

}  // namespace

TEST_CASE("prune removes nothing that a link leads to, in 1000 directories of random links", "[slow]") {
    std::size_t removed = 0;
    std::size_t kept = 0;
    for (std::uint32_t seed = 0; seed < 1000; ++seed) {
        INFO("seed " << seed);
        const RandomLinks place(seed);
        const auto ends = place.ends();
        KeysdirOptions options;
        options.directory = place.keys();
        const auto changes = prune(options);
        CHECK(place.ends() == ends);
        for (const std::string& name : changes.removed)
            CHECK_FALSE(fs::exists(place.keys() + "/" + name));
        removed += changes.removed.size();
        kept += changes.warnings.size();
    }
    CHECK(removed > 500);
    CHECK(kept > 500);
}

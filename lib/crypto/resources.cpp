#include <keygen/resources.hpp>

#include <openssl/rand.h>

#include <algorithm>

#include "crypto/failure.hpp"

namespace keygen {

Random::~Random() = default;

Random& private_random() {
    class Private final : public Random {
        void fill(std::span<std::uint8_t> bytes) override {
            constexpr std::size_t MAX_BLOCK = 1 << 20;  // RAND_priv_bytes counts in int
            while (!bytes.empty()) {
                const auto block = bytes.first(std::min(bytes.size(), MAX_BLOCK));
                crypto::check(RAND_priv_bytes(block.data(), static_cast<int>(block.size())),
                              "drawing random bytes");
                bytes = bytes.subspan(block.size());
            }
        }
    };
    static Private random;
    return random;
}

Progress::~Progress() = default;

Progress& silent_progress() {
    class Silent final : public Progress {
        void report(std::string_view, std::uint64_t, double) override {}
        void finish(std::string_view) override {}
        [[nodiscard]] bool is_cancelled() const override { return false; }
    };
    static Silent silent;
    return silent;
}

}  // namespace keygen

#include <keygen/random.hpp>

#include <openssl/rand.h>

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

}  // namespace keygen

#pragma once

#include <keygen/resources.hpp>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <random>
#include <stdexcept>
#include <vector>

namespace keygen::test {

/// The same bytes for the same seed, as long as one thread asks.
class SeededRandom final : public Random {
  public:
    explicit SeededRandom(std::uint32_t seed) : generator_(seed) {}
    void fill(std::span<std::uint8_t> bytes) override {
        const std::lock_guard lock(mutex_);
        for (auto& byte : bytes)
            byte = static_cast<std::uint8_t>(generator_());
    }

  private:
    std::mutex mutex_;
    std::mt19937 generator_;
};

/// Exactly these bytes, and a failure when they are used up.
class ScriptedRandom final : public Random {
  public:
    explicit ScriptedRandom(std::vector<std::uint8_t> bytes) : bytes_(std::move(bytes)) {}
    void fill(std::span<std::uint8_t> bytes) override {
        if (bytes_.size() - used_ < bytes.size())
            throw std::out_of_range("the script of random bytes is at its end");
        std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(used_), bytes.size(), bytes.begin());
        used_ += bytes.size();
    }
    [[nodiscard]] std::size_t used() const { return used_; }

  private:
    std::vector<std::uint8_t> bytes_;
    std::size_t used_ = 0;
};

/// The real generator, and how much was drawn from it.
class CountingRandom final : public Random {
  public:
    void fill(std::span<std::uint8_t> bytes) override {
        drawn_ += bytes.size();
        private_random().fill(bytes);
    }
    [[nodiscard]] std::size_t drawn() const { return drawn_; }

  private:
    std::atomic<std::size_t> drawn_ = 0;
};

/// One byte for ever, as from a broken generator.
class ConstantRandom final : public Random {
  public:
    explicit ConstantRandom(std::uint8_t byte) : byte_(byte) {}
    void fill(std::span<std::uint8_t> bytes) override { std::fill(bytes.begin(), bytes.end(), byte_); }

  private:
    std::uint8_t byte_;
};

}  // namespace keygen::test

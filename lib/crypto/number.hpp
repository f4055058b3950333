#pragma once

#include <keygen/resources.hpp>
#include <keygen/secret.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/handle.hpp"

namespace keygen::crypto {

/// What this processor divides by in one go: 64 bits, or 32.
using Word = BN_ULONG;

/// An integer of any size that is not negative; wiped when it goes. Moved, cloned only on request.
class Number {
  public:
    /// Zero.
    Number();
    explicit Number(std::uint64_t value);
    explicit Number(BnPtr value);
    Number(Number&&) noexcept = default;
    Number& operator=(Number&&) noexcept = default;

    static Number copy_of(const BIGNUM* value);
    static Number from_bytes(std::span<const std::uint8_t> big_endian);
    /// Throws Error(bad_file) unless all of `hex` is hexadecimal digits.
    static Number from_hex(std::string_view hex);

    [[nodiscard]] Number clone() const;
    [[nodiscard]] unsigned bits() const;
    [[nodiscard]] std::size_t bytes() const { return (bits() + 7) / 8; }
    [[nodiscard]] bool is_zero() const { return BN_is_zero(value_.get()) == 1; }
    [[nodiscard]] bool is_one() const { return BN_is_one(value_.get()) == 1; }
    [[nodiscard]] bool is_odd() const { return BN_is_odd(value_.get()) == 1; }
    /// Big-endian, padded with leading zeros to `size` bytes. Throws Error(crypto) if it does not fit.
    [[nodiscard]] std::vector<std::uint8_t> to_bytes(std::size_t size) const;
    [[nodiscard]] std::string hex() const;
    [[nodiscard]] Word mod_word(Word divisor) const;

    [[nodiscard]] BIGNUM* get() { return value_.get(); }
    [[nodiscard]] const BIGNUM* get() const { return value_.get(); }

    friend bool operator==(const Number& a, const Number& b) { return BN_cmp(a.get(), b.get()) == 0; }
    friend bool operator<(const Number& a, const Number& b) { return BN_cmp(a.get(), b.get()) < 0; }

  private:
    BnPtr value_;
};

Number add(const Number& a, const Number& b);
/// a - b; throws Error(crypto) when that would be negative.
Number subtract(const Number& a, const Number& b);
Number multiply(const Number& a, const Number& b);
/// Rounded down.
Number divide(const Number& a, const Number& b);
Number modulo(const Number& a, const Number& m);
Number gcd(const Number& a, const Number& b);

Number add_modulo(const Number& a, const Number& b, const Number& m);
Number subtract_modulo(const Number& a, const Number& b, const Number& m);
Number multiply_modulo(const Number& a, const Number& b, const Number& m);
/// base^exponent mod m for odd m, in time that does not depend on the exponent's bits.
Number power_modulo(const Number& base, const Number& exponent, const Number& m);
/// Throws Error(crypto) when a has no inverse.
Number inverse_modulo(const Number& a, const Number& m);

/// Uniform in [low, high]; by rejection.
Number random_between(const Number& low, const Number& high, Random& random);
/// Uniform among the odd numbers of exactly `bits` bits whose `top_bits` (1 or 2) highest bits are set.
Number random_odd(unsigned bits, unsigned top_bits, Random& random);

/// This thread's scratch space for OpenSSL's arithmetic.
BN_CTX* scratch();

}  // namespace keygen::crypto

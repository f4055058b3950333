#include "crypto/fixed_base.hpp"

#include "crypto/failure.hpp"

namespace keygen::crypto {

namespace {

constexpr unsigned DIGIT_BITS = 4;
constexpr unsigned DIGIT_VALUES = 1U << DIGIT_BITS;

unsigned digit_of(const Number& exponent, unsigned position) {
    unsigned digit = 0;
    for (unsigned bit = 0; bit < DIGIT_BITS; ++bit)
        digit |= static_cast<unsigned>(
                     BN_is_bit_set(exponent.get(), static_cast<int>(position * DIGIT_BITS + bit)))
                 << bit;
    return digit;
}

void multiply_montgomery(Number& result, const Number& a, const Number& b, BN_MONT_CTX* montgomery) {
    check(BN_mod_mul_montgomery(result.get(), a.get(), b.get(), montgomery, scratch()), "multiplying modulo");
}

}  // namespace

FixedBase::FixedBase(const Number& base, const Number& modulus, unsigned exponent_bits)
    : montgomery_(check(BN_MONT_CTX_new(), "preparing a modulus")) {
    check(BN_MONT_CTX_set(montgomery_.get(), modulus.get(), scratch()), "preparing a modulus");
    Number unit;
    check(BN_to_montgomery(unit.get(), modulo(base, modulus).get(), montgomery_.get(), scratch()),
          "preparing a base");
    for (unsigned position = 0; position * DIGIT_BITS < exponent_bits; ++position) {
        std::vector<Number>& row = powers_.emplace_back();
        row.push_back(unit.clone());
        for (unsigned digit = 2; digit < DIGIT_VALUES; ++digit) {
            Number next;
            multiply_montgomery(next, row.back(), unit, montgomery_.get());
            row.push_back(std::move(next));
        }
        multiply_montgomery(unit, row.back(), unit, montgomery_.get());
    }
}

Number FixedBase::power(const Number& exponent) const {
    if (exponent.bits() > powers_.size() * DIGIT_BITS)
        fail("raising to a power beyond the prepared ones");
    Number result;
    check(BN_to_montgomery(result.get(), Number(1).get(), montgomery_.get(), scratch()),
          "raising to a power");
    for (unsigned position = 0; position < powers_.size(); ++position) {
        if (const unsigned digit = digit_of(exponent, position); digit != 0)
            multiply_montgomery(result, result, powers_[position][digit - 1], montgomery_.get());
    }
    check(BN_from_montgomery(result.get(), result.get(), montgomery_.get(), scratch()), "raising to a power");
    return result;
}

}  // namespace keygen::crypto

#pragma once

#include <vector>

#include "crypto/number.hpp"

namespace keygen::crypto {

/// Many powers of one base modulo one odd number, each at a quarter of the usual price: the powers base^(d
/// 16^i) are computed beforehand (Brickell, Gordon, McCurley and Wilson, EUROCRYPT '92). Its time depends on
/// the exponents: for the proofs of an authority about its own keys, not for a daemon that others can watch.
class FixedBase {
  public:
    /// For exponents of up to `exponent_bits` bits; takes 15 numbers for every 4 of them.
    FixedBase(const Number& base, const Number& modulus, unsigned exponent_bits);

    /// Throws Error(crypto) for a longer exponent. May be called from several threads at once.
    [[nodiscard]] Number power(const Number& exponent) const;

  private:
    BnMontCtxPtr montgomery_;
    std::vector<std::vector<Number>> powers_;  ///< [i][d - 1], in Montgomery form
};

}  // namespace keygen::crypto

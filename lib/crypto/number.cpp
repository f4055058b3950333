#include "crypto/number.hpp"

#include <openssl/crypto.h>

#include <array>
#include <cstring>

#include "crypto/failure.hpp"
#include "crypto/scratch_wipe.hpp"

namespace keygen::crypto {

namespace {

thread_local BnCtxPtr scratch_numbers;

BnPtr new_bignum() {
    return BnPtr(check(BN_new(), "allocating a number"));
}

void clear_free_text(char* text) {
    OPENSSL_clear_free(text, std::strlen(text));
}

Number random_bits(unsigned bits, Random& random) {
    SecretBytes bytes((bits + 7) / 8);
    random.fill(bytes.bytes());
    if (bits % 8 != 0)
        bytes.bytes()[0] &= static_cast<std::uint8_t>((1U << (bits % 8)) - 1);
    return Number::from_bytes(bytes.bytes());
}

}  // namespace

Number::Number() : value_(new_bignum()) {}

// OpenSSL's own words have 32 bits on some processors.
Number::Number(std::uint64_t value) : value_(new_bignum()) {
    std::array<std::uint8_t, sizeof(value)> big_endian{};
    for (auto byte = big_endian.rbegin(); byte != big_endian.rend(); ++byte, value >>= 8)
        *byte = static_cast<std::uint8_t>(value);
    check(BN_bin2bn(big_endian.data(), static_cast<int>(big_endian.size()), value_.get()),
          "storing a number");
}

Number::Number(BnPtr value) : value_(std::move(value)) {}

Number Number::copy_of(const BIGNUM* value) {
    return Number(BnPtr(check(BN_dup(value), "copying a number")));
}

Number Number::from_bytes(std::span<const std::uint8_t> big_endian) {
    return Number(BnPtr(check(BN_bin2bn(big_endian.data(), static_cast<int>(big_endian.size()), nullptr),
                              "reading a number")));
}

Number Number::from_hex(std::string_view hex) {
    if (hex.empty() || hex.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos)
        throw Error(ErrorCode::bad_file, "not a hexadecimal number");
    BIGNUM* value = nullptr;
    const std::string text(hex);
    const int used = BN_hex2bn(&value, text.c_str());
    BnPtr owned(value);
    if (static_cast<std::size_t>(used) != text.size())
        fail("reading a number");
    return Number(std::move(owned));
}

Number Number::clone() const {
    return copy_of(value_.get());
}

unsigned Number::bits() const {
    return static_cast<unsigned>(BN_num_bits(value_.get()));
}

std::vector<std::uint8_t> Number::to_bytes(std::size_t size) const {
    std::vector<std::uint8_t> result(size);
    if (BN_bn2binpad(value_.get(), result.data(), static_cast<int>(size)) < 0)
        fail("writing a number into too few bytes");
    return result;
}

std::string Number::hex() const {
    const std::unique_ptr<char, Free<clear_free_text>> text(
        check(BN_bn2hex(value_.get()), "writing a number"));
    return text.get();
}

Word Number::mod_word(Word divisor) const {
    return BN_mod_word(value_.get(), divisor);
}

BN_CTX* scratch() {
    if (scratch_numbers == nullptr)
        scratch_numbers.reset(check(BN_CTX_new(), "allocating scratch numbers"));
    return scratch_numbers.get();
}

ScratchWipe::~ScratchWipe() {
    scratch_numbers.reset();
}

Number add(const Number& a, const Number& b) {
    Number result;
    check(BN_add(result.get(), a.get(), b.get()), "adding");
    return result;
}

Number subtract(const Number& a, const Number& b) {
    Number result;
    check(BN_sub(result.get(), a.get(), b.get()), "subtracting");
    if (BN_is_negative(result.get()) == 1)
        fail("subtracting a larger number");
    return result;
}

Number multiply(const Number& a, const Number& b) {
    Number result;
    check(BN_mul(result.get(), a.get(), b.get(), scratch()), "multiplying");
    return result;
}

Number divide(const Number& a, const Number& b) {
    Number result;
    check(BN_div(result.get(), nullptr, a.get(), b.get(), scratch()), "dividing");
    return result;
}

Number modulo(const Number& a, const Number& m) {
    Number result;
    check(BN_nnmod(result.get(), a.get(), m.get(), scratch()), "reducing");
    return result;
}

Number gcd(const Number& a, const Number& b) {
    Number result;
    check(BN_gcd(result.get(), a.get(), b.get(), scratch()), "finding a common divisor");
    return result;
}

Number add_modulo(const Number& a, const Number& b, const Number& m) {
    Number result;
    check(BN_mod_add(result.get(), a.get(), b.get(), m.get(), scratch()), "adding modulo");
    return result;
}

Number subtract_modulo(const Number& a, const Number& b, const Number& m) {
    Number result;
    check(BN_mod_sub(result.get(), a.get(), b.get(), m.get(), scratch()), "subtracting modulo");
    return result;
}

Number multiply_modulo(const Number& a, const Number& b, const Number& m) {
    Number result;
    check(BN_mod_mul(result.get(), a.get(), b.get(), m.get(), scratch()), "multiplying modulo");
    return result;
}

Number power_modulo(const Number& base, const Number& exponent, const Number& m) {
    Number result;
    if (!m.is_odd() || m.is_one())
        fail("raising to a power modulo an even number");
    check(BN_mod_exp_mont_consttime(result.get(), modulo(base, m).get(), exponent.get(), m.get(), scratch(),
                                    nullptr),
          "raising to a power");
    return result;
}

Number inverse_modulo(const Number& a, const Number& m) {
    Number constant_time = modulo(a, m);
    BN_set_flags(constant_time.get(), BN_FLG_CONSTTIME);
    return Number(
        BnPtr(check(BN_mod_inverse(nullptr, constant_time.get(), m.get(), scratch()), "inverting a number")));
}

Number random_between(const Number& low, const Number& high, Random& random) {
    const Number range = subtract(high, low);
    // Each draw succeeds with probability over 1/2; a generator that never gets there is broken.
    for (int draw = 0; draw < 1000; ++draw) {
        const Number candidate = random_bits(range.bits(), random);
        if (!(range < candidate))
            return add(low, candidate);
    }
    fail("drawing a random number");
}

Number random_odd(unsigned bits, unsigned top_bits, Random& random) {
    Number result = random_bits(bits, random);
    for (unsigned i = 1; i <= top_bits; ++i)
        check(BN_set_bit(result.get(), static_cast<int>(bits - i)), "setting a bit");
    check(BN_set_bit(result.get(), 0), "setting a bit");
    return result;
}

}  // namespace keygen::crypto

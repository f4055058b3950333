#include "crypto/key_pair.hpp"

#include <fmt/format.h>
#include <openssl/dsa.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <array>

#include "crypto/algorithm.hpp"
#include "crypto/failure.hpp"
#include "crypto/key_parameters.hpp"
#include "crypto/primality.hpp"

namespace keygen::crypto {

namespace {

int continue_unless_cancelled(EVP_PKEY_CTX* context) {
    return static_cast<const Progress*>(EVP_PKEY_CTX_get_app_data(context))->is_cancelled() ? 0 : 1;
}

void watch(EVP_PKEY_CTX* context, const Progress& progress) {
    EVP_PKEY_CTX_set_app_data(context, const_cast<Progress*>(&progress));
    EVP_PKEY_CTX_set_cb(context, continue_unless_cancelled);
}

[[noreturn]] void fail_or_cancel(const Progress& progress, std::string_view what) {
    if (progress.is_cancelled()) {
        clear_errors();
        throw Error(ErrorCode::cancelled, "cancelled");
    }
    fail(what);
}

EvpPkeyPtr generate_rsa(unsigned modulus_bits, const Progress& progress) {
    const EvpPkeyCtxPtr context(check(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr), "preparing RSA"));
    check(EVP_PKEY_keygen_init(context.get()), "preparing RSA");
    check(EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), static_cast<int>(modulus_bits)), "sizing RSA");
    watch(context.get(), progress);
    EVP_PKEY* key = nullptr;
    if (EVP_PKEY_generate(context.get(), &key) != 1)
        fail_or_cancel(progress, "generating an RSA key");
    return EvpPkeyPtr(key);
}

EvpPkeyPtr generate_dsa(unsigned modulus_bits, const Progress& progress) {
    const EvpPkeyCtxPtr parameters_context(
        check(EVP_PKEY_CTX_new_from_name(nullptr, "DSA", nullptr), "preparing DSA"));
    check(EVP_PKEY_paramgen_init(parameters_context.get()), "preparing DSA");
    check(EVP_PKEY_CTX_set_dsa_paramgen_bits(parameters_context.get(), static_cast<int>(modulus_bits)),
          "sizing DSA");
    check(EVP_PKEY_CTX_set_dsa_paramgen_q_bits(parameters_context.get(),
                                               static_cast<int>(subgroup_bits(modulus_bits))),
          "sizing DSA");
    watch(parameters_context.get(), progress);
    EVP_PKEY* parameters = nullptr;
    if (EVP_PKEY_paramgen(parameters_context.get(), &parameters) != 1)
        fail_or_cancel(progress, "generating DSA parameters");
    const EvpPkeyPtr owned(parameters);

    const EvpPkeyCtxPtr context(
        check(EVP_PKEY_CTX_new_from_pkey(nullptr, parameters, nullptr), "preparing DSA"));
    check(EVP_PKEY_keygen_init(context.get()), "preparing DSA");
    EVP_PKEY* key = nullptr;
    check(EVP_PKEY_keygen(context.get(), &key), "generating a DSA key");
    return EvpPkeyPtr(key);
}

// OpenSSL takes any numbers for a key, and those of identity schemes stand in the same containers.
bool belong_together(const KeyNumbers& numbers) {
    if (const auto* rsa = std::get_if<RsaNumbers>(&numbers))
        return !rsa->n.is_zero() && multiply(rsa->p, rsa->q) == rsa->n;
    const auto* dsa = std::get_if<DsaNumbers>(&numbers);
    const bool has_group = dsa != nullptr && dsa->p.is_odd() && !dsa->p.is_one();
    return has_group && power_modulo(dsa->g, dsa->priv, dsa->p) == dsa->pub;
}

}  // namespace

KeyPair KeyPair::generate(SignKeyType type, unsigned modulus_bits, const Progress& progress) {
    return {type == SignKeyType::rsa ? generate_rsa(modulus_bits, progress)
                                     : generate_dsa(modulus_bits, progress),
            type, modulus_bits};
}

KeyPair KeyPair::from_numbers(const KeyNumbers& numbers) {
    if (!belong_together(numbers))
        throw Error(ErrorCode::bad_file, "the numbers are not those of an RSA or DSA key pair");
    EvpPkeyPtr key = make_key(numbers);
    // When memory runs out OpenSSL refuses without saying why; numbers that it does not take, it refuses
    // again.
    if (key == nullptr)
        key = make_key(numbers);
    if (key == nullptr)
        throw Error(ErrorCode::bad_file, "the numbers are not those of an RSA or DSA key pair");
    const auto* rsa = std::get_if<RsaNumbers>(&numbers);
    return {std::move(key), rsa != nullptr ? SignKeyType::rsa : SignKeyType::dsa,
            rsa != nullptr ? rsa->n.bits() : std::get<DsaNumbers>(numbers).p.bits()};
}

KeyNumbers KeyPair::numbers() const {
    KeyNumbers numbers = numbers_of(key_.get(), type_, modulus_bits_);
    // When memory runs out OpenSSL gives other numbers and calls it success.
    if (!belong_together(numbers))
        fail("reading a key");
    return numbers;
}

void KeyPair::prove(const DigestScheme& scheme) const {
    static constexpr std::array<unsigned char, 16> MESSAGE{'p', 'r', 'o', 'v', 'e'};
    const auto failed = [&] {
        clear_errors();
        return Error(ErrorCode::not_proven, fmt::format("the {} key does not verify its own {} signature",
                                                        name_of(type()), scheme.name));
    };
    const EvpMdCtxPtr sign(check(EVP_MD_CTX_new(), "preparing a signature"));
    std::size_t length = 0;
    if (EVP_DigestSignInit_ex(sign.get(), nullptr, scheme.digest.c_str(), nullptr, nullptr, key_.get(),
                              nullptr) != 1 ||
        EVP_DigestSign(sign.get(), nullptr, &length, MESSAGE.data(), MESSAGE.size()) != 1)
        throw failed();
    std::vector<unsigned char> signature(length);
    if (EVP_DigestSign(sign.get(), signature.data(), &length, MESSAGE.data(), MESSAGE.size()) != 1)
        throw failed();
    const EvpMdCtxPtr verify(check(EVP_MD_CTX_new(), "preparing a signature"));
    if (EVP_DigestVerifyInit_ex(verify.get(), nullptr, scheme.digest.c_str(), nullptr, nullptr, key_.get(),
                                nullptr) != 1 ||
        EVP_DigestVerify(verify.get(), signature.data(), length, MESSAGE.data(), MESSAGE.size()) != 1)
        throw failed();
}

bool KeyPair::has_public_part_of(const EVP_PKEY* other) const {
    const bool equal = EVP_PKEY_eq(key_.get(), other) == 1;
    clear_errors();
    return equal;
}

namespace {

// OpenSSL's check of a key frees the numbers that it computed without wiping them (RSA: 1/q mod p, d mod q -
// 1 and more). What is allocated next in their sizes is their memory.
void wipe_freed_numbers(unsigned modulus_bits) {
    constexpr std::size_t GRANULE = 16;  // of malloc, whose smallest block holds one and a half of them
    constexpr std::size_t BLOCKS = 12;   // of each size: more than the check has numbers
    for (std::size_t size = GRANULE + GRANULE / 2; size <= modulus_bits / 8 + 4 * GRANULE; size += GRANULE) {
        std::array<void*, BLOCKS> blocks{};
        for (void*& block : blocks)
            block = OPENSSL_malloc(size);
        for (void* block : blocks)
            OPENSSL_clear_free(block, size);
    }
}

}  // namespace

bool KeyPair::is_sound() const {
    const EvpPkeyCtxPtr context(
        check(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr), "checking a key"));
    const bool sound = EVP_PKEY_check(context.get()) == 1;
    wipe_freed_numbers(modulus_bits_);
    clear_errors();
    return sound;
}

namespace {

std::string digest_of(unsigned char* der, int length) {
    if (length <= 0) {
        clear_errors();
        return {};
    }
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned digest_length = 0;
    const int result = EVP_Digest(der, static_cast<std::size_t>(length), digest.data(), &digest_length,
                                  EVP_sha256(), nullptr);
    OPENSSL_free(der);
    check(result, "fingerprinting a key");
    std::string hex;
    for (unsigned i = 0; i < digest_length; ++i)
        hex += fmt::format("{:02x}", digest[i]);
    return hex;
}

// RSA's form has one encoding only, so the one that is there need not be made again, which takes OpenSSL
// longer than to verify a signature.
bool has_one_encoding(const X509_PUBKEY* key) {
    ASN1_OBJECT* object = nullptr;
    X509_ALGOR* algorithm = nullptr;
    if (X509_PUBKEY_get0_param(&object, nullptr, nullptr, &algorithm, key) != 1)
        return false;
    int type = V_ASN1_UNDEF;
    X509_ALGOR_get0(nullptr, &type, nullptr, algorithm);
    return OBJ_obj2nid(object) == NID_rsaEncryption && type == V_ASN1_NULL;
}

}  // namespace

std::string public_key_digest(const EVP_PKEY* key) {
    if (key == nullptr)
        return {};
    unsigned char* der = nullptr;
    const int length = i2d_PUBKEY(key, &der);
    return digest_of(der, length);
}

std::string certified_key_digest(const X509* certificate) {
    const X509_PUBKEY* key = X509_get_X509_PUBKEY(certificate);
    if (key == nullptr || X509_get0_pubkey(certificate) == nullptr)
        return {};
    if (!has_one_encoding(key))
        return public_key_digest(X509_get0_pubkey(certificate));
    unsigned char* der = nullptr;
    const int length = i2d_X509_PUBKEY(key, &der);
    return digest_of(der, length);
}

std::string short_fingerprint(std::string_view key_type, std::string_view digest) {
    constexpr std::size_t SHOWN_DIGITS = 16;
    return digest.empty() ? std::string() : fmt::format("{}:{}", key_type, digest.substr(0, SHOWN_DIGITS));
}

}  // namespace keygen::crypto

#include "crypto/key_parameters.hpp"

#include <openssl/core_names.h>
#include <openssl/params.h>

#include <array>
#include <vector>

#include "crypto/failure.hpp"

namespace keygen::crypto {

namespace {

constexpr std::array RSA_NAMES = {OSSL_PKEY_PARAM_RSA_N,         OSSL_PKEY_PARAM_RSA_E,
                                  OSSL_PKEY_PARAM_RSA_D,         OSSL_PKEY_PARAM_RSA_FACTOR1,
                                  OSSL_PKEY_PARAM_RSA_FACTOR2,   OSSL_PKEY_PARAM_RSA_EXPONENT1,
                                  OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1};
constexpr std::array DSA_NAMES = {OSSL_PKEY_PARAM_FFC_P, OSSL_PKEY_PARAM_FFC_Q, OSSL_PKEY_PARAM_FFC_G,
                                  OSSL_PKEY_PARAM_PUB_KEY, OSSL_PKEY_PARAM_PRIV_KEY};

Number number_of(const EVP_PKEY* key, unsigned modulus_bits, const char* name) {
    SecretBytes buffer(modulus_bits / 8 + 1);
    std::array parameters = {OSSL_PARAM_construct_BN(name, buffer.bytes().data(), buffer.size()),
                             OSSL_PARAM_construct_end()};
    check(EVP_PKEY_get_params(key, parameters.data()), "reading a key");
    if (OSSL_PARAM_modified(parameters.data()) != 1)  // success, although memory ran out
        fail("reading a key");
    return Number(
        BnPtr(check(BN_native2bn(buffer.bytes().data(), static_cast<int>(parameters[0].return_size), nullptr),
                    "reading a key")));
}

// The numbers in the order of bytes that OSSL_PARAM takes, wiped when it goes.
class Parameters {
  public:
    void add(const char* name, const Number& number) {
        SecretBytes bytes(std::max<std::size_t>(number.bytes(), 1));
        const int size = static_cast<int>(bytes.size());
        if (BN_bn2nativepad(number.get(), bytes.bytes().data(), size) != size)
            fail("storing a key");
        numbers_.push_back(std::move(bytes));
        entries_.push_back(
            OSSL_PARAM_construct_BN(name, numbers_.back().bytes().data(), numbers_.back().size()));
    }
    OSSL_PARAM* finish() {
        entries_.push_back(OSSL_PARAM_construct_end());
        return entries_.data();
    }

  private:
    std::vector<SecretBytes> numbers_;
    std::vector<OSSL_PARAM> entries_;
};

}  // namespace

KeyNumbers numbers_of(const EVP_PKEY* key, SignKeyType type, unsigned modulus_bits) {
    const auto number = [&](const char* name) { return number_of(key, modulus_bits, name); };
    if (type == SignKeyType::rsa)
        return RsaNumbers{number(RSA_NAMES[0]), number(RSA_NAMES[1]), number(RSA_NAMES[2]),
                          number(RSA_NAMES[3]), number(RSA_NAMES[4]), number(RSA_NAMES[5]),
                          number(RSA_NAMES[6]), number(RSA_NAMES[7])};
    return DsaNumbers{number(DSA_NAMES[0]), number(DSA_NAMES[1]), number(DSA_NAMES[2]), number(DSA_NAMES[3]),
                      number(DSA_NAMES[4])};
}

EvpPkeyPtr make_key(const KeyNumbers& numbers) {
    Parameters parameters;
    const auto* rsa = std::get_if<RsaNumbers>(&numbers);
    const auto* dsa = std::get_if<DsaNumbers>(&numbers);
    if (rsa != nullptr) {
        const std::array values = {&rsa->n, &rsa->e,    &rsa->d,    &rsa->p,
                                   &rsa->q, &rsa->dmp1, &rsa->dmq1, &rsa->iqmp};
        for (std::size_t i = 0; i < values.size(); ++i)
            parameters.add(RSA_NAMES[i], *values[i]);
    } else if (dsa != nullptr) {
        const std::array values = {&dsa->p, &dsa->q, &dsa->g, &dsa->pub, &dsa->priv};
        for (std::size_t i = 0; i < values.size(); ++i)
            parameters.add(DSA_NAMES[i], *values[i]);
    } else {
        return nullptr;
    }
    const EvpPkeyCtxPtr context(check(
        EVP_PKEY_CTX_new_from_name(nullptr, rsa != nullptr ? "RSA" : "DSA", nullptr), "preparing a key"));
    check(EVP_PKEY_fromdata_init(context.get()), "preparing a key");
    EVP_PKEY* key = nullptr;
    if (EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, parameters.finish()) != 1)
        clear_decode_errors("making a key");
    return EvpPkeyPtr(key);
}

}  // namespace keygen::crypto

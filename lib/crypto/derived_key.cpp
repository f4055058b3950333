#include "crypto/derived_key.hpp"

#include <keygen/error.hpp>
#include <keygen/resources.hpp>

#include <array>

#include "crypto/decryption.hpp"
#include "crypto/der.hpp"
#include "crypto/encryption.hpp"
#include "crypto/failure.hpp"

namespace keygen::crypto {

namespace {

SecretBytes der_of(const X509_ALGOR* algorithm) {
    return to_der([&](unsigned char** out) { return i2d_X509_ALGOR(algorithm, out); }, "encrypting a key");
}

}  // namespace

DerivedKey::DerivedKey(const SecretBytes& password, const std::string& cipher, int rounds)
    : cipher_((require_usable_password(password),
               check(EVP_get_cipherbyname(cipher.c_str()), "finding the cipher"))),
      iv_(static_cast<std::size_t>(EVP_CIPHER_get_iv_length(cipher_))),
      key_(static_cast<std::size_t>(EVP_CIPHER_get_key_length(cipher_))) {
    std::array<std::uint8_t, 16> salt{};
    private_random().fill(salt);
    private_random().fill(iv_);
    algorithm_.reset(check(PKCS5_pbe2_set_iv(cipher_, rounds, salt.data(), static_cast<int>(salt.size()),
                                             iv_.empty() ? nullptr : iv_.data(), NID_hmacWithSHA256),
                           "encrypting a key"));
    check(PKCS5_PBKDF2_HMAC(password.text().data(), static_cast<int>(password.size()), salt.data(),
                            static_cast<int>(salt.size()), rounds, EVP_sha256(),
                            static_cast<int>(key_.size()), key_.bytes().data()),
          "encrypting a key");
}

SecretBytes DerivedKey::transform(std::span<const std::uint8_t> input, bool encrypts) const {
    SecretBytes output(input.size() + static_cast<std::size_t>(EVP_CIPHER_get_block_size(cipher_)));
    const EvpCipherCtxPtr context(check(EVP_CIPHER_CTX_new(), "encrypting a key"));
    check(
        EVP_CipherInit_ex(context.get(), cipher_, nullptr, key_.bytes().data(), iv_.data(), encrypts ? 1 : 0),
        "encrypting a key");
    int length = 0;
    int rest = 0;
    check(EVP_CipherUpdate(context.get(), output.bytes().data(), &length, input.data(),
                           static_cast<int>(input.size())),
          "encrypting a key");
    if (EVP_CipherFinal_ex(context.get(), output.bytes().data() + length, &rest) != 1) {
        if (encrypts)
            fail("encrypting a key");
        clear_decode_errors("decrypting a key");
        throw_wrong_password();
    }
    output.truncate(static_cast<std::size_t>(length + rest));
    return output;
}

X509SigPtr DerivedKey::encrypt(const SecretBytes& der) const {
    const SecretBytes content = transform(der.bytes(), true);
    X509SigPtr encrypted(check(X509_SIG_new(), "encrypting a key"));
    X509_ALGOR* algorithm = nullptr;
    ASN1_OCTET_STRING* octets = nullptr;
    X509_SIG_getm(encrypted.get(), &algorithm, &octets);
    check(X509_ALGOR_copy(algorithm, algorithm_.get()), "encrypting a key");
    check(ASN1_OCTET_STRING_set(octets, content.bytes().data(), static_cast<int>(content.size())),
          "encrypting a key");
    return encrypted;
}

SecretBytes DerivedKey::decrypt(const PemBlock& block) const {
    const X509SigPtr encrypted = decode_encrypted(block);
    const X509_ALGOR* algorithm = nullptr;
    const ASN1_OCTET_STRING* octets = nullptr;
    X509_SIG_get0(encrypted.get(), &algorithm, &octets);
    if (!der_of(algorithm).equals(der_of(algorithm_.get())))
        throw Error(ErrorCode::not_proven, "the file is not encrypted as it should be");
    return transform({ASN1_STRING_get0_data(octets), static_cast<std::size_t>(ASN1_STRING_length(octets))},
                     false);
}

}  // namespace keygen::crypto

#include "crypto/decryption.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/proverr.h>

#include <algorithm>
#include <array>
#include <new>

#include "crypto/der.hpp"
#include "crypto/encryption.hpp"
#include "crypto/failure.hpp"
#include "crypto/policy.hpp"

namespace keygen::crypto {

namespace {

// OpenSSL would compute for hours where a hostile file says so; real files have at most some 1000000 rounds.
constexpr long MAX_KEY_DERIVATION_ROUNDS = 10000000;

[[noreturn]] void throw_needs_password() {
    throw Error(ErrorCode::wrong_password, "the key is encrypted and no password was given")
        .hint("give the password that made it (-p, --password-file, --password-env or --ask-password)");
}

// The padding, or what it padded, is not what an encryption with this password would have left. Each of
// OpenSSL's libraries numbers its reasons for itself.
bool is_about_wrong_password(unsigned long code) {
    const int reason = ERR_GET_REASON(code);
    switch (ERR_GET_LIB(code)) {
        case ERR_LIB_EVP:
            return reason == EVP_R_BAD_DECRYPT || reason == EVP_R_WRONG_FINAL_BLOCK_LENGTH;
        case ERR_LIB_PROV:
            return reason == PROV_R_BAD_DECRYPT || reason == PROV_R_WRONG_FINAL_BLOCK_LENGTH;
        case ERR_LIB_PEM:
            return reason == PEM_R_BAD_DECRYPT || reason == PEM_R_BAD_PASSWORD_READ;
        case ERR_LIB_PKCS12:
            return reason == PKCS12_R_PKCS12_CIPHERFINAL_ERROR || reason == PKCS12_R_DECODE_ERROR;
        default:
            return false;
    }
}

// Empties OpenSSL's queue.
bool was_wrong_password() {
    bool result = false;
    bool out_of_memory = false;
    while (const unsigned long code = ERR_get_error()) {
        result |= is_about_wrong_password(code);
        out_of_memory |= ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE;
    }
    if (out_of_memory)
        throw std::bad_alloc();
    return result;
}

// Derives the key and sets the cipher up, which takes all of the parameters and nothing of the content.
bool can_start(const X509_ALGOR* algorithm) {
    constexpr std::string_view ANY_PASSWORD = "a password that no policy finds too short";
    const EvpCipherCtxPtr context(check(EVP_CIPHER_CTX_new(), "setting a cipher up"));
    const bool result =
        EVP_PBE_CipherInit(algorithm->algorithm, ANY_PASSWORD.data(), static_cast<int>(ANY_PASSWORD.size()),
                           algorithm->parameter, context.get(), 0) == 1;
    clear_errors();
    return result;
}

// Every release of OpenSSL has further reasons. What stands in the way is tried instead: the file's
// parameters, and the same encryption with parameters of our own. A failure of neither was one of memory, or
// the like.
[[noreturn]] void throw_undecryptable(const PemBlock& block, const X509_ALGOR* algorithm) {
    if (was_wrong_password())
        throw_wrong_password();
    if (can_start(algorithm))
        fail("decrypting a key");
    const auto usual = usual_parameters(algorithm);
    if (usual != nullptr && can_start(usual.get()))
        throw Error(ErrorCode::bad_file, "the encryption parameters cannot be used");
    const auto encryption = describe_encryption(block);
    throw encryption_not_offered(*encryption);
}

[[noreturn]] void throw_undecryptable(const PemBlock& block, const EVP_CIPHER_INFO& info) {
    if (was_wrong_password())
        throw_wrong_password();
    const EvpCipherPtr cipher(EVP_CIPHER_fetch(nullptr, EVP_CIPHER_get0_name(info.cipher), nullptr));
    clear_errors();
    if (cipher == nullptr || !offers_digest(TRADITIONAL_DIGEST))
        throw encryption_not_offered(describe_encryption(block).value());
    const std::array<unsigned char, EVP_MAX_KEY_LENGTH> key{};
    const EvpCipherCtxPtr context(check(EVP_CIPHER_CTX_new(), "setting a cipher up"));
    const bool starts = EVP_DecryptInit_ex(context.get(), info.cipher, nullptr, key.data(), info.iv) == 1;
    clear_errors();
    if (starts)
        fail("decrypting a key");
    throw Error(ErrorCode::bad_file, "the encryption parameters cannot be used");
}

void require_bearable_rounds(const X509_ALGOR* algorithm) {
    const long rounds = key_derivation_rounds(algorithm);
    if (rounds < 0 || rounds > MAX_KEY_DERIVATION_ROUNDS)
        throw Error(ErrorCode::unsupported,
                    fmt::format("a key derivation of more than {} rounds", MAX_KEY_DERIVATION_ROUNDS));
}

}  // namespace

void throw_wrong_password() {
    throw Error(ErrorCode::wrong_password, "the password does not open this key")
        .hint("give the password that made it (-p, --password-file, --password-env or --ask-password)");
}

int copy_password(char* buffer, int size, int, void* user) {
    const auto* password = static_cast<const SecretBytes*>(user);
    if (password == nullptr || password->size() > static_cast<std::size_t>(size))
        return -1;
    std::copy(password->bytes().begin(), password->bytes().end(), buffer);
    return static_cast<int>(password->size());
}

SecretBytes decrypt_pkcs8(const PemBlock& block, const SecretBytes* password) {
    const X509SigPtr encrypted = decode_encrypted(block);
    if (password == nullptr)
        throw_needs_password();
    const X509_ALGOR* algorithm = nullptr;
    X509_SIG_get0(encrypted.get(), &algorithm, nullptr);
    require_bearable_rounds(algorithm);
    const auto decrypt = [&] {
        return Pkcs8Ptr(
            PKCS8_decrypt(encrypted.get(), password->text().data(), static_cast<int>(password->size())));
    };
    Pkcs8Ptr info = decrypt();
    // When memory runs out, OpenSSL may say what it says of a wrong password; that one is wrong again.
    if (info == nullptr) {
        clear_errors();
        info = decrypt();
    }
    if (info == nullptr)
        throw_undecryptable(block, algorithm);
    return to_der([&](unsigned char** out) { return i2d_PKCS8_PRIV_KEY_INFO(info.get(), out); },
                  "unwrapping a key");
}

SecretBytes decrypt_traditional(const PemBlock& block, const SecretBytes* password) {
    EVP_CIPHER_INFO info = cipher_of(block);
    if (info.cipher == nullptr)
        return block.content.clone();
    if (password == nullptr)
        throw_needs_password();
    SecretBytes content;
    const auto decrypt = [&] {
        content = block.content.clone();
        long length = static_cast<long>(content.size());
        if (PEM_do_header(&info, content.bytes().data(), &length, copy_password,
                          const_cast<SecretBytes*>(password)) != 1)
            return false;
        content.truncate(static_cast<std::size_t>(length));
        return true;
    };
    if (decrypt())
        return content;
    clear_errors();  // as above
    if (!decrypt())
        throw_undecryptable(block, info);
    return content;
}

}  // namespace keygen::crypto

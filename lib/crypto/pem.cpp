#include "crypto/pem.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/proverr.h>

#include <algorithm>
#include <new>

#include "crypto/der.hpp"
#include "crypto/failure.hpp"
#include "crypto/text_bio.hpp"

namespace keygen::crypto {

namespace {

constexpr std::string_view BEGIN_MARK = "-----BEGIN ";

SecretBytes content_of(BIO* bio) {
    char* data = nullptr;
    const long length = BIO_get_mem_data(bio, &data);
    return SecretBytes(std::string_view(data, static_cast<std::size_t>(length)));
}

int copy_password(char* buffer, int size, int, void* user) {
    const auto* password = static_cast<const SecretBytes*>(user);
    if (password == nullptr || password->size() > static_cast<std::size_t>(size))
        return -1;
    std::copy(password->bytes().begin(), password->bytes().end(), buffer);
    return static_cast<int>(password->size());
}

[[noreturn]] void throw_needs_password() {
    throw Error(ErrorCode::wrong_password, "the key is encrypted and no password was given")
        .hint("give the password that made it (-p, --password-file, --password-env or --ask-password)");
}

[[noreturn]] void throw_wrong_password() {
    throw Error(ErrorCode::wrong_password, "the password does not open this key")
        .hint("give the password that made it (-p, --password-file, --password-env or --ask-password)");
}

// OpenSSL's queue tells a cipher that is missing from a password that is wrong. Each of its libraries numbers
// its reasons for itself.
bool is_about_missing_cipher(unsigned long code) {
    const int reason = ERR_GET_REASON(code);
    switch (ERR_GET_LIB(code)) {
        case ERR_LIB_EVP:
            return reason == ERR_R_UNSUPPORTED || reason == EVP_R_UNSUPPORTED_CIPHER ||
                   reason == EVP_R_UNSUPPORTED_ALGORITHM || reason == EVP_R_UNKNOWN_PBE_ALGORITHM ||
                   reason == EVP_R_UNKNOWN_CIPHER || reason == EVP_R_UNSUPPORTED_KEY_DERIVATION_FUNCTION ||
                   reason == EVP_R_UNSUPPORTED_PRF || reason == EVP_R_UNSUPPORTED_SALT_TYPE;
        case ERR_LIB_PEM:
            return reason == PEM_R_UNSUPPORTED_ENCRYPTION;
        default:
            return reason == ERR_R_UNSUPPORTED;
    }
}

// The padding, or what it padded, is not what an encryption with this password would have left.
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

bool is_about_bad_parameters(unsigned long code) {
    const int reason = ERR_GET_REASON(code);
    return ERR_GET_LIB(code) == ERR_LIB_EVP &&
           (reason == EVP_R_DECODE_ERROR || reason == EVP_R_NO_CIPHER_SET ||
            reason == EVP_R_CIPHER_PARAMETER_ERROR);
}

[[noreturn]] void throw_undecryptable() {
    bool is_unsupported = false;
    bool has_bad_parameters = false;
    bool is_wrong_password = false;
    bool out_of_memory = false;
    while (const unsigned long code = ERR_get_error()) {
        is_unsupported |= is_about_missing_cipher(code);
        is_wrong_password |= is_about_wrong_password(code);
        has_bad_parameters |= is_about_bad_parameters(code);
        out_of_memory |= ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE;
    }
    if (out_of_memory)
        throw std::bad_alloc();
    if (is_unsupported)
        throw Error(ErrorCode::unsupported,
                    "encrypted with a cipher that this build of OpenSSL does not offer");
    if (has_bad_parameters)
        throw Error(ErrorCode::bad_file, "the encryption parameters cannot be used");
    // OpenSSL does not always say when memory ran out; that must not read as a wrong password.
    if (!is_wrong_password)
        fail("decrypting a key");
    throw_wrong_password();
}

// OpenSSL would compute for hours where a hostile file says so; real files have at most some 1000000 rounds.
constexpr long MAX_KEY_DERIVATION_ROUNDS = 10000000;

long key_derivation_rounds(const X509_ALGOR* algorithm) {
    const auto unpack = [](const ASN1_ITEM* item, const ASN1_TYPE* parameter) {
        void* value = ASN1_TYPE_unpack_sequence(item, parameter);
        clear_errors();
        return value;
    };
    const ASN1_TYPE* parameter = algorithm->parameter;
    if (OBJ_obj2nid(algorithm->algorithm) != NID_pbes2) {
        const std::unique_ptr<PBEPARAM, Free<PBEPARAM_free>> pbe1(
            static_cast<PBEPARAM*>(unpack(ASN1_ITEM_rptr(PBEPARAM), parameter)));
        return pbe1 == nullptr || pbe1->iter == nullptr ? 0 : ASN1_INTEGER_get(pbe1->iter);
    }
    const std::unique_ptr<PBE2PARAM, Free<PBE2PARAM_free>> pbe2(
        static_cast<PBE2PARAM*>(unpack(ASN1_ITEM_rptr(PBE2PARAM), parameter)));
    if (pbe2 == nullptr || OBJ_obj2nid(pbe2->keyfunc->algorithm) != NID_id_pbkdf2)
        return 0;
    const std::unique_ptr<PBKDF2PARAM, Free<PBKDF2PARAM_free>> kdf(
        static_cast<PBKDF2PARAM*>(unpack(ASN1_ITEM_rptr(PBKDF2PARAM), pbe2->keyfunc->parameter)));
    return kdf == nullptr ? 0 : ASN1_INTEGER_get(kdf->iter);
}

void require_bearable_rounds(const X509_SIG* encrypted) {
    const X509_ALGOR* algorithm = nullptr;
    X509_SIG_get0(encrypted, &algorithm, nullptr);
    const long rounds = key_derivation_rounds(algorithm);
    clear_errors();
    if (rounds < 0 || rounds > MAX_KEY_DERIVATION_ROUNDS)
        throw Error(ErrorCode::unsupported,
                    fmt::format("a key derivation of more than {} rounds", MAX_KEY_DERIVATION_ROUNDS));
}

SecretBytes decrypt_pkcs8(const PemBlock& block, const SecretBytes* password) {
    const auto content = block.content.bytes();
    const unsigned char* position = content.data();
    const X509SigPtr encrypted(d2i_X509_SIG(nullptr, &position, static_cast<long>(content.size())));
    if (encrypted == nullptr)
        clear_decode_errors("decoding a key");
    if (encrypted == nullptr || position != content.data() + content.size())
        throw Error(ErrorCode::bad_file, "the content is not an encrypted private key (PKCS#8)");
    if (password == nullptr)
        throw_needs_password();
    require_bearable_rounds(encrypted.get());
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
        throw_undecryptable();
    return to_der([&](unsigned char** out) { return i2d_PKCS8_PRIV_KEY_INFO(info.get(), out); },
                  "unwrapping a key");
}

EVP_CIPHER_INFO cipher_of(const PemBlock& block) {
    EVP_CIPHER_INFO info{};
    std::string header = block.header;
    if (PEM_get_EVP_CIPHER_INFO(header.data(), &info) != 1) {
        const bool unknown_cipher = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_UNSUPPORTED_ENCRYPTION;
        clear_errors();
        if (unknown_cipher)
            throw Error(ErrorCode::unsupported,
                        "encrypted with a cipher that this build of OpenSSL does not offer");
        throw Error(ErrorCode::bad_file, "the encryption header (Proc-Type, DEK-Info) cannot be read");
    }
    return info;
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
        throw_undecryptable();
    return content;
}

// A wrong password gets past the padding once in 256 times; what comes out then is no key.
template <typename Decode>
KeyNumbers decode_decrypted(bool was_encrypted, Decode decode) {
    try {
        return decode();
    } catch (const Error& error) {
        if (was_encrypted && error.code() == ErrorCode::bad_file)
            throw_wrong_password();
        throw;
    }
}

Encryption describe_pkcs8(const PemBlock& block) {
    const auto content = block.content.bytes();
    const unsigned char* position = content.data();
    const X509SigPtr encrypted(d2i_X509_SIG(nullptr, &position, static_cast<long>(content.size())));
    if (encrypted == nullptr) {
        clear_decode_errors("decoding a key");
        throw Error(ErrorCode::bad_file, "the content is not an encrypted private key (PKCS#8)");
    }
    const X509_ALGOR* algorithm = nullptr;
    X509_SIG_get0(encrypted.get(), &algorithm, nullptr);
    const ASN1_OBJECT* object = nullptr;
    int type = 0;
    const void* value = nullptr;
    X509_ALGOR_get0(&object, &type, &value, algorithm);

    Encryption result{"PKCS#8", OBJ_nid2sn(OBJ_obj2nid(object)), "PBES1", 0};
    if (OBJ_obj2nid(object) != NID_pbes2 || type != V_ASN1_SEQUENCE) {
        result.iterations = key_derivation_rounds(algorithm);
        return result;
    }
    const std::unique_ptr<PBE2PARAM, Free<PBE2PARAM_free>> pbe2(
        static_cast<PBE2PARAM*>(ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBE2PARAM), algorithm->parameter)));
    if (pbe2 == nullptr) {
        clear_errors();
        throw Error(ErrorCode::bad_file, "the encryption parameters (PBES2) cannot be read");
    }
    result.cipher = OBJ_nid2sn(OBJ_obj2nid(pbe2->encryption->algorithm));
    result.key_derivation = OBJ_nid2sn(OBJ_obj2nid(pbe2->keyfunc->algorithm));
    if (OBJ_obj2nid(pbe2->keyfunc->algorithm) != NID_id_pbkdf2)
        return result;
    const std::unique_ptr<PBKDF2PARAM, Free<PBKDF2PARAM_free>> kdf(static_cast<PBKDF2PARAM*>(
        ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBKDF2PARAM), pbe2->keyfunc->parameter)));
    if (kdf == nullptr) {
        clear_errors();
        throw Error(ErrorCode::bad_file, "the key derivation parameters (PBKDF2) cannot be read");
    }
    result.iterations = ASN1_INTEGER_get(kdf->iter);
    const int prf = kdf->prf == nullptr ? NID_hmacWithSHA1 : OBJ_obj2nid(kdf->prf->algorithm);
    std::string digest = OBJ_nid2ln(prf);
    if (digest.starts_with("hmacWith"))
        digest = "HMAC-" + digest.substr(8);
    result.key_derivation = "PBKDF2-" + digest;
    return result;
}

// Reads up to the end or the first damage; OpenSSL's queue says which of both, or nothing.
std::vector<PemBlock> read_blocks(std::string_view text) {
    std::vector<PemBlock> blocks;
    const BioPtr bio = read_only_bio(text);
    for (;;) {
        char* label = nullptr;
        char* header = nullptr;
        unsigned char* data = nullptr;
        long length = 0;
        if (PEM_read_bio(bio.get(), &label, &header, &data, &length) != 1)
            break;
        const auto size = static_cast<std::size_t>(length);
        const auto free_text = [](char* characters) { OPENSSL_free(characters); };
        const auto free_data = [size](unsigned char* bytes) { OPENSSL_clear_free(bytes, size); };
        const std::unique_ptr<char, decltype(free_text)> owned_label(label, free_text);
        const std::unique_ptr<char, decltype(free_text)> owned_header(header, free_text);
        const std::unique_ptr<unsigned char, decltype(free_data)> owned_data(data, free_data);
        blocks.push_back({label, header, SecretBytes(std::span(data, size))});
    }
    return blocks;
}

}  // namespace

std::vector<PemBlock> parse_pem(std::string_view text) {
    ERR_clear_error();  // what waits there from before is not about this file
    std::vector<PemBlock> blocks = read_blocks(text);
    // Some damages OpenSSL refuses without a reason, and so it does when memory runs out: damage happens
    // again.
    if (ERR_peek_error() == 0)
        blocks = read_blocks(text);
    const bool reached_the_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    clear_errors();
    if (!reached_the_end)
        throw Error(ErrorCode::bad_file, "truncated or damaged PEM");
    if (blocks.empty()) {
        if (text.find(BEGIN_MARK) != std::string_view::npos)
            throw Error(ErrorCode::bad_file, "truncated or damaged PEM");
        throw Error(ErrorCode::bad_file, "no PEM block (\"-----BEGIN ...\")");
    }
    return blocks;
}

bool is_private_key(const PemBlock& block) {
    return block.label.ends_with("PRIVATE KEY");
}

std::optional<Encryption> describe_encryption(const PemBlock& block) {
    if (block.label == PEM_STRING_PKCS8)
        return describe_pkcs8(block);
    const EVP_CIPHER_INFO info = cipher_of(block);
    if (info.cipher == nullptr)
        return std::nullopt;
    return Encryption{"traditional PEM", OBJ_nid2sn(EVP_CIPHER_get_nid(info.cipher)), "MD5", 1};
}

std::optional<std::string> foreign_algorithm(const PemBlock& block) {
    if (block.label != PEM_STRING_PKCS8INF)
        return std::nullopt;
    const unsigned char* position = block.content.bytes().data();
    const Pkcs8Ptr info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &position, static_cast<long>(block.content.size())));
    if (info == nullptr) {
        clear_decode_errors("decoding a key");
        return std::nullopt;
    }
    const ASN1_OBJECT* object = nullptr;
    check(PKCS8_pkey_get0(&object, nullptr, nullptr, nullptr, info.get()), "unwrapping a key");
    const int algorithm = OBJ_obj2nid(object);
    // The MV authority's own identifier has no number in OpenSSL.
    if (algorithm == NID_undef || algorithm == NID_rsaEncryption || algorithm == NID_dsa)
        return std::nullopt;
    return OBJ_nid2sn(algorithm);
}

KeyNumbers decode_key(const PemBlock& block, const SecretBytes* password) {
    if (block.label == PEM_STRING_PKCS8) {
        // What a wrong password makes of PKCS#8 is no PKCS#8, so an error from here on is about the key.
        return decode_pkcs8(decrypt_pkcs8(block, password).bytes());
    }
    if (block.label == PEM_STRING_PKCS8INF)
        return decode_pkcs8(block.content.bytes());
    if (block.label != PEM_STRING_DSA && block.label != PEM_STRING_RSA)
        throw Error(ErrorCode::bad_file,
                    fmt::format("a PEM block \"{}\" is no RSA or DSA private key", escaped(block.label)));
    const SecretBytes der = decrypt_traditional(block, password);
    const bool was_encrypted = !block.header.empty();
    return decode_decrypted(was_encrypted, [&]() -> KeyNumbers {
        if (block.label == PEM_STRING_DSA)
            return decode_dsa(der.bytes());
        return decode_rsa(der.bytes());
    });
}

SecretBytes format_pkcs8(const KeyNumbers& numbers, const SecretBytes* password, const std::string& cipher,
                         int iterations) {
    const SecretBytes der = encode_pkcs8(numbers);
    const unsigned char* position = der.bytes().data();
    const Pkcs8Ptr info(
        check(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &position, static_cast<long>(der.size())), "wrapping a key"));
    const BioPtr bio(check(BIO_new(BIO_s_secmem()), "writing PEM"));
    if (password == nullptr) {
        check(PEM_write_bio_PKCS8_PRIV_KEY_INFO(bio.get(), info.get()), "writing PEM");
        return content_of(bio.get());
    }
    require_usable_password(*password);
    // A null salt makes OpenSSL draw one; -1 selects PBES2, whose default function is HMAC-SHA-256 since
    // OpenSSL 1.1.
    const X509SigPtr encrypted(
        check(PKCS8_encrypt(-1, check(EVP_get_cipherbyname(cipher.c_str()), "finding the cipher"),
                            password->text().data(), static_cast<int>(password->size()), nullptr, 0,
                            iterations, info.get()),
              "encrypting a key"));
    check(PEM_write_bio_PKCS8(bio.get(), encrypted.get()), "writing PEM");
    return content_of(bio.get());
}

SecretBytes format_traditional(const DsaNumbers& numbers, const SecretBytes* password,
                               const std::string& cipher) {
    const SecretBytes der = encode(numbers);
    const BioPtr bio(check(BIO_new(BIO_s_secmem()), "writing PEM"));
    if (password == nullptr) {
        if (PEM_write_bio(bio.get(), PEM_STRING_DSA, "", der.bytes().data(), static_cast<long>(der.size())) <=
            0)
            fail("writing PEM");
        return content_of(bio.get());
    }
    require_usable_password(*password);
    const auto copy_der = [](const void* from, unsigned char** to) {
        const auto* bytes = static_cast<const SecretBytes*>(from);
        if (to != nullptr)
            *to = std::copy(bytes->bytes().begin(), bytes->bytes().end(), *to);
        return static_cast<int>(bytes->size());
    };
    check(PEM_ASN1_write_bio(copy_der, PEM_STRING_DSA, bio.get(), &der,
                             check(EVP_get_cipherbyname(cipher.c_str()), "finding the cipher"), nullptr, 0,
                             copy_password, const_cast<SecretBytes*>(password)),
          "encrypting a key");
    return content_of(bio.get());
}

void require_usable_password(const SecretBytes& password) {
    if (password.empty())
        throw Error(ErrorCode::bad_request, "an empty password protects nothing");
    if (password.size() > MAX_PASSWORD_BYTES)
        throw Error(ErrorCode::bad_request, fmt::format("a password of {} bytes; ntpd reads at most {}",
                                                        password.size(), MAX_PASSWORD_BYTES));
}

}  // namespace keygen::crypto

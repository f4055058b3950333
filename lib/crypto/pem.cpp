#include "crypto/pem.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>

#include "crypto/decryption.hpp"
#include "crypto/der.hpp"
#include "crypto/derived_key.hpp"
#include "crypto/encryption.hpp"
#include "crypto/failure.hpp"
#include "crypto/pkcs8.hpp"
#include "crypto/policy.hpp"
#include "crypto/text_bio.hpp"

namespace keygen::crypto {

namespace {

constexpr std::string_view BEGIN_MARK = "-----BEGIN ";

SecretBytes content_of(BIO* bio) {
    char* data = nullptr;
    const long length = BIO_get_mem_data(bio, &data);
    return SecretBytes(std::string_view(data, static_cast<std::size_t>(length)));
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
    if (password != nullptr)
        return format_pkcs8(numbers, DerivedKey(*password, cipher, iterations));
    const SecretBytes der = encode_pkcs8(numbers);
    const unsigned char* position = der.bytes().data();
    const Pkcs8Ptr info(
        check(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &position, static_cast<long>(der.size())), "wrapping a key"));
    const BioPtr bio(check(BIO_new(BIO_s_secmem()), "writing PEM"));
    check(PEM_write_bio_PKCS8_PRIV_KEY_INFO(bio.get(), info.get()), "writing PEM");
    return content_of(bio.get());
}

SecretBytes format_pkcs8(const KeyNumbers& numbers, const DerivedKey& key) {
    const X509SigPtr encrypted = key.encrypt(encode_pkcs8(numbers));
    const BioPtr bio(check(BIO_new(BIO_s_secmem()), "writing PEM"));
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
    require_traditional_encryption();
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

void require_traditional_encryption() {
    if (!offers_digest(TRADITIONAL_DIGEST))
        throw Error(ErrorCode::unsupported, fmt::format("{} {}, with which MV keys are encrypted for ntpd",
                                                        reason_for_lack(), TRADITIONAL_DIGEST))
            .hint("IFF (keygen -I) and GQ (keygen -G) do without it");
}

void require_usable_password(const SecretBytes& password) {
    if (password.empty())
        throw Error(ErrorCode::bad_request, "an empty password protects nothing");
    if (password.size() > MAX_PASSWORD_BYTES)
        throw Error(ErrorCode::bad_request, fmt::format("a password of {} bytes; ntpd reads at most {}",
                                                        password.size(), MAX_PASSWORD_BYTES));
}

}  // namespace keygen::crypto

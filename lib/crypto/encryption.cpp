#include "crypto/encryption.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "crypto/failure.hpp"
#include "crypto/policy.hpp"

namespace keygen::crypto {

namespace {

using Pbe2Ptr = std::unique_ptr<PBE2PARAM, Free<PBE2PARAM_free>>;
using Pbkdf2Ptr = std::unique_ptr<PBKDF2PARAM, Free<PBKDF2PARAM_free>>;
using PbePtr = std::unique_ptr<PBEPARAM, Free<PBEPARAM_free>>;

// Null, and no error left, when the parameter is none of that type.
template <typename Pointer>
Pointer unpack(const ASN1_ITEM* item, const X509_ALGOR* algorithm) {
    Pointer value(
        static_cast<typename Pointer::pointer>(ASN1_TYPE_unpack_sequence(item, algorithm->parameter)));
    clear_errors();
    return value;
}

int nid_of(const X509_ALGOR* algorithm) {
    return OBJ_obj2nid(algorithm->algorithm);
}

Pbe2Ptr pbes2_of(const X509_ALGOR* algorithm) {
    return nid_of(algorithm) == NID_pbes2 ? unpack<Pbe2Ptr>(ASN1_ITEM_rptr(PBE2PARAM), algorithm) : nullptr;
}

Pbkdf2Ptr pbkdf2_of(const PBE2PARAM& pbes2) {
    return nid_of(pbes2.keyfunc) == NID_id_pbkdf2
               ? unpack<Pbkdf2Ptr>(ASN1_ITEM_rptr(PBKDF2PARAM), pbes2.keyfunc)
               : nullptr;
}

// RFC 8018, A.2: SHA-1 where none is named.
int prf_of(const PBKDF2PARAM& pbkdf2) {
    return pbkdf2.prf == nullptr ? NID_hmacWithSHA1 : nid_of(pbkdf2.prf);
}

std::string name_of_prf(int nid) {
    constexpr std::string_view PREFIX = "hmacWith";
    const std::string name = OBJ_nid2ln(nid);
    return name.starts_with(PREFIX) ? "PBKDF2-HMAC-" + name.substr(PREFIX.size()) : "PBKDF2-" + name;
}

Encryption describe_pkcs8(const PemBlock& block) {
    const X509SigPtr encrypted = decode_encrypted(block);
    const X509_ALGOR* algorithm = nullptr;
    X509_SIG_get0(encrypted.get(), &algorithm, nullptr);
    const int type = algorithm->parameter == nullptr ? V_ASN1_UNDEF : ASN1_TYPE_get(algorithm->parameter);
    if (nid_of(algorithm) != NID_pbes2 || type != V_ASN1_SEQUENCE)
        return {"PKCS#8", OBJ_nid2sn(nid_of(algorithm)), "PBES1", key_derivation_rounds(algorithm)};
    const Pbe2Ptr pbes2 = pbes2_of(algorithm);
    if (pbes2 == nullptr)
        throw Error(ErrorCode::bad_file, "the encryption parameters (PBES2) cannot be read");
    Encryption result{"PKCS#8", OBJ_nid2sn(nid_of(pbes2->encryption)), OBJ_nid2sn(nid_of(pbes2->keyfunc)), 0};
    if (nid_of(pbes2->keyfunc) != NID_id_pbkdf2)
        return result;
    const Pbkdf2Ptr pbkdf2 = pbkdf2_of(*pbes2);
    if (pbkdf2 == nullptr)
        throw Error(ErrorCode::bad_file, "the key derivation parameters (PBKDF2) cannot be read");
    result.key_derivation = name_of_prf(prf_of(*pbkdf2));
    result.iterations = ASN1_INTEGER_get(pbkdf2->iter);
    return result;
}

bool is_offered(const std::string& cipher) {
    const EvpCipherPtr fetched(EVP_CIPHER_fetch(nullptr, cipher.c_str(), nullptr));
    clear_errors();
    return fetched != nullptr;
}

}  // namespace

X509SigPtr decode_encrypted(const PemBlock& block) {
    const auto content = block.content.bytes();
    const unsigned char* position = content.data();
    X509SigPtr encrypted(d2i_X509_SIG(nullptr, &position, static_cast<long>(content.size())));
    if (encrypted == nullptr)
        clear_decode_errors("decoding a key");
    if (encrypted == nullptr || position != content.data() + content.size())
        throw Error(ErrorCode::bad_file, "the content is not an encrypted private key (PKCS#8)");
    return encrypted;
}

long key_derivation_rounds(const X509_ALGOR* algorithm) {
    if (nid_of(algorithm) != NID_pbes2) {
        const auto pbes1 = unpack<PbePtr>(ASN1_ITEM_rptr(PBEPARAM), algorithm);
        return pbes1 == nullptr || pbes1->iter == nullptr ? 0 : ASN1_INTEGER_get(pbes1->iter);
    }
    const Pbe2Ptr pbes2 = pbes2_of(algorithm);
    const Pbkdf2Ptr pbkdf2 = pbes2 == nullptr ? nullptr : pbkdf2_of(*pbes2);
    return pbkdf2 == nullptr ? 0 : ASN1_INTEGER_get(pbkdf2->iter);
}

std::unique_ptr<X509_ALGOR, Free<X509_ALGOR_free>> usual_parameters(const X509_ALGOR* like) {
    constexpr int ROUNDS = 2048;
    constexpr int SALT_BYTES = 16;
    std::unique_ptr<X509_ALGOR, Free<X509_ALGOR_free>> result;
    const Pbe2Ptr pbes2 = pbes2_of(like);
    if (nid_of(like) != NID_pbes2) {
        result.reset(PKCS5_pbe_set(nid_of(like), ROUNDS, nullptr, 0));
    } else if (pbes2 == nullptr) {
        result.reset(PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), ROUNDS, nullptr, SALT_BYTES, nullptr, -1));
    } else {
        const EVP_CIPHER* cipher = EVP_get_cipherbynid(nid_of(pbes2->encryption));
        const Pbkdf2Ptr pbkdf2 = pbkdf2_of(*pbes2);
        const int prf = pbkdf2 == nullptr ? NID_hmacWithSHA256 : prf_of(*pbkdf2);
        const int derivation = nid_of(pbes2->keyfunc);
        if (cipher != nullptr && EVP_PBE_find(EVP_PBE_TYPE_KDF, derivation, nullptr, nullptr, nullptr) == 1)
            result.reset(PKCS5_pbe2_set_iv(cipher, ROUNDS, nullptr, SALT_BYTES, nullptr, prf));
    }
    clear_errors();
    return result;
}

EVP_CIPHER_INFO cipher_of(const PemBlock& block) {
    EVP_CIPHER_INFO info{};
    std::string header = block.header;
    if (PEM_get_EVP_CIPHER_INFO(header.data(), &info) == 1)
        return info;
    const bool is_unknown = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_UNSUPPORTED_ENCRYPTION;
    clear_errors();
    if (is_unknown)
        throw Error(ErrorCode::unsupported,
                    fmt::format("encrypted with a cipher that {}", reason_for_lack()));
    throw Error(ErrorCode::bad_file, "the encryption header (Proc-Type, DEK-Info) cannot be read");
}

std::optional<Encryption> describe_encryption(const PemBlock& block) {
    if (block.label == PEM_STRING_PKCS8)
        return describe_pkcs8(block);
    const EVP_CIPHER_INFO info = cipher_of(block);
    if (info.cipher == nullptr)
        return std::nullopt;
    return Encryption{"traditional PEM", OBJ_nid2sn(EVP_CIPHER_get_nid(info.cipher)), TRADITIONAL_DIGEST, 1};
}

Error encryption_not_offered(const Encryption& encryption) {
    const std::string& name = is_offered(encryption.cipher) ? encryption.key_derivation : encryption.cipher;
    return {ErrorCode::unsupported, fmt::format("encrypted with {}, which {}", name, reason_for_lack())};
}

}  // namespace keygen::crypto

// The library's calls into OpenSSL. All of these return 0 or null when they fail. The linker leads each CALL
// here
// (--wrap, from CMakeLists.txt, which reads the names off the lines below).
#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/dsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "faults.hpp"
#include "signature.hpp"

// clang-format off
#define P(name, i) PARAMETER(name, i)
#define WRAPPED(name, parameters, ...) \
    extern "C" RESULT(name) __real_##name parameters; \
    extern "C" RESULT(name) __wrap_##name parameters; \
    extern "C" RESULT(name) __wrap_##name parameters { \
        if (faults::is_to_fail(faults::Kind::openssl_call, #name)) \
            return RESULT(name)(); \
        return __real_##name(__VA_ARGS__); \
    }
#define CALL0(n) WRAPPED(n, (), )
#define CALL1(n) WRAPPED(n, (P(n, 0) a), a)
#define CALL2(n) WRAPPED(n, (P(n, 0) a, P(n, 1) b), a, b)
#define CALL3(n) WRAPPED(n, (P(n, 0) a, P(n, 1) b, P(n, 2) c), a, b, c)
#define CALL4(n) WRAPPED(n, (P(n, 0) a, P(n, 1) b, P(n, 2) c, P(n, 3) d), a, b, c, d)
#define CALL5(n) WRAPPED(n, (P(n, 0) a, P(n, 1) b, P(n, 2) c, P(n, 3) d, P(n, 4) e), a, b, c, d, e)
#define CALL6(n) WRAPPED(n, (P(n, 0) a, P(n, 1) b, P(n, 2) c, P(n, 3) d, P(n, 4) e, P(n, 5) f), a, b, c, d, e, f)
#define CALL7(n) WRAPPED(n, (P(n, 0) a, P(n, 1) b, P(n, 2) c, P(n, 3) d, P(n, 4) e, P(n, 5) f, P(n, 6) g), \
                         a, b, c, d, e, f, g)
#define CALL9(n) WRAPPED(n, (P(n, 0) a, P(n, 1) b, P(n, 2) c, P(n, 3) d, P(n, 4) e, P(n, 5) f, P(n, 6) g, P(n, 7) h, \
                             P(n, 8) i), a, b, c, d, e, f, g, h, i)
#define CALL11(n) WRAPPED(n, (P(n, 0) a, P(n, 1) b, P(n, 2) c, P(n, 3) d, P(n, 4) e, P(n, 5) f, P(n, 6) g, P(n, 7) h, \
                              P(n, 8) i, P(n, 9) j, P(n, 10) k), a, b, c, d, e, f, g, h, i, j, k)

CALL0(ASN1_INTEGER_new)
CALL0(ASN1_OCTET_STRING_new)
CALL0(ASN1_STRING_new)
CALL0(ASN1_UTF8STRING_new)
CALL0(BN_CTX_new)
CALL0(BN_new)
CALL0(EVP_CIPHER_CTX_new)
CALL0(EVP_MD_CTX_new)
CALL0(PKCS8_PRIV_KEY_INFO_new)
CALL0(X509_NAME_ENTRY_new)
CALL0(X509_NAME_new)
CALL0(X509_SIG_new)
CALL0(X509_new)
CALL1(ASN1_item_new)
CALL1(BIO_new)
CALL1(BN_bn2dec)
CALL1(BN_bn2hex)
CALL1(BN_dup)
CALL1(EVP_PKEY_check)
CALL1(EVP_PKEY_fromdata_init)
CALL1(EVP_PKEY_keygen_init)
CALL1(EVP_PKEY_paramgen_init)
CALL1(EVP_get_cipherbyname)
CALL1(OBJ_dup)
CALL2(ASN1_INTEGER_set_uint64)
CALL2(ASN1_INTEGER_to_BN)
CALL2(ASN1_TIME_set_string_X509)
CALL2(ASN1_TIME_to_tm)
CALL2(ASN1_TYPE_unpack_sequence)
CALL2(BIO_new_mem_buf)
CALL2(BN_copy)
CALL2(BN_mul_word)
CALL2(BN_set_bit)
CALL2(BN_set_word)
CALL2(BN_to_ASN1_INTEGER)
CALL2(EVP_PKEY_CTX_set_dsa_paramgen_bits)
CALL2(EVP_PKEY_CTX_set_dsa_paramgen_q_bits)
CALL2(EVP_PKEY_CTX_set_rsa_keygen_bits)
CALL2(EVP_PKEY_generate)
CALL2(EVP_PKEY_keygen)
CALL2(EVP_PKEY_paramgen)
CALL2(EVP_PKEY_get_params)
CALL2(OPENSSL_sk_push)
CALL2(PEM_write_bio_PKCS8)
CALL2(PEM_write_bio_PKCS8_PRIV_KEY_INFO)
CALL2(PEM_write_bio_X509)
CALL2(X509_ALGOR_copy)
CALL2(X509_NAME_ENTRY_set_object)
CALL2(X509_set_issuer_name)
CALL2(X509_set_pubkey)
CALL2(X509_set_subject_name)
CALL2(X509_set_version)
CALL2(X509_verify)
CALL2(i2d_ASN1_INTEGER)
CALL2(i2d_PKCS8_PRIV_KEY_INFO)
CALL2(i2d_PUBKEY)
CALL2(i2d_X509_ALGOR)
CALL3(ASN1_OCTET_STRING_set)
CALL3(ASN1_STRING_set)
CALL3(ASN1_item_i2d)
CALL3(BN_add)
CALL3(BN_bin2bn)
CALL3(BN_bn2nativepad)
CALL3(BN_lshift)
CALL3(BN_native2bn)
CALL3(BN_rshift)
CALL3(BN_sub)
CALL3(EVP_CIPHER_fetch)
CALL3(EVP_CipherFinal_ex)
CALL3(EVP_MD_fetch)
CALL3(EVP_PKEY_CTX_new_from_name)
CALL3(EVP_PKEY_CTX_new_from_pkey)
CALL3(PKCS8_decrypt)
CALL3(X509_add_ext)
CALL3(d2i_ASN1_INTEGER)
CALL3(d2i_ASN1_OBJECT)
CALL3(d2i_PKCS8_PRIV_KEY_INFO)
CALL3(d2i_X509_SIG)
CALL4(ASN1_item_d2i)
CALL4(BN_gcd)
CALL4(BN_mod_inverse)
CALL4(BN_mul)
CALL4(BN_nnmod)
CALL4(CRYPTO_memdup)
CALL4(EVP_PKEY_fromdata)
CALL4(PEM_read_bio_X509)
CALL4(X509V3_EXT_conf_nid)
CALL4(X509_NAME_ENTRY_set_data)
CALL4(X509_NAME_add_entry)
CALL4(X509_digest)
CALL5(BN_div)
CALL5(BN_mod_add)
CALL5(BN_mod_mul)
CALL5(BN_mod_sub)
CALL5(EVP_CipherUpdate)
CALL5(EVP_DigestSign)
CALL5(EVP_DigestVerify)
CALL5(PEM_do_header)
CALL5(PEM_read_bio)
CALL5(PEM_write_bio)
CALL5(PKCS8_pkey_get0)
CALL5(X509_add1_ext_i2d)
CALL6(BN_mod_exp_mont_consttime)
CALL6(EVP_CipherInit_ex)
CALL6(EVP_Digest)
CALL7(EVP_DigestSignInit_ex)
CALL7(EVP_DigestVerifyInit_ex)
CALL7(PKCS8_pkey_set0)
CALL9(PEM_ASN1_write_bio)
CALL11(BN_mod_exp_mont_consttime_x2)
// clang-format on

extern "C" RESULT(RAND_priv_bytes) __real_RAND_priv_bytes(unsigned char* bytes, int size);
extern "C" RESULT(RAND_priv_bytes) __wrap_RAND_priv_bytes(unsigned char* bytes, int size) {
    return faults::is_to_fail(faults::Kind::random, "RAND_priv_bytes") ? 0
                                                                       : __real_RAND_priv_bytes(bytes, size);
}

// Where memory runs out in here, OpenSSL 3.0 frees a part of the certificate that it never allocated by
// itself (ASN1_item_sign_ctx decodes into an embedded X509_ALGOR): nothing that a caller could prevent.
extern "C" int __real_X509_sign(X509* certificate, EVP_PKEY* key, const EVP_MD* digest);
extern "C" int __wrap_X509_sign(X509* certificate, EVP_PKEY* key, const EVP_MD* digest);
extern "C" int __wrap_X509_sign(X509* certificate, EVP_PKEY* key, const EVP_MD* digest) {
    if (faults::is_to_fail(faults::Kind::openssl_call, "X509_sign"))
        return 0;
    const faults::Sparing sparing(faults::Kind::openssl_allocation);
    return __real_X509_sign(certificate, key, digest);
}

// One round of key derivation is enough here: thousands of runs encrypt their keys.
extern "C" X509_ALGOR* __real_PKCS5_pbe2_set_iv(const EVP_CIPHER* cipher, int rounds, unsigned char* salt,
                                                int salt_length, unsigned char* iv, int prf);
extern "C" X509_ALGOR* __wrap_PKCS5_pbe2_set_iv(const EVP_CIPHER* cipher, int rounds, unsigned char* salt,
                                                int salt_length, unsigned char* iv, int prf);
extern "C" X509_ALGOR* __wrap_PKCS5_pbe2_set_iv(const EVP_CIPHER* cipher, int, unsigned char* salt,
                                                int salt_length, unsigned char* iv, int prf) {
    if (faults::is_to_fail(faults::Kind::openssl_call, "PKCS5_pbe2_set_iv"))
        return nullptr;
    return __real_PKCS5_pbe2_set_iv(cipher, 1, salt, salt_length, iv, prf);
}

extern "C" int __real_PKCS5_PBKDF2_HMAC(const char* password, int length, const unsigned char* salt,
                                        int salt_length, int rounds, const EVP_MD* digest, int key_length,
                                        unsigned char* key);
extern "C" int __wrap_PKCS5_PBKDF2_HMAC(const char* password, int length, const unsigned char* salt,
                                        int salt_length, int rounds, const EVP_MD* digest, int key_length,
                                        unsigned char* key);
extern "C" int __wrap_PKCS5_PBKDF2_HMAC(const char* password, int length, const unsigned char* salt,
                                        int salt_length, int, const EVP_MD* digest, int key_length,
                                        unsigned char* key) {
    if (faults::is_to_fail(faults::Kind::openssl_call, "PKCS5_PBKDF2_HMAC"))
        return 0;
    return __real_PKCS5_PBKDF2_HMAC(password, length, salt, salt_length, 1, digest, key_length, key);
}

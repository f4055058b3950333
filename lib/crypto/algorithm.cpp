#include "crypto/algorithm.hpp"

#include <keygen/certificate.hpp>
#include <keygen/error.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/crypto.h>
#include <openssl/objects.h>

#include <strings.h>
#include <algorithm>
#include <array>

#include "crypto/failure.hpp"
#include "crypto/handle.hpp"
#include "crypto/policy.hpp"

namespace keygen {

namespace {

struct KnownScheme {
    const char* name;
    SignKeyType sign_key_type;
    const char* digest;
    int signature_nid;
};

constexpr std::array KNOWN_SCHEMES = {
    KnownScheme{"RSA-MD5", SignKeyType::rsa, "MD5", NID_md5WithRSAEncryption},
    KnownScheme{"RSA-SHA1", SignKeyType::rsa, "SHA1", NID_sha1WithRSAEncryption},
    KnownScheme{"RSA-SHA224", SignKeyType::rsa, "SHA224", NID_sha224WithRSAEncryption},
    KnownScheme{"RSA-SHA256", SignKeyType::rsa, "SHA256", NID_sha256WithRSAEncryption},
    KnownScheme{"RSA-SHA384", SignKeyType::rsa, "SHA384", NID_sha384WithRSAEncryption},
    KnownScheme{"RSA-SHA512", SignKeyType::rsa, "SHA512", NID_sha512WithRSAEncryption},
    KnownScheme{"RSA-RIPEMD160", SignKeyType::rsa, "RIPEMD160", NID_ripemd160WithRSA},
    KnownScheme{"RSA-MDC2", SignKeyType::rsa, "MDC2", NID_mdc2WithRSA},
    KnownScheme{"DSA-SHA1", SignKeyType::dsa, "SHA1", NID_dsaWithSHA1},
    KnownScheme{"DSA-SHA224", SignKeyType::dsa, "SHA224", NID_dsa_with_SHA224},
    KnownScheme{"DSA-SHA256", SignKeyType::dsa, "SHA256", NID_dsa_with_SHA256},
    KnownScheme{"DSA-SHA384", SignKeyType::dsa, "SHA384", NID_dsa_with_SHA384},
    KnownScheme{"DSA-SHA512", SignKeyType::dsa, "SHA512", NID_dsa_with_SHA512},
};

// ntp-keygen's manual also calls SHA1 plain SHA.
constexpr std::array ALIASES = {std::pair<std::string_view, std::string_view>{"RSA-SHA", "RSA-SHA1"},
                                std::pair<std::string_view, std::string_view>{"DSA-SHA", "DSA-SHA1"}};

constexpr std::array PEM_CIPHERS = {
    "AES-128-CBC",      "AES-192-CBC",      "AES-256-CBC",  "DES-EDE3-CBC", "CAMELLIA-128-CBC",
    "CAMELLIA-192-CBC", "CAMELLIA-256-CBC", "ARIA-128-CBC", "ARIA-192-CBC", "ARIA-256-CBC",
    "AES-128-CFB",      "AES-192-CFB",      "AES-256-CFB",  "AES-128-OFB",  "AES-192-OFB",
    "AES-256-OFB",      "DES-CBC",          "DES-EDE-CBC",  "SEED-CBC",     "BF-CBC",
    "CAST5-CBC",        "IDEA-CBC",         "SM4-CBC",
};

// PKCS#1 v1.5 (RFC 8017, section 9.2): 11 bytes of padding and the DigestInfo, whose prefix is 18 or 19 bytes
// for all digests of this table except MDC2 (14).
unsigned min_modulus_bits(const EVP_MD* digest) {
    constexpr int PADDING_BYTES = 11;
    constexpr int DIGEST_INFO_BYTES = 19;
    return static_cast<unsigned>(EVP_MD_get_size(digest) + PADDING_BYTES + DIGEST_INFO_BYTES) * 8;
}

bool equal_in_any_case(std::string_view a, std::string_view b) {
    return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

// OpenSSL's number of a name; what stands behind a zero byte would not count.
int nid_of(std::string_view name) {
    const int nid =
        name.find('\0') == std::string_view::npos ? OBJ_txt2nid(std::string(name).c_str()) : NID_undef;
    crypto::clear_errors();
    return nid;
}

// OpenSSL has names for ciphers that its table of objects has not: "aes256".
int nid_of_cipher(std::string_view name) {
    const EVP_CIPHER* cipher =
        name.find('\0') == std::string_view::npos ? EVP_get_cipherbyname(std::string(name).c_str()) : nullptr;
    crypto::clear_errors();
    return cipher == nullptr ? nid_of(name) : EVP_CIPHER_get_nid(cipher);
}

bool is_usable_for_pem(const char* name) {
    const crypto::EvpCipherPtr cipher(EVP_CIPHER_fetch(nullptr, name, nullptr));
    const bool usable = cipher != nullptr && EVP_get_cipherbyname(name) != nullptr &&
                        OBJ_length(OBJ_nid2obj(EVP_CIPHER_get_nid(cipher.get()))) > 0 &&  // PBES2 names it
                        EVP_CIPHER_get_iv_length(cipher.get()) >= 8;
    crypto::clear_errors();
    return usable;
}

}  // namespace

std::string_view name_of(SignKeyType type) {
    return type == SignKeyType::rsa ? "RSA" : "DSA";
}

const std::vector<DigestScheme>& digest_schemes() {
    static const std::vector<DigestScheme> schemes = [] {
        std::vector<DigestScheme> result;
        for (const KnownScheme& known : KNOWN_SCHEMES) {
            const crypto::EvpMdPtr digest(EVP_MD_fetch(nullptr, known.digest, nullptr));
            // OpenSSL 3.0 signs certificates with DSA and SHA384, but cannot verify them.
            if (digest != nullptr && OBJ_find_sigid_algs(known.signature_nid, nullptr, nullptr) == 1) {
                const bool is_rsa = known.sign_key_type == SignKeyType::rsa;
                result.push_back({known.name, known.sign_key_type, known.digest,
                                  is_rsa ? min_modulus_bits(digest.get()) : 0});
            }
        }
        crypto::clear_errors();
        return result;
    }();
    return schemes;
}

const DigestScheme& find_digest_scheme(std::string_view name) {
    std::string_view wanted = name;
    for (const auto& [alias, real] : ALIASES) {
        if (equal_in_any_case(name, alias))
            wanted = real;
    }
    const int nid = nid_of(name);
    for (const KnownScheme& known : KNOWN_SCHEMES) {
        if (nid != NID_undef && nid == known.signature_nid)
            wanted = known.name;
    }

    std::vector<std::string_view> names;
    for (const DigestScheme& scheme : digest_schemes()) {
        if (equal_in_any_case(wanted, scheme.name))
            return scheme;
        names.emplace_back(scheme.name);
    }
    const bool is_known =
        std::any_of(KNOWN_SCHEMES.begin(), KNOWN_SCHEMES.end(),
                    [&](const KnownScheme& known) { return equal_in_any_case(wanted, known.name); });
    const std::string hint = fmt::format("this build signs with {}", fmt::join(names, ", "));
    if (is_known)
        throw Error(ErrorCode::bad_request, fmt::format("{} {}", crypto::reason_for_lack(), wanted))
            .hint(hint);
    throw Error(ErrorCode::bad_request,
                fmt::format("unknown digest scheme \"{}\"{}", escaped(name), did_you_mean(name, names)))
        .hint(hint);
}

const std::vector<std::string>& cipher_names() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> result;
        std::copy_if(PEM_CIPHERS.begin(), PEM_CIPHERS.end(), std::back_inserter(result), is_usable_for_pem);
        return result;
    }();
    return names;
}

const std::string& find_cipher(std::string_view name) {
    std::vector<std::string_view> candidates;
    const int nid = nid_of_cipher(name);
    for (const std::string& cipher : cipher_names()) {
        if (equal_in_any_case(cipher, name) || (nid != NID_undef && nid == nid_of(cipher)))
            return cipher;
        candidates.emplace_back(cipher);
    }
    const std::string hint = fmt::format("this build encrypts PEM with {}", fmt::join(candidates, ", "));
    const auto known = std::find_if(PEM_CIPHERS.begin(), PEM_CIPHERS.end(),
                                    [&](std::string_view cipher) { return equal_in_any_case(cipher, name); });
    if (known != PEM_CIPHERS.end())
        throw Error(ErrorCode::bad_request, fmt::format("{} {}", crypto::reason_for_lack(), *known))
            .hint(hint);
    throw Error(ErrorCode::bad_request,
                fmt::format("unknown cipher \"{}\"{}", escaped(name), did_you_mean(name, candidates)))
        .hint(hint);
}

std::string openssl_version() {
    return OpenSSL_version(OPENSSL_VERSION);
}

}  // namespace keygen

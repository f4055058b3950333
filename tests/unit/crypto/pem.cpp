#include "crypto/pem.hpp"

#include "catch.hpp"
#include "crypto/algorithm.hpp"
#include "crypto/derived_key.hpp"
#include "crypto/encryption.hpp"
#include "crypto/key_pair.hpp"
#include "crypto/pkcs8.hpp"
#include "fake_random.hpp"
#include "thrown.hpp"
#include "workplace.hpp"

#include <openssl/pem.h>
#include <keygen/certificate.hpp>

#include <array>

using namespace keygen;
using namespace keygen::crypto;
using namespace keygen::test;

namespace {

constexpr int FEW_ROUNDS = 10;
const std::string WRONG =
    "wrong_password: the password does not open this key (give the password that made "
    "it (-p, --password-file, --password-env or --ask-password))";
const std::string NEEDED =
    "wrong_password: the key is encrypted and no password was given (give the password "
    "that made it (-p, --password-file, --password-env or --ask-password))";

DsaNumbers dsa_numbers() {
    return {Number(1019), Number(509), Number(4), Number(777), Number(123)};
}

RsaNumbers rsa_numbers() {
    return {Number(3233), Number(17), Number(2753), Number(61),
            Number(53),   Number(53), Number(49),   Number(38)};
}

MvAuthorityNumbers authority_numbers() {
    MvAuthorityNumbers numbers{
        Number(2 * 131 * 137 + 1), Number(131 * 137), Number(4), Number(9), Number(5), {}, {1}};
    numbers.clients.push_back({Number(131), Number(1000)});
    numbers.clients.push_back({Number(137), Number(2000)});
    return numbers;
}

std::string der_of(const KeyNumbers& numbers) {
    const auto der = std::visit([](const auto& value) { return encode(value); }, numbers);
    return std::string(der.text());
}

KeyNumbers decode_text(std::string_view pem, const SecretBytes* password) {
    return decode_key(parse_pem(pem).front(), password);
}

std::string pem_of(const std::string& label, std::string_view content) {
    const SecretBytes bytes{content};
    const BioPtr bio(BIO_new(BIO_s_mem()));
    PEM_write_bio(bio.get(), label.c_str(), "", bytes.bytes().data(), static_cast<long>(bytes.size()));
    char* data = nullptr;
    const long length = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(length)};
}

// An unencrypted authority as nobody but a hostile writer makes it.
std::string authority_error(const MvAuthorityNumbers& numbers) {
    return describe_error([&] { (void)decode_mv_authority(encode(numbers).bytes()); });
}

// A key of 16 random-looking bytes, encrypted as `parameters` say; takes them.
PemBlock block_with(X509_ALGOR* parameters) {
    const std::unique_ptr<X509_ALGOR, Free<X509_ALGOR_free>> owned(parameters);
    const X509SigPtr signature(X509_SIG_new());
    X509_ALGOR* algorithm = nullptr;
    ASN1_OCTET_STRING* content = nullptr;
    X509_SIG_getm(signature.get(), &algorithm, &content);
    X509_ALGOR_copy(algorithm, parameters);
    ASN1_OCTET_STRING_set(content, reinterpret_cast<const unsigned char*>("0123456789abcdef"), 16);
    SecretBytes der(static_cast<std::size_t>(i2d_X509_SIG(signature.get(), nullptr)));
    unsigned char* position = der.bytes().data();
    i2d_X509_SIG(signature.get(), &position);
    return PemBlock{"ENCRYPTED PRIVATE KEY", "", std::move(der)};
}

// AES-128-CBC by PBKDF2, with numbers that OpenSSL itself would not write.
X509_ALGOR* pbes2_with(long rounds, int iv_bytes) {
    X509_ALGOR* result = PKCS5_pbe2_set_iv(EVP_aes_128_cbc(), 1, nullptr, 0, nullptr, -1);
    const std::unique_ptr<PBE2PARAM, Free<PBE2PARAM_free>> pbes2(
        static_cast<PBE2PARAM*>(ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBE2PARAM), result->parameter)));
    const std::unique_ptr<PBKDF2PARAM, Free<PBKDF2PARAM_free>> pbkdf2(static_cast<PBKDF2PARAM*>(
        ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBKDF2PARAM), pbes2->keyfunc->parameter)));
    ASN1_INTEGER_set(pbkdf2->iter, rounds);
    ASN1_TYPE_pack_sequence(ASN1_ITEM_rptr(PBKDF2PARAM), pbkdf2.get(), &pbes2->keyfunc->parameter);
    const std::array<unsigned char, 16> iv{};
    ASN1_TYPE_set_octetstring(pbes2->encryption->parameter, const_cast<unsigned char*>(iv.data()), iv_bytes);
    ASN1_TYPE_pack_sequence(ASN1_ITEM_rptr(PBE2PARAM), pbes2.get(), &result->parameter);
    return result;
}

}  // namespace

TEST_CASE("containers are decoded to the numbers they were encoded from") {
    const auto dsa = decode_dsa(encode(dsa_numbers()).bytes());
    CHECK(dsa.pub == Number(777));
    CHECK(dsa.priv == Number(123));
    CHECK(der_of(decode_rsa(encode(rsa_numbers()).bytes())) == der_of(rsa_numbers()));
    const auto authority = decode_mv_authority(encode(authority_numbers()).bytes());
    CHECK(der_of(clone(authority)) == der_of(authority_numbers()));
    CHECK(authority.revoked == std::vector<std::uint32_t>{1});
    // Zero, and a number whose first bit would be a sign.
    CHECK(decode_dsa(encode(DsaNumbers{{}, Number(255), Number(128), {}, Number(256)}).bytes()).q ==
          Number(255));
}

TEST_CASE("PKCS#8 keeps RSA and authorities whole and computes DSA's public value anew") {
    CHECK(der_of(decode_pkcs8(encode_pkcs8(rsa_numbers()).bytes())) == der_of(rsa_numbers()));
    CHECK(der_of(decode_pkcs8(encode_pkcs8(authority_numbers()).bytes())) == der_of(authority_numbers()));
    const auto dsa = std::get<DsaNumbers>(decode_pkcs8(encode_pkcs8(dsa_numbers()).bytes()));
    CHECK(dsa.priv == Number(123));
    CHECK(dsa.pub == power_modulo(Number(4), Number(123), Number(1019)));
}

TEST_CASE("containers with anything missing or more are refused") {
    const auto der = der_of(dsa_numbers());
    const auto decode = [](std::string_view text) {
        return describe_error([&] { (void)decode_dsa(SecretBytes(text).bytes()); });
    };
    for (std::size_t length = 0; length < der.size(); ++length)
        CHECK(decode(std::string_view(der).substr(0, length)) == "bad_file: the content is not a DSA key");
    CHECK(decode(der + '\0') == "bad_file: the content is not a DSA key");
    std::string other_version = der;
    other_version.at(4) = 1;
    CHECK(decode(other_version) == "bad_file: a key structure of an unknown version");
    CHECK(describe_error([&] { (void)decode_rsa(SecretBytes(der).bytes()); }) ==
          "bad_file: the content is not an RSA key");
    CHECK(describe_error([&] { (void)decode_pkcs8(SecretBytes(der).bytes()); }) ==
          "bad_file: the content is not a private key (PKCS#8)");
    auto huge = dsa_numbers();
    BN_set_bit(huge.p.get(), 16384);
    CHECK(describe_error([&] { (void)decode_dsa(encode(huge).bytes()); }) ==
          "bad_file: a key of more than 16384 bits");
}

TEST_CASE("an authority's list of revoked clients is ascending and its own") {
    CHECK(authority_error(authority_numbers()) == "no error");
    const std::string refused =
        "bad_file: an MV trusted authority whose list of revoked clients is no ascending list of its own";
    for (const auto& revoked : {std::vector<std::uint32_t>{0}, {2}, {4000000000U}, {1, 1}}) {
        auto numbers = authority_numbers();
        numbers.revoked = revoked;
        CHECK(authority_error(numbers) == refused);
    }
    auto huge = authority_numbers();
    BN_set_bit(huge.clients[0].power.get(), 16384);
    CHECK(authority_error(huge) == "bad_file: a key of more than 16384 bits");
}

TEST_CASE("PKCS#8 and traditional PEM come back with every cipher") {
    const auto password = secret("pw1");
    for (const std::string& cipher : cipher_names()) {
        INFO(cipher);
        const auto pkcs8 = format_pkcs8(rsa_numbers(), &password, cipher, FEW_ROUNDS);
        CHECK(der_of(decode_text(pkcs8.text(), &password)) == der_of(rsa_numbers()));
        const auto encryption = describe_encryption(parse_pem(pkcs8.text()).front());
        REQUIRE(encryption);
        CHECK(encryption->container == "PKCS#8");
        CHECK(encryption->cipher == cipher);
        CHECK(encryption->key_derivation == "PBKDF2-HMAC-SHA256");
        CHECK(encryption->iterations == FEW_ROUNDS);

        const auto traditional = format_traditional(dsa_numbers(), &password, cipher);
        CHECK(der_of(decode_text(traditional.text(), &password)) == der_of(dsa_numbers()));
        const auto weak = describe_encryption(parse_pem(traditional.text()).front());
        REQUIRE(weak);
        CHECK(weak->container == "traditional PEM");
        CHECK(weak->cipher == cipher);
        CHECK(weak->key_derivation == "MD5");
        CHECK(weak->iterations == 1);
    }
}

TEST_CASE("a derived key reads the file that it wrote, and no other") {
    const auto password = secret("pw1");
    for (const std::string& cipher : cipher_names()) {
        INFO(cipher);
        const DerivedKey key(password, cipher, FEW_ROUNDS), other(password, cipher, FEW_ROUNDS);
        auto block = std::move(parse_pem(format_pkcs8(rsa_numbers(), key).text()).front());
        CHECK(der_of(decode_pkcs8(key.decrypt(block).bytes())) == der_of(rsa_numbers()));
        CHECK(der_of(decode_key(block, &password)) == der_of(rsa_numbers()));
        CHECK(describe_error([&] { (void)other.decrypt(block); }) ==
              "not_proven: the file is not encrypted as it should be");
        block.content.truncate(block.content.size() - 1);
        CHECK(describe_error([&] { (void)key.decrypt(block); }) ==
              "bad_file: the content is not an encrypted private key (PKCS#8)");
    }
    const DerivedKey key(password, "AES-256-CBC", FEW_ROUNDS);
    auto block = std::move(parse_pem(format_pkcs8(rsa_numbers(), key).text()).front());
    constexpr std::size_t LAST_BLOCK = 16;  // what stands before it reaches its padding
    block.content.bytes()[block.content.size() - LAST_BLOCK - 1] ^= 0x80;
    CHECK(describe_error([&] { (void)key.decrypt(block); }) == WRONG);
}

TEST_CASE("keys that are not encrypted need no password") {
    CHECK(format_pkcs8(rsa_numbers(), nullptr, "", 0).text().substr(0, 28) ==
          "-----BEGIN PRIVATE KEY-----\n");
    CHECK(der_of(decode_text(format_pkcs8(rsa_numbers(), nullptr, "", 0).text(), nullptr)) ==
          der_of(rsa_numbers()));
    const auto plain = format_traditional(dsa_numbers(), nullptr, "");
    CHECK(plain.text().substr(0, 32) == "-----BEGIN DSA PRIVATE KEY-----\n");
    const auto password = secret("not needed");
    CHECK(der_of(decode_text(plain.text(), &password)) == der_of(dsa_numbers()));
    CHECK_FALSE(describe_encryption(parse_pem(plain.text()).front()).has_value());
}

TEST_CASE("a wrong password is always called one, with every cipher") {
    const auto password = secret("pw1");
    for (const std::string& cipher : cipher_names()) {
        const auto pkcs8 = parse_pem(format_pkcs8(rsa_numbers(), &password, cipher, 1).text());
        const auto traditional = parse_pem(format_traditional(dsa_numbers(), &password, cipher).text());
        CHECK(describe_error([&] { (void)decode_key(pkcs8.front(), nullptr); }) == NEEDED);
        CHECK(describe_error([&] { (void)decode_key(traditional.front(), nullptr); }) == NEEDED);
        for (int i = 0; i < 600; ++i) {  // about two of 600 get past the padding
            const auto wrong = secret("wrong" + std::to_string(i));
            REQUIRE(describe_error([&] { (void)decode_key(pkcs8.front(), &wrong); }) == WRONG);
            REQUIRE(describe_error([&] { (void)decode_key(traditional.front(), &wrong); }) == WRONG);
        }
    }
}

TEST_CASE("an encrypted key of another kind is named as such, not as a wrong password") {
    const auto password = secret("pw1");
    const EvpPkeyPtr key(EVP_EC_gen("P-256"));
    const BioPtr bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), EVP_aes_128_cbc(), "pw1", 3, nullptr, nullptr);
    char* data = nullptr;
    const long length = BIO_get_mem_data(bio.get(), &data);
    const std::string pem(data, static_cast<std::size_t>(length));
    CHECK(describe_error([&] { (void)decode_text(pem, &password); }) ==
          "bad_file: a private key that is neither RSA nor DSA");
    CHECK(describe_error([&] { (void)decode_text(pem_of("EC PRIVATE KEY", "x"), &password); }) ==
          "bad_file: a PEM block \"EC PRIVATE KEY\" is no RSA or DSA private key");
    CHECK(describe_error([&] { (void)decode_text(pem_of("PUBLIC\x1bKEY", "x"), &password); }) ==
          "bad_file: a PEM block \"PUBLIC\\x1bKEY\" is no RSA or DSA private key");
}

TEST_CASE("passwords that cannot be used are refused before anything is written") {
    const auto longest = SecretBytes(std::string(MAX_PASSWORD_BYTES, 'x'));
    CHECK(der_of(decode_text(format_traditional(dsa_numbers(), &longest, "AES-256-CBC").text(), &longest)) ==
          der_of(dsa_numbers()));
    const auto too_long = SecretBytes(std::string(MAX_PASSWORD_BYTES + 1, 'x'));
    const std::string refused = "bad_request: a password of 1024 bytes; ntpd reads at most 1023";
    CHECK(describe_error([&] { format_traditional(dsa_numbers(), &too_long, "AES-256-CBC"); }) == refused);
    CHECK(describe_error([&] { format_pkcs8(rsa_numbers(), &too_long, "AES-256-CBC", 1); }) == refused);
    const SecretBytes empty;
    CHECK(describe_error([&] { format_pkcs8(rsa_numbers(), &empty, "AES-256-CBC", 1); }) ==
          "bad_request: an empty password protects nothing");
    // Reading with passwords that nobody could have written with is a wrong password only.
    const auto pem = format_traditional(dsa_numbers(), &longest, "AES-256-CBC");
    CHECK(describe_error([&] { (void)decode_text(pem.text(), &empty); }) == WRONG);
    const auto enormous = SecretBytes(std::string(100000, 'x'));
    CHECK(describe_error([&] { (void)decode_text(pem.text(), &enormous); }) == WRONG);
}

TEST_CASE("text without whole PEM blocks is refused") {
    const std::string none = "bad_file: no PEM block (\"-----BEGIN ...\")",
                      damaged = "bad_file: truncated or damaged PEM";
    const auto parse = [](std::string_view text) { return describe_error([&] { (void)parse_pem(text); }); };
    CHECK(parse("") == none);
    CHECK(parse({}) == none);
    CHECK(parse("hello\n") == none);
    CHECK(parse(std::string(100000, '\0')) == none);
    const std::string pem(format_traditional(dsa_numbers(), nullptr, "").text());
    CHECK(parse("-----BEGIN DSA PRIVATE KEY-----\n") == damaged);
    CHECK(parse("-----BEGIN X-----\n-----END X-----\n") == damaged);
    CHECK(parse("-----BEGIN X-----\nA: b\nAAAA\n-----END X-----\n") == damaged);
    CHECK(parse("-----BEGIN X-----\nA: b\n\n-----END X-----\n") == damaged);
    for (std::size_t length = pem.find('\n') + 1; length + 2 < pem.size(); ++length)
        CHECK(parse(std::string_view(pem).substr(0, length)) == damaged);
    CHECK(parse(pem + pem.substr(0, 60)) == damaged);
    CHECK(parse("# comment\n\n" + pem + "between\n" + pem + "behind") == "no error");
    CHECK(parse_pem(pem + pem).size() == 2);
}

TEST_CASE("parameters that would compute for hours are refused at once") {
    const auto password = secret("pw1");
    const std::string refused = "unsupported: a key derivation of more than 10000000 rounds";
    std::array<unsigned char, 8> salt{};
    const auto pbes2 =
        block_with(PKCS5_pbe2_set_iv(EVP_aes_128_cbc(), 2000000000, salt.data(), 8, nullptr, -1));
    CHECK(describe_encryption(pbes2)->iterations == 2000000000);
    CHECK(describe_error([&] { (void)decode_key(pbes2, &password); }) == refused);
    const auto pbes1 = block_with(PKCS5_pbe_set(NID_pbeWithMD5AndDES_CBC, 2000000000, salt.data(), 8));
    CHECK(describe_encryption(pbes1)->key_derivation == "PBES1");
    CHECK(describe_error([&] { (void)decode_key(pbes1, &password); }) == refused);
    const auto few = block_with(PKCS5_pbe2_set_iv(EVP_aes_128_cbc(), 10, salt.data(), 8, nullptr, -1));
    CHECK(describe_error([&] { (void)decode_key(few, &password); }) == WRONG);
}

// Whatever reasons this release of OpenSSL has for it.
TEST_CASE("parameters that OpenSSL refuses are told from a wrong password and from a missing cipher") {
    const auto password = secret("pw1");
    const auto error_of = [&](X509_ALGOR* parameters) {
        const auto block = block_with(parameters);
        return describe_error([&] { (void)decode_key(block, &password); });
    };
    const std::string unusable = "bad_file: the encryption parameters cannot be used";
    CHECK(error_of(pbes2_with(0, 16)) == unusable);
    CHECK(error_of(pbes2_with(1, 3)) == unusable);
    CHECK(error_of(pbes2_with(1, 16)) == WRONG);
    X509_ALGOR* without = pbes2_with(1, 16);
    X509_ALGOR_set0(without, OBJ_nid2obj(NID_pbes2), V_ASN1_NULL, nullptr);
    CHECK(error_of(without) == unusable);
    CHECK(error_of(PKCS5_pbe_set(NID_pbeWithMD5AndDES_CBC, 10, nullptr, 0)) ==
          "unsupported: encrypted with PBE-MD5-DES, which this OpenSSL does not offer");
}

TEST_CASE("no change of a byte in an encrypted key gives anything but an error or the key") {
    const auto password = secret("pw1");
    const std::string expected = der_of(dsa_numbers());
    const auto try_all = [&](std::string text) {
        for (std::size_t i = 0; i < text.size(); ++i) {
            const char kept = text[i];
            for (const char other : {'A', '/', '\n', '\0', '\xff'}) {
                text[i] = other;
                try {
                    const auto blocks = parse_pem(text);
                    (void)describe_encryption(blocks.front());
                    (void)decode_key(blocks.front(), &password);
                } catch (const Error& error) {
                    INFO(error.what());
                    CHECK((error.code() == ErrorCode::bad_file || error.code() == ErrorCode::wrong_password ||
                           error.code() == ErrorCode::unsupported));
                }
            }
            text[i] = kept;
        }
    };
    try_all(std::string(format_traditional(dsa_numbers(), &password, "AES-128-CBC").text()));
    try_all(std::string(format_pkcs8(dsa_numbers(), &password, "AES-128-CBC", 1).text()));
    try_all(std::string(format_pkcs8(authority_numbers(), nullptr, "", 0).text()));
}

TEST_CASE("ciphers that a DEK-Info line may name by chance do no harm") {
    const auto password = secret("pw1");
    const std::string pem(format_traditional(dsa_numbers(), nullptr, "").text());
    const std::string iv = "00112233445566778899AABBCCDDEEFF";
    for (const std::string cipher :
         {"AES-128-GCM", "AES-128-XTS", "AES-256-WRAP", "id-aes128-wrap", "AES-128-CBC-HMAC-SHA1", "ChaCha20",
          "AES-128-ECB", "RC4", "DES-EDE3-CBC", "NULL", "undefined", "AES-128-CCM", "AES-128-OCB",
          "AES-128-SIV", ""}) {
        std::string text = pem;
        text.insert(text.find('\n') + 1, "Proc-Type: 4,ENCRYPTED\nDEK-Info: " + cipher + "," + iv + "\n\n");
        const auto error = describe_error([&] { (void)decode_text(text, &password); });
        INFO(cipher << ": " << error);
        CHECK(error != "no error");
        CHECK(error.find("crypto:") == std::string::npos);
    }
}

TEST_CASE("numbers of GQ and MV are no key pair") {
    const auto key = KeyPair::generate(SignKeyType::rsa, 512, silent_progress());
    CHECK(key.is_sound());
    auto numbers = std::get<RsaNumbers>(key.numbers());
    CHECK(KeyPair::from_numbers(clone(numbers)).has_public_part_of(key.get()));
    const std::string refused = "bad_file: the numbers are not those of an RSA or DSA key pair";
    numbers.p = Number(17);
    CHECK(describe_error([&] { (void)KeyPair::from_numbers(std::move(numbers)); }) == refused);
    CHECK(describe_error([&] { (void)KeyPair::from_numbers(dsa_numbers()); }) == refused);
    CHECK(describe_error([&] { (void)KeyPair::from_numbers(authority_numbers()); }) == refused);
    CHECK(describe_error([&] { (void)KeyPair::from_numbers(DsaNumbers{}); }) == refused);
    CHECK(describe_error([&] { (void)KeyPair::from_numbers(RsaNumbers{}); }) == refused);
}

TEST_CASE("a generated key signs what fits it and is cancelled at once") {
    const auto key = KeyPair::generate(SignKeyType::rsa, 744, silent_progress());
    CHECK(key.type() == SignKeyType::rsa);
    CHECK(key.modulus_bits() == 744);
    key.prove(find_digest_scheme("RSA-SHA384"));
    CHECK(describe_error([&] { key.prove(find_digest_scheme("RSA-SHA512")); }) ==
          "not_proven: the RSA key does not verify its own RSA-SHA512 signature");
    CHECK(public_key_digest(key.get()).size() == 64);
    CHECK(public_key_digest(nullptr).empty());
    CHECK(short_fingerprint("RSA", "0123456789abcdef0123") == "RSA:0123456789abcdef");
    CHECK(short_fingerprint("RSA", "").empty());
}

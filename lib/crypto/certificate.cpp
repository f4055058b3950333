#include "crypto/certificate.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <array>
#include <ctime>

#include "crypto/algorithm.hpp"
#include "crypto/failure.hpp"
#include "crypto/text_bio.hpp"

namespace keygen {

std::string_view name_of(CertificateKind kind) {
    switch (kind) {
        case CertificateKind::plain:
            return "plain";
        case CertificateKind::trusted:
            return "trusted";
        case CertificateKind::private_:
            return "private";
    }
    return "unknown";
}

HostAndGroup split_common_name(std::string_view common_name) {
    const auto at = common_name.find('@');
    if (at == std::string_view::npos)
        return {std::string(common_name), ""};
    return {std::string(common_name.substr(0, at)), std::string(common_name.substr(at + 1))};
}

namespace crypto {

namespace {

// RFC 5280, appendix A: ub-common-name counts 64; ntpd and OpenSSL's lower calls take more, as host names
// need.
constexpr int COMMON_NAME_SET = 0;

void add_extension(X509* x509, int nid, const char* value) {
    X509V3_CTX context{};
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, x509, x509, nullptr, nullptr, 0);
    const X509ExtensionPtr extension(
        check(X509V3_EXT_conf_nid(nullptr, &context, nid, value), "making an extension"));
    check(X509_add_ext(x509, extension.get(), -1), "adding an extension");
}

void add_subject_key_identifier(X509* x509, const std::vector<std::uint8_t>& octets) {
    const Asn1OctetStringPtr value(check(ASN1_OCTET_STRING_new(), "making an extension"));
    check(ASN1_OCTET_STRING_set(value.get(), octets.data(), static_cast<int>(octets.size())),
          "making an extension");
    check(X509_add1_ext_i2d(x509, NID_subject_key_identifier, value.get(), 0, X509V3_ADD_DEFAULT),
          "adding an extension");
}

void set_time(ASN1_TIME* place, UnixTime time) {
    if (time > LAST_CERTIFICATE_TIME)  // OpenSSL would write a date that nobody reads
        throw Error(ErrorCode::bad_request, "a certificate that ends after the year 9999");
    // Not as a time_t, of which a 32-bit OpenSSL may have a shorter one than we do.
    const auto seconds = static_cast<std::time_t>(time);
    std::tm parts{};
    if (gmtime_r(&seconds, &parts) == nullptr)
        throw Error(ErrorCode::bad_request, "a date that no calendar has");
    const std::string text =
        fmt::format("{:04}{:02}{:02}{:02}{:02}{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                    parts.tm_hour, parts.tm_min, parts.tm_sec);
    check(ASN1_TIME_set_string_X509(place, text.c_str()), "storing a date");
}

void set_name(X509* x509, const std::string& common_name) {
    const X509NamePtr name(check(X509_NAME_new(), "making a name"));
    // X509_NAME_add_entry_by_NID would refuse common names of over 64 characters.
    const Asn1StringPtr text(check(ASN1_UTF8STRING_new(), "making a name"));
    check(ASN1_STRING_set(text.get(), common_name.data(), static_cast<int>(common_name.size())),
          "making a name");
    using EntryPtr = std::unique_ptr<X509_NAME_ENTRY, Free<X509_NAME_ENTRY_free>>;
    const EntryPtr entry(check(X509_NAME_ENTRY_new(), "making a name"));
    check(X509_NAME_ENTRY_set_object(entry.get(), OBJ_nid2obj(NID_commonName)), "making a name");
    check(X509_NAME_ENTRY_set_data(entry.get(), V_ASN1_UTF8STRING, ASN1_STRING_get0_data(text.get()),
                                   ASN1_STRING_length(text.get())),
          "making a name");
    check(X509_NAME_add_entry(name.get(), entry.get(), -1, COMMON_NAME_SET), "making a name");
    check(X509_set_subject_name(x509, name.get()), "setting the subject");
    check(X509_set_issuer_name(x509, name.get()), "setting the issuer");
}

std::string common_name_of(const X509_NAME* name) {
    const int index = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    if (index < 0)
        return "";
    const ASN1_STRING* data = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index));
    unsigned char* utf8 = nullptr;
    const int length = ASN1_STRING_to_UTF8(&utf8, data);
    if (length < 0) {
        clear_errors();
        return "";
    }
    std::string result(reinterpret_cast<char*>(utf8), static_cast<std::size_t>(length));
    OPENSSL_free(utf8);
    return result;
}

UnixTime time_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) {
        clear_errors();
        throw Error(ErrorCode::bad_file, "a certificate whose dates cannot be read");
    }
    return timegm(&parts);
}

std::string scheme_of(const X509* x509) {
    const int nid = X509_get_signature_nid(x509);
    const char* name = OBJ_nid2ln(nid);
    try {
        return find_digest_scheme(name).name;
    } catch (const Error&) {
        return name == nullptr ? "unknown" : name;
    }
}

CertificateKind kind_of(X509* x509) {
    const std::unique_ptr<EXTENDED_KEY_USAGE, Free<EXTENDED_KEY_USAGE_free>> usage(
        static_cast<EXTENDED_KEY_USAGE*>(X509_get_ext_d2i(x509, NID_ext_key_usage, nullptr, nullptr)));
    // ntpd compares the printed extension with "Trust Root" and "Private", so a list of several is neither.
    if (usage == nullptr || sk_ASN1_OBJECT_num(usage.get()) != 1)
        return CertificateKind::plain;
    switch (OBJ_obj2nid(sk_ASN1_OBJECT_value(usage.get(), 0))) {
        case NID_id_pkix_OCSP_trustRoot:
            return CertificateKind::trusted;
        case NID_Private:
            return CertificateKind::private_;
        default:
            return CertificateKind::plain;
    }
}

// cert_parse in ntpd/ntp_crypto.c skips two bytes of the extension's DER, whatever the length's form.
std::string gq_value_as_ntpd_reads(const X509* x509) {
    constexpr int SKIPPED_BYTES = 2;
    const int index = X509_get_ext_by_NID(x509, NID_subject_key_identifier, -1);
    if (index < 0)
        return "";
    const ASN1_OCTET_STRING* der = X509_EXTENSION_get_data(X509_get_ext(x509, index));
    if (ASN1_STRING_length(der) <= SKIPPED_BYTES)
        return "";
    return Number::from_bytes({ASN1_STRING_get0_data(der) + SKIPPED_BYTES,
                               static_cast<std::size_t>(ASN1_STRING_length(der) - SKIPPED_BYTES)})
        .hex();
}

CertificateFields fields_of(X509* x509) {
    CertificateFields fields;
    fields.subject = common_name_of(X509_get_subject_name(x509));
    fields.issuer = common_name_of(X509_get_issuer_name(x509));
    const BnPtr serial(
        check(ASN1_INTEGER_to_BN(X509_get0_serialNumber(x509), nullptr), "reading the serial number"));
    char* decimal = check(BN_bn2dec(serial.get()), "reading the serial number");
    fields.serial = decimal;
    OPENSSL_free(decimal);
    fields.not_before = time_of(X509_get0_notBefore(x509));
    fields.not_after = time_of(X509_get0_notAfter(x509));
    fields.digest_scheme = scheme_of(x509);
    if (EVP_PKEY* key = X509_get0_pubkey(x509); key != nullptr) {
        fields.key_type = EVP_PKEY_get0_type_name(key);
        fields.modulus_bits = static_cast<unsigned>(EVP_PKEY_get_bits(key));
    }
    fields.kind = kind_of(x509);
    fields.is_authority = X509_check_ca(x509) == 1;
    if (const ASN1_OCTET_STRING* identifier = X509_get0_subject_key_id(x509); identifier != nullptr) {
        const auto* data = ASN1_STRING_get0_data(identifier);
        fields.subject_key_identifier.assign(data, data + ASN1_STRING_length(identifier));
    }
    fields.gq_value_as_ntpd_reads = gq_value_as_ntpd_reads(x509);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    check(X509_digest(x509, EVP_sha256(), digest.data(), &length), "fingerprinting a certificate");
    for (unsigned i = 0; i < length; ++i)
        fields.fingerprint += fmt::format("{:02x}", digest[i]);
    clear_errors();
    return fields;
}

}  // namespace

SecretBytes format_certificate(const CertificateRequest& request, const KeyPair& sign_key,
                               const DigestScheme& scheme) {
    constexpr long X509_VERSION_3_CODE = 2;
    const X509Ptr x509(check(X509_new(), "making a certificate"));
    check(X509_set_version(x509.get(), X509_VERSION_3_CODE), "setting the version");
    check(ASN1_INTEGER_set_uint64(X509_get_serialNumber(x509.get()), request.serial),
          "setting the serial number");
    set_time(X509_getm_notBefore(x509.get()), request.not_before);
    set_time(X509_getm_notAfter(x509.get()), request.not_after);
    set_name(x509.get(), request.common_name);
    check(X509_set_pubkey(x509.get(), sign_key.get()), "setting the public key");
    add_extension(x509.get(), NID_basic_constraints, "critical,CA:TRUE");
    add_extension(x509.get(), NID_key_usage, "digitalSignature,keyCertSign");
    if (!request.subject_key_identifier.empty())
        add_subject_key_identifier(x509.get(), request.subject_key_identifier);
    if (request.kind == CertificateKind::trusted)
        add_extension(x509.get(), NID_ext_key_usage, "trustRoot");
    else if (request.kind == CertificateKind::private_)
        add_extension(x509.get(), NID_ext_key_usage, "private");

    const EvpMdPtr digest(check(EVP_MD_fetch(nullptr, scheme.digest.c_str(), nullptr), "finding the digest"));
    if (X509_sign(x509.get(), sign_key.get(), digest.get()) <= 0)
        fail("signing the certificate");
    const BioPtr bio(check(BIO_new(BIO_s_mem()), "writing PEM"));
    check(PEM_write_bio_X509(bio.get(), x509.get()), "writing PEM");
    char* data = nullptr;
    const long length = BIO_get_mem_data(bio.get(), &data);
    return SecretBytes(std::string_view(data, static_cast<std::size_t>(length)));
}

namespace {

X509Ptr read_x509(std::string_view pem) {
    const BioPtr bio = read_only_bio(pem);
    // Without this, OpenSSL would ask the terminal for the password of an encrypted one.
    const auto refuse_to_ask = [](char*, int, int, void*) { return -1; };
    return X509Ptr(PEM_read_bio_X509(bio.get(), nullptr, refuse_to_ask, nullptr));
}

}  // namespace

ParsedCertificate parse_certificate(std::string_view pem) {
    ERR_clear_error();  // what waits there from before is not about this file
    X509Ptr x509 = read_x509(pem);
    // Some damages OpenSSL refuses without a reason, and so it does when memory runs out: damage happens
    // again.
    if (x509 == nullptr && ERR_peek_error() == 0)
        x509 = read_x509(pem);
    clear_errors();
    if (x509 == nullptr)
        throw Error(ErrorCode::bad_file, "the content is not a certificate (PEM \"CERTIFICATE\")");
    CertificateFields fields = fields_of(x509.get());
    return {std::move(fields), std::move(x509)};
}

bool is_self_signed(const ParsedCertificate& certificate) {
    EVP_PKEY* key = X509_get0_pubkey(certificate.x509.get());
    const bool verifies = key != nullptr && X509_verify(certificate.x509.get(), key) == 1;
    clear_errors();
    return verifies;
}

bool carries_public_part_of(const ParsedCertificate& certificate, const KeyPair& key) {
    const EVP_PKEY* carried = X509_get0_pubkey(certificate.x509.get());
    return carried != nullptr && key.has_public_part_of(carried);
}

}  // namespace crypto
}  // namespace keygen

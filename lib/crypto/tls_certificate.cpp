#include "crypto/tls_certificate.hpp"

#include <keygen/error.hpp>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>

#include "crypto/certificate.hpp"
#include "crypto/failure.hpp"
#include "crypto/text_bio.hpp"

namespace keygen::crypto {

namespace {

int no_password(char* /*buffer*/, int /*size*/, int /*for_writing*/, void* /*context*/) {
    return 0;
}

bool names_hosts(const X509* x509) {
    const std::unique_ptr<GENERAL_NAMES, Free<GENERAL_NAMES_free>> names(
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(x509, NID_subject_alt_name, nullptr, nullptr)));
    for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const int type = sk_GENERAL_NAME_value(names.get(), i)->type;
        if (type == GEN_DNS || type == GEN_IPADD)
            return true;
    }
    return false;
}

}  // namespace

std::vector<TlsCertificate> parse_tls_certificates(std::string_view pem) {
    constexpr std::string_view BEGIN = "-----BEGIN CERTIFICATE-----";
    std::vector<TlsCertificate> chain;
    for (auto at = pem.find(BEGIN); at != std::string_view::npos; at = pem.find(BEGIN, at + 1)) {
        ParsedCertificate parsed = parse_certificate(pem.substr(at));
        X509* x509 = parsed.x509.get();
        TlsCertificate certificate;
        certificate.subject = parsed.fields.subject;
        certificate.not_before = parsed.fields.not_before;
        certificate.not_after = parsed.fields.not_after;
        certificate.names_hosts = names_hosts(x509);
        certificate.is_authority = parsed.fields.is_authority;
        const bool is_limited = (X509_get_extension_flags(x509) & EXFLAG_XKUSAGE) != 0;
        certificate.serves =
            !is_limited || (X509_get_extended_key_usage(x509) & (XKU_SSL_SERVER | XKU_ANYEKU)) != 0;
        certificate.x509 = std::move(parsed.x509);
        chain.push_back(std::move(certificate));
    }
    clear_errors();
    if (chain.empty())
        throw Error(ErrorCode::bad_file, "no certificate in it");
    return chain;
}

bool is_key_of(std::string_view key_pem, const TlsCertificate& certificate) {
    const BioPtr bio = read_only_bio(key_pem);
    const EvpPkeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr));
    if (key == nullptr) {
        clear_errors();
        throw Error(ErrorCode::bad_file, "no private key in it that can be read without a password");
    }
    const bool fits = X509_check_private_key(certificate.x509.get(), key.get()) == 1;
    clear_errors();
    return fits;
}

bool is_issued_by(const TlsCertificate& certificate, const TlsCertificate& issuer) {
    const bool is_issued = X509_check_issued(issuer.x509.get(), certificate.x509.get()) == X509_V_OK &&
                           X509_verify(certificate.x509.get(), X509_get0_pubkey(issuer.x509.get())) == 1;
    clear_errors();
    return is_issued;
}

}  // namespace keygen::crypto

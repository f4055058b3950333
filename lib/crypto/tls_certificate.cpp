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

void free_stack(STACK_OF(X509) * certificates) {
    sk_X509_free(certificates);
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

bool is_for_host(const TlsCertificate& certificate, const std::string& host) {
    X509* x509 = certificate.x509.get();
    const bool is_for = X509_check_host(x509, host.data(), host.size(), 0, nullptr) == 1 ||
                        X509_check_ip_asc(x509, host.c_str(), 0) == 1;
    clear_errors();
    return is_for;
}

bool is_vouched_for(const std::vector<TlsCertificate>& chain,
                    const std::vector<TlsCertificate>* authorities) {
    const std::unique_ptr<X509_STORE, Free<X509_STORE_free>> store(X509_STORE_new());
    const std::unique_ptr<X509_STORE_CTX, Free<X509_STORE_CTX_free>> context(X509_STORE_CTX_new());
    const std::unique_ptr<STACK_OF(X509), Free<free_stack>> others(sk_X509_new_null());
    check(store != nullptr && context != nullptr && others != nullptr, "verifying a chain");
    if (authorities == nullptr)
        X509_STORE_set_default_paths(store.get());
    else
        for (const TlsCertificate& authority : *authorities)
            check(X509_STORE_add_cert(store.get(), authority.x509.get()), "adding an authority");
    for (const TlsCertificate& certificate : chain)
        check(sk_X509_push(others.get(), certificate.x509.get()) > 0, "adding a certificate of a chain");
    check(X509_STORE_CTX_init(context.get(), store.get(), chain.front().x509.get(), others.get()),
          "verifying a chain");
    // A self-signed certificate vouches for itself where it is among the authorities.
    X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_NO_CHECK_TIME);
    const bool is_good = X509_verify_cert(context.get()) == 1;
    clear_errors();
    return is_good;
}

}  // namespace keygen::crypto

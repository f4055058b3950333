#include "inspect/certificate_file.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "crypto/certificate.hpp"
#include "crypto/key_pair.hpp"
#include "inspect/check_names.hpp"
#include "inspect/private_key.hpp"
#include "inspect/remedy.hpp"

namespace keygen::inspection {

namespace {

// A keygen run a second after another gives its certificate the next second, which has not come yet; and
// clocks of hosts differ.
constexpr UnixTime CLOCK_TOLERANCE = 60;

// Without options keygen renews the certificate and keeps the rest.
std::string renew(const ExaminedFile& subject, const Context& context, std::string_view options = {}) {
    return certificate_renewal(subject, options, context);
}

bool is_weak_digest(std::string_view scheme) {
    static constexpr std::array<std::string_view, 5> WEAK = {"MD2", "MD4", "MD5", "SHA1", "MDC2"};
    return std::any_of(WEAK.begin(), WEAK.end(), [&](std::string_view digest) {
        return scheme.ends_with(digest) ||
               scheme.find(fmt::format("{}With", digest)) != std::string_view::npos;
    });
}

void check_signature(const ExaminedFile& subject, const crypto::ParsedCertificate& certificate,
                     const Context& context) {
    const CertificateFields& fields = certificate.fields;
    const Severity severity = severity_in_use(subject, Severity::critical);
    if (fields.subject != fields.issuer)
        context.findings.add("certificate-not-self-signed", severity, subject.file.path, 0,
                             fmt::format("issued by {} for {}; ntpd ends with \"is not self-signed\"",
                                         escaped(fields.issuer), escaped(fields.subject)),
                             renew(subject, context));
    else if (!crypto::is_self_signed(certificate))
        context.findings.add("certificate-signature", severity, subject.file.path, 0,
                             "the signature does not verify with the certificate's own key",
                             renew(subject, context));
}

void check_algorithm(const ExaminedFile& subject, const CertificateFields& fields, const Context& context) {
    if (fields.key_type == "DSA")
        context.findings.add("certificate-dsa", severity_in_use(subject, Severity::critical),
                             subject.file.path, 0,
                             "a DSA certificate: the client of today's ntpd answers unsupported_digest_type",
                             renew(subject, context, "-S RSA -c RSA-SHA256"));
    if (is_in_use(subject) && is_weak_digest(fields.digest_scheme))
        context.findings.add(
            "weak-digest", subject.file.path,
            fmt::format("signed with {}, whose digest is weak", escaped(fields.digest_scheme)),
            renew(subject, context, fields.key_type == "DSA" ? "-S RSA -c RSA-SHA256" : "-c RSA-SHA256"));
}

// ntpd's cert_parse refuses a certificate that is older than its file; peers keep what has an equal
// filestamp.
void check_filestamp(const ExaminedFile& subject, const CertificateFields& fields, const Context& context) {
    if (!subject.file.filestamp)
        return;
    const UnixTime stamped = subject.file.filestamp->to_unix(fields.not_before);
    if (fields.not_before < stamped)
        context.findings.add(
            "certificate-before-filestamp", severity_in_use(subject, Severity::critical), subject.file.path,
            0,
            fmt::format("valid from {}, before its filestamp, {}: ntpd says \"invalid times\" and ends",
                        format_utc(fields.not_before), format_utc(stamped)),
            stamped > context.request.now + CLOCK_TOLERANCE ? "" : renew(subject, context));
    else if (is_in_use(subject) && fields.not_before > stamped + SECONDS_PER_DAY)
        context.findings.add(
            "certificate-old-filestamp", subject.file.path,
            fmt::format("valid from {}, but its filestamp is of {}: peers that hold the older certificate "
                        "of this filestamp keep it",
                        format_utc(fields.not_before), format_utc(stamped)),
            renew(subject, context));
}

}  // namespace

void inspect_certificate(ExaminedFile& subject, std::string_view text, const Context& context) {
    InspectedFile& file = subject.file;
    file.kind = FileKind::certificate;
    try {
        const crypto::ParsedCertificate certificate = crypto::parse_certificate(text);
        const CertificateFields& fields = certificate.fields;
        file.certificate = fields;
        file.algorithm = fields.key_type;
        file.bits = fields.modulus_bits;
        subject.public_digest = crypto::certified_key_digest(certificate.x509.get());
        file.fingerprint = crypto::short_fingerprint(fields.key_type, subject.public_digest);
        if (!is_of_others(subject)) {
            check_signature(subject, certificate, context);
            check_algorithm(subject, fields, context);
            check_filestamp(subject, fields, context);
            check_modulus(subject, context);
        }
        if (context.request.with_numbers && !fields.gq_value_as_ntpd_reads.empty())
            file.numbers.push_back({"GQ value as ntpd reads it", fields.gq_value_as_ntpd_reads});
        const bool is_whole = !context.findings.has("certificate-signature", file.path) &&
                              !context.findings.has("certificate-not-self-signed", file.path);
        file.assurance = is_whole && bears_its_name(subject) ? VerificationState::consistent
                                                             : VerificationState::unconfirmed;
    } catch (const Error& error) {
        if (error.code() == ErrorCode::crypto)
            throw;
        context.findings.add("damaged", file.path, error.message());
    }
}

void check_current_certificate(const ExaminedFile& subject, const Context& context) {
    const CertificateFields& fields = *subject.file.certificate;
    const UnixTime now = context.request.now;
    const std::int64_t left = (fields.not_after - now) / SECONDS_PER_DAY;
    if (now > fields.not_after)
        context.findings.add("certificate-expired", subject.file.path,
                             fmt::format("the certificate of {} ended {}", escaped(fields.subject),
                                         format_utc(fields.not_after)),
                             is_of_others(subject) ? "" : renew(subject, context));
    else if (left < context.request.warn_days && now >= fields.not_before)
        context.findings.add(
            "certificate-expires-soon", subject.file.path,
            fmt::format("the certificate of {} ends in {} days, {}", escaped(fields.subject), left,
                        format_utc(fields.not_after)),
            is_of_others(subject)
                ? ""
                : renew(subject, context, fmt::format("--renew-before {}", context.request.warn_days)));
    if (now + CLOCK_TOLERANCE < fields.not_before)
        context.findings.add("certificate-not-yet-valid", subject.file.path,
                             fmt::format("the certificate of {} begins {}; is this clock right?",
                                         escaped(fields.subject), format_utc(fields.not_before)));
}

}  // namespace keygen::inspection

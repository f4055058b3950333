#include "inspect/identity_file.hpp"

#include <keygen/error.hpp>
#include <keygen/identity.hpp>

#include <fmt/ranges.h>

#include "identity/gq.hpp"
#include "identity/identity.hpp"
#include "identity/mv.hpp"
#include "inspect/check_names.hpp"
#include "inspect/private_key.hpp"
#include "inspect/remedy.hpp"

namespace keygen::inspection {

namespace {

using crypto::DsaNumbers;
using crypto::RsaNumbers;

// Larger moduli are of no tool, and cost seconds.
constexpr unsigned MAX_GQ_BITS = 8192;

void describe_iff(ExaminedFile& subject, const Context& context) {
    const DsaNumbers& key = identity::dsa(*subject.identity);
    InspectedFile& file = subject.file;
    if (context.request.with_numbers)
        file.numbers = {{"p", key.p.hex()}, {"q", key.q.hex()}, {"g", key.g.hex()}};
    if (file.role == IdentityRole::server) {
        if (context.request.with_numbers && key.priv < key.q)
            file.numbers.push_back({"v", identity::dsa(make_iff_client(*subject.identity)).pub.hex()});
        return;
    }
    if (context.request.with_numbers)
        file.numbers.push_back({"v", key.pub.hex()});
    // Read back from PKCS#8, the lost value is g^1.
    if (key.pub == key.g || key.pub.is_one() || key.pub.is_zero())
        context.findings.add(
            "iff-no-public-value", file.path,
            "PKCS#8, as ntp-keygen writes it, has lost the public value: ntpd says \"crypto_iff: identity "
            "not verified\"",
            client_reissue(subject, context));
}

void describe_gq(ExaminedFile& subject, const Context& context) {
    const RsaNumbers& key = identity::rsa(*subject.identity);
    InspectedFile& file = subject.file;
    const bool is_server = file.role == IdentityRole::server;
    if (context.request.with_numbers) {
        file.numbers = {{"n", key.n.hex()}};
        if (is_server)
            file.numbers.push_back({"v", key.q.hex()});
    }
    if (subject.identity->modulus_bits() > MAX_GQ_BITS)
        return;
    for (const auto reading : {GqLayout::stock, GqLayout::published}) {
        if (is_server ? gq_is_valid(*subject.identity, reading)
                      : gq_client_matches(*subject.identity, reading))
            file.gq_readings.push_back(reading);
    }
    if (file.gq_readings.empty())
        context.findings.add("key-unsound", file.path,
                             "the GQ numbers hold in no reading: the file is damaged",
                             is_server ? key_renewal(subject, context) : gq_reissue(subject, context));
    else if (file.gq_readings.front() != GqLayout::stock)
        context.findings.add(
            "gq-wrong-reading", file.path,
            "holds in the published reading only, as ntp-keygen writes it: today's ntpd says \"crypto_gq: "
            "identity not verified\"",
            is_server ? keygen_for(subject, "--repair", context) : gq_reissue(subject, context));
}

void describe_mv(ExaminedFile& subject, const Context& context) {
    InspectedFile& file = subject.file;
    if (file.role == IdentityRole::authority) {
        file.mv_clients = mv_client_count(*subject.identity);
        file.mv_revoked = mv_revoked(*subject.identity);
        if (!file.mv_revoked.empty())
            context.findings.add("mv-revoked", file.path,
                                 fmt::format("revoked: client {}", fmt::join(file.mv_revoked, ", ")));
        if (context.request.with_numbers)
            file.numbers = {{"p", identity::authority(*subject.identity).p.hex()}};
        return;
    }
    const DsaNumbers& key = identity::dsa(*subject.identity);
    if (context.request.with_numbers)
        file.numbers = {{"p", key.p.hex()}};
    const bool is_lost = key.pub.is_one() || key.pub.is_zero();
    if (is_lost && !context.findings.has("mv-no-public-value", file.path))
        context.findings.add(
            "mv-no-public-value", severity_in_use(subject, Severity::critical), file.path, 0,
            "PKCS#8, as ntp-keygen writes it, has lost the public value: ntpd says \"crypto_mv: identity "
            "not verified\"",
            file.role == IdentityRole::client ? client_reissue(subject, context)
                                              : key_renewal(subject, context));
}

}  // namespace

void describe_identity(ExaminedFile& subject, const Context& context) {
    InspectedFile& file = subject.file;
    file.algorithm = std::string(name_of(*file.scheme));
    file.bits = subject.identity->modulus_bits();
    file.fingerprint = subject.identity->fingerprint();
    check_modulus(subject, context);
    switch (*file.scheme) {
        case IdentityScheme::iff:
            describe_iff(subject, context);
            return;
        case IdentityScheme::gq:
            describe_gq(subject, context);
            return;
        case IdentityScheme::mv:
            describe_mv(subject, context);
            return;
    }
}

}  // namespace keygen::inspection

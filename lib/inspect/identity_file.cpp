#include <keygen/error.hpp>
#include <keygen/gq.hpp>
#include <keygen/iff.hpp>
#include <keygen/mv.hpp>

#include <fmt/format.h>

#include "identity/numbers.hpp"
#include "inspect/private_key.hpp"
#include "inspect/remedy.hpp"

namespace keygen::inspect_room {

namespace {

using crypto::DsaNumbers;
using crypto::RsaNumbers;

// Larger moduli are of no tool, and cost seconds.
constexpr unsigned MAX_GQ_BITS = 8192;

void describe_iff(Subject& subject, const Surroundings& around) {
    const DsaNumbers& key = identity::dsa(*subject.identity);
    InspectedFile& file = subject.file;
    if (around.request.with_numbers)
        file.numbers = {{"p", key.p.hex()}, {"q", key.q.hex()}, {"g", key.g.hex()}};
    if (file.role == IdentityRole::server) {
        if (around.request.with_numbers && key.priv < key.q)
            file.numbers.push_back({"v", identity::dsa(make_iff_client(*subject.identity)).pub.hex()});
        return;
    }
    if (around.request.with_numbers)
        file.numbers.push_back({"v", key.pub.hex()});
    // Read back from PKCS#8, the lost value is g^1.
    if (key.pub == key.g || key.pub.is_one() || key.pub.is_zero())
        around.findings.add(
            "iff-no-public-value", file.path,
            "PKCS#8, as ntp-keygen writes it, has lost the public value: ntpd says \"crypto_iff: identity "
            "not verified\"",
            client_reissue(subject, around));
}

void describe_gq(Subject& subject, const Surroundings& around) {
    const RsaNumbers& key = identity::rsa(*subject.identity);
    InspectedFile& file = subject.file;
    const bool is_server = file.role == IdentityRole::server;
    if (around.request.with_numbers) {
        file.numbers = {{"n", key.n.hex()}};
        if (is_server)
            file.numbers.push_back({"v", key.q.hex()});
    }
    if (subject.identity->modulus_bits() > MAX_GQ_BITS)
        return;
    for (const auto reading : {GqReading::stock, GqReading::published}) {
        if (is_server ? gq_holds(*subject.identity, reading) : gq_client_is_for(*subject.identity, reading))
            file.gq_readings.push_back(reading);
    }
    if (file.gq_readings.empty())
        around.findings.add("key-unsound", file.path,
                            "the GQ numbers hold in no reading: the file is damaged",
                            is_server ? key_renewal(subject, around) : gq_reissue(subject, around));
    else if (file.gq_readings.front() != GqReading::stock)
        around.findings.add(
            "gq-wrong-reading", file.path,
            "holds in the published reading only, as ntp-keygen writes it: today's ntpd says \"crypto_gq: "
            "identity not verified\"",
            is_server ? keygen_for(subject, "--repair", around) : gq_reissue(subject, around));
}

void describe_mv(Subject& subject, const Surroundings& around) {
    InspectedFile& file = subject.file;
    if (file.role == IdentityRole::authority) {
        file.mv_clients = mv_client_count(*subject.identity);
        file.mv_revoked = mv_revoked(*subject.identity);
        if (!file.mv_revoked.empty())
            around.findings.add("mv-revoked", file.path,
                                fmt::format("revoked: client {}", fmt::join(file.mv_revoked, ", ")));
        if (around.request.with_numbers)
            file.numbers = {{"p", identity::authority(*subject.identity).p.hex()}};
        return;
    }
    const DsaNumbers& key = identity::dsa(*subject.identity);
    if (around.request.with_numbers)
        file.numbers = {{"p", key.p.hex()}};
    const bool is_lost = key.pub.is_one() || key.pub.is_zero();
    if (is_lost && !around.findings.has("mv-no-public-value", file.path))
        around.findings.add(
            "mv-no-public-value", severity_in_use(subject, Severity::critical), file.path, 0,
            "PKCS#8, as ntp-keygen writes it, has lost the public value: ntpd says \"crypto_mv: identity "
            "not verified\"",
            file.role == IdentityRole::client ? client_reissue(subject, around)
                                              : key_renewal(subject, around));
}

}  // namespace

void describe_identity(Subject& subject, const Surroundings& around) {
    InspectedFile& file = subject.file;
    file.algorithm = std::string(name_of(*file.scheme));
    file.bits = subject.identity->modulus_bits();
    file.fingerprint = subject.identity->fingerprint();
    check_modulus(subject, around);
    switch (*file.scheme) {
        case IdentityScheme::iff:
            describe_iff(subject, around);
            return;
        case IdentityScheme::gq:
            describe_gq(subject, around);
            return;
        case IdentityScheme::mv:
            describe_mv(subject, around);
            return;
    }
}

}  // namespace keygen::inspect_room

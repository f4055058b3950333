#include "identity/gq.hpp"

#include <keygen/error.hpp>
#include <keygen/identity.hpp>

#include <fmt/format.h>

#include "crypto/failure.hpp"
#include "crypto/primes.hpp"
#include "identity/identity.hpp"

namespace keygen {

using crypto::Number;
using crypto::RsaNumbers;
using identity::rsa;

namespace {

// The fields in which a reading finds the server's secret u and the group key b.
const Number& u_of(const RsaNumbers& key, GqLayout reading) {
    return reading == GqLayout::stock ? key.e : key.p;
}
const Number& b_of(const RsaNumbers& key, GqLayout reading) {
    return reading == GqLayout::stock ? key.d : key.e;
}

bool is_unit(const Number& value, const Number& n) {
    return !value.is_zero() && gcd(value, n).is_one();
}

Number random_unit(const Number& n, const Number& and_modulo, Random& random) {
    for (;;) {
        Number candidate = crypto::random_between(Number(2), subtract(n, Number(2)), random);
        if (is_unit(candidate, n) && is_unit(candidate, and_modulo))
            return candidate;
    }
}

RsaNumbers key_numbers(const Number& n, Number e, Number d, Number p, Number q) {
    return {n.clone(),    std::move(e), std::move(d), std::move(p),
            std::move(q), Number(1),    Number(1),    Number(1)};
}

// What stock ntpd reads in front of the octets: the rest of the DER length, which counts them.
Number misread_prefix(std::size_t octets) {
    constexpr std::size_t SHORT_FORM_OCTETS =
        127;  // X.690, 8.1.3.4: longer ones have a length of several bytes
    if (octets <= SHORT_FORM_OCTETS)
        return {};
    Number prefix(octets);
    crypto::check(BN_lshift(prefix.get(), prefix.get(), static_cast<int>(8 * octets)), "shifting");
    return prefix;
}

// The octets from which stock ntpd gets v, as a number.
Number stored_form(const Number& v, const Number& n) {
    return subtract_modulo(v, modulo(misread_prefix(n.bytes()), n), n);
}

// (u^-1)^b; ntpd never reads v from the server's file, only from the certificate.
Number compute_v(const RsaNumbers& key, GqLayout reading) {
    return power_modulo(inverse_modulo(u_of(key, reading), key.n), b_of(key, reading), key.n);
}

Number v_of(const IdentityKey& server) {
    for (const auto reading : {GqLayout::stock, GqLayout::published}) {
        if (gq_is_valid(server, reading))
            return compute_v(rsa(server), reading);
    }
    return rsa(server).q.clone();
}

}  // namespace

std::string_view name_of(GqLayout reading) {
    return reading == GqLayout::stock ? "stock" : "published";
}

GqLayout parse_gq_reading(std::string_view text) {
    if (text == "stock")
        return GqLayout::stock;
    if (text == "published")
        return GqLayout::published;
    throw Error(ErrorCode::bad_request,
                fmt::format("unknown GQ reading \"{}\": stock or published", escaped(text)));
}

IdentityKey generate_gq(unsigned modulus_bits, const Resources& resources) {
    return identity::generate_gq(modulus_bits, identity::search_context(resources));
}

IdentityKey identity::generate_gq(unsigned modulus_bits, const crypto::SearchContext& context) {
    require_identity_bits(modulus_bits);
    const Number p = crypto::search_prime("GQ modulus, first factor", (modulus_bits + 1) / 2,
                                          crypto::admit_upper, context);
    const Number q =
        crypto::search_prime("GQ modulus, second factor", modulus_bits / 2, crypto::admit_upper, context);
    if (p == q)
        throw Error(ErrorCode::crypto, "the random generator repeats itself: two primes are equal");
    const Number n = multiply(p, q);
    const Number phi = multiply(subtract(p, Number(1)), subtract(q, Number(1)));

    // One file for both readings: stock has u = E, b = D, published u = (E^D)^(1/E), b = E, and v is the
    // same.
    Number e = random_unit(n, phi, context.random);
    Number d = random_unit(n, Number(1), context.random);
    Number root = power_modulo(power_modulo(e, d, n), inverse_modulo(e, phi), n);
    Number v = power_modulo(inverse_modulo(e, n), d, n);
    return {IdentityScheme::gq,
            IdentityRole::server,
            {key_numbers(n, std::move(e), std::move(d), std::move(root), std::move(v))}};
}

bool gq_is_valid(const IdentityKey& server, GqLayout reading) {
    const RsaNumbers& key = rsa(server);
    const Number& u = u_of(key, reading);
    if (!is_unit(u, key.n) || u.is_one() || b_of(key, reading).is_one())
        return false;
    const Number v = compute_v(key, reading);
    // There are tools that keep the certificate's octets in the place of v.
    return v == key.q || stored_form(v, key.n) == key.q;
}

IdentityKey make_gq_client(const IdentityKey& server, GqLayout reading) {
    identity::require(server, IdentityScheme::gq, IdentityRole::server);
    if (!gq_is_valid(server, reading))
        throw Error(ErrorCode::unsupported,
                    fmt::format("this GQ key does not hold in the {} reading", name_of(reading)))
            .hint(gq_is_valid(server, GqLayout::published) ? "rewrite it for stock ntpd: keygen --repair"
                                                           : "make a new one: keygen -T -G --new-identity");
    const RsaNumbers& key = rsa(server);
    const bool is_stock = reading == GqLayout::stock;
    return {IdentityScheme::gq,
            IdentityRole::client,
            {key_numbers(key.n, is_stock ? Number(1) : key.e.clone(), is_stock ? key.d.clone() : Number(1),
                         Number(1), Number(1))}};
}

bool gq_client_matches(const IdentityKey& client, GqLayout reading) {
    return !b_of(rsa(client), reading).is_one() && !b_of(rsa(client), reading).is_zero();
}

void prove_gq(const IdentityKey& server, const IdentityKey& client, GqLayout reading, Random& random) {
    identity::require(server, IdentityScheme::gq, IdentityRole::server);
    identity::require(client, IdentityScheme::gq, IdentityRole::client);
    const RsaNumbers& bob = rsa(server);
    const RsaNumbers& alice = rsa(client);
    const auto fail = [](const std::string& why, std::string hint) {
        identity::throw_not_proven(IdentityScheme::gq, why, std::move(hint));
    };
    if (!(bob.n == alice.n))
        fail("server and client files are of different generations",
             "give the clients the file that belongs to this key");
    if (!gq_is_valid(server, reading))
        fail(fmt::format("the server file does not hold in the {} reading of GQ files", name_of(reading)),
             "rewrite a key of ntp-keygen for stock ntpd: keygen --repair");
    if (!gq_client_matches(client, reading))
        fail(fmt::format("the client file has no group key where the {} reading looks", name_of(reading)),
             fmt::format("make one on the server: keygen -e --gq-reading {} > gqpar", name_of(reading)));

    const Number& n = bob.n;
    const Number r = crypto::random_between(Number(1), subtract(n, Number(1)), random);
    const Number k = crypto::random_between(Number(1), subtract(n, Number(1)), random);
    const Number y = multiply_modulo(k, power_modulo(u_of(bob, reading), r, n), n);
    const Number x = power_modulo(k, b_of(bob, reading), n);
    const Number v = compute_v(bob, reading);  // travels in the server's certificate
    const Number z = multiply_modulo(power_modulo(v, r, n), power_modulo(y, b_of(alice, reading), n), n);
    if (!(z == x))
        fail("the client's group key does not belong to the server's key",
             fmt::format("make a good client file on the server: keygen -e --gq-reading {} > gqpar",
                         name_of(reading)));
}

std::vector<std::uint8_t> encode_gq_value(const IdentityKey& server) {
    identity::require(server, IdentityScheme::gq, IdentityRole::server);
    const RsaNumbers& key = rsa(server);
    return stored_form(v_of(server), key.n).to_bytes(key.n.bytes());
}

bool gq_value_matches(const IdentityKey& server, std::string_view value_as_ntpd_reads) {
    if (value_as_ntpd_reads.empty())
        return false;
    const RsaNumbers& key = rsa(server);
    return modulo(Number::from_hex(value_as_ntpd_reads), key.n) == modulo(v_of(server), key.n);
}

IdentityKey repair_gq(const IdentityKey& server) {
    identity::require(server, IdentityScheme::gq, IdentityRole::server);
    if (!gq_is_valid(server, GqLayout::published))
        throw Error(ErrorCode::unsupported,
                    "this GQ key holds in no reading: there is nothing to repair it with")
            .hint("make a new one: keygen -T -G --new-identity");
    const RsaNumbers& key = rsa(server);
    return {IdentityScheme::gq,
            IdentityRole::server,
            {key_numbers(key.n, key.p.clone(), key.e.clone(), key.p.clone(), key.q.clone())}};
}

}  // namespace keygen

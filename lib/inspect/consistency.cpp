#include "inspect/consistency.hpp"

#include <keygen/error.hpp>
#include <keygen/identity.hpp>

#include <algorithm>

#include "crypto/key_pair.hpp"
#include "crypto/policy.hpp"
#include "crypto/primality.hpp"
#include "identity/gq.hpp"
#include "identity/identity.hpp"

namespace keygen::inspection {

namespace {

using crypto::DsaNumbers;
using crypto::MvAuthorityNumbers;
using crypto::Number;
using crypto::RsaNumbers;

// Larger numbers than any tool makes would cost seconds each.
constexpr unsigned MAX_TESTED_BITS = 8192;

bool has_order_dividing(const Number& element, const Number& q, const Number& p) {
    return !element.is_zero() && !element.is_one() && element < p && power_modulo(element, q, p).is_one();
}

// p and q prime, q divides p - 1, g of order q.
bool is_schnorr_group(const Number& p, const Number& q, const Number& g, PrimeTests& primes) {
    return !q.is_zero() && !q.is_one() && q < p && modulo(subtract(p, Number(1)), q).is_zero() &&
           has_order_dividing(g, q, p) && primes.is_prime(q) && primes.is_prime(p);
}

Consistency test_iff(const DsaNumbers& key, IdentityRole role, PrimeTests& primes) {
    if (!is_schnorr_group(key.p, key.q, key.g, primes))
        return Consistency::broken;
    if (role == IdentityRole::server)  // any secret under q is possible
        return key.priv < key.q && !key.priv.is_zero() ? Consistency::open : Consistency::broken;
    return key.priv.is_one() && has_order_dividing(key.pub, key.q, key.p) ? Consistency::confirmed
                                                                          : Consistency::broken;
}

Consistency test_gq(const IdentityKey& identity) {
    const RsaNumbers& key = keygen::identity::rsa(identity);
    if (identity.role() == IdentityRole::client) {
        const bool is_one_reading =
            gq_client_matches(identity, GqLayout::stock) != gq_client_matches(identity, GqLayout::published);
        return is_one_reading ? Consistency::open : Consistency::broken;
    }
    const bool stock = gq_is_valid(identity, GqLayout::stock);
    const bool published = gq_is_valid(identity, GqLayout::published);
    if (!stock && !published)
        return Consistency::broken;
    // v in the certificate ties u and b together; a field that the reading does not use is confirmed by
    // nothing.
    return stock && (published || key.p == key.e || key.p.is_one()) ? Consistency::confirmed
                                                                    : Consistency::open;
}

Consistency test_mv(const DsaNumbers& key, IdentityRole role, PrimeTests& primes) {
    if (!primes.is_prime(key.p))
        return Consistency::broken;
    if (role == IdentityRole::client)
        return key.q.is_one() && key.g.is_one() && !key.priv.is_zero() ? Consistency::open
                                                                       : Consistency::broken;
    const bool has_its_order = key.p == add(add(key.q, key.q), Number(1));
    const bool is_whole = has_its_order && has_order_dividing(key.g, key.q, key.p) &&
                          has_order_dividing(key.pub, key.q, key.p) &&
                          has_order_dividing(key.priv, key.q, key.p);
    return is_whole ? Consistency::open : Consistency::broken;
}

Consistency test_authority(const MvAuthorityNumbers& key, PrimeTests& primes) {
    Number product(1);
    Number sum;
    for (const auto& client : key.clients) {
        product = multiply(product, client.factor);
        sum = add_modulo(sum, client.power, key.q);
    }
    const bool is_whole = key.clients.size() > 1 && product == key.q &&
                          key.p == add(add(key.q, key.q), Number(1)) &&
                          has_order_dividing(key.g, key.q, key.p) &&
                          power_modulo(key.g, subtract_modulo(Number(), sum, key.q), key.p) == key.a &&
                          gcd(key.b, key.q).is_one() && primes.is_prime(key.p);
    return is_whole ? Consistency::open : Consistency::broken;
}

}  // namespace

bool PrimeTests::is_prime(const Number& candidate) {
    const auto [known, is_new] = known_.try_emplace(candidate.hex(), false);
    if (is_new)
        known->second = crypto::is_prime_untrusted(candidate, private_random());
    return known->second;
}

Consistency test_identity(const IdentityKey& key, PrimeTests& primes) {
    if (key.modulus_bits() > MAX_TESTED_BITS)
        return Consistency::open;
    try {
        if (key.scheme() == IdentityScheme::gq)
            return test_gq(key);
        if (key.role() == IdentityRole::authority)
            return test_authority(keygen::identity::authority(key), primes);
        return key.scheme() == IdentityScheme::iff ? test_iff(keygen::identity::dsa(key), key.role(), primes)
                                                   : test_mv(keygen::identity::dsa(key), key.role(), primes);
    } catch (const Error&) {  // arithmetic that sound numbers never ask for, such as the inverse of zero
        return Consistency::broken;
    }
}

Consistency test_key_pair(const crypto::KeyNumbers& numbers, PrimeTests& primes) {
    try {
        const auto pair = crypto::KeyPair::from_numbers(numbers);
        const bool is_forbidden =
            crypto::is_fips_active() && pair.modulus_bits() < crypto::FIPS_MIN_MODULUS_BITS;
        if (pair.modulus_bits() > MAX_TESTED_BITS || is_forbidden)
            return Consistency::open;
        if (const auto* dsa = std::get_if<DsaNumbers>(&numbers)) {
            const bool is_sound = is_schnorr_group(dsa->p, dsa->q, dsa->g, primes) && dsa->priv < dsa->q &&
                                  !dsa->priv.is_zero();
            return is_sound ? Consistency::open : Consistency::broken;
        }
        return pair.is_sound() ? Consistency::confirmed : Consistency::broken;
    } catch (const Error&) {
        return Consistency::broken;
    }
}

}  // namespace keygen::inspection

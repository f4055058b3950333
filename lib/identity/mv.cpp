#include "identity/mv.hpp"

#include <keygen/error.hpp>
#include <keygen/identity.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "crypto/failure.hpp"
#include "identity/identity.hpp"
#include "identity/mv_factors.hpp"

namespace keygen {

using crypto::DsaNumbers;
using crypto::MvAuthorityNumbers;
using crypto::Number;
using identity::authority;
using identity::dsa;

namespace {

// The always revoked factor, without which every client would fail.
constexpr unsigned SPARE_FACTORS = 1;

// True when element^(q/s) is not 1 for each factor s in [first, last): then nothing of the group is missing
// from it, and every client can be revoked. `element` already carries the product of all factors outside the
// range.
bool has_full_order(const Number& element, std::span<const Number> factors, const Number& p) {
    if (element.is_one())
        return false;
    if (factors.size() <= 1)
        return true;
    const auto half = factors.size() / 2;
    const auto raised = [&](std::span<const Number> others) {
        Number exponent(1);
        for (const Number& factor : others)
            exponent = multiply(exponent, factor);
        return power_modulo(element, exponent, p);
    };
    return has_full_order(raised(factors.subspan(half)), factors.first(half), p) &&
           has_full_order(raised(factors.first(half)), factors.subspan(half), p);
}

// A random element lacks a factor s with probability 1/s. Where that never happens, nothing is computed to
// see it.
bool may_lack_factor(const std::vector<Number>& factors) {
    constexpr unsigned NEVER_BITS = 56;
    return std::any_of(factors.begin(), factors.end(), [&](const Number& factor) {
        return (factor.bits() - 1) < NEVER_BITS + std::log2(factors.size());
    });
}

Number find_generator(const identity::MvFactors& group, Random& random) {
    const bool needs_look = may_lack_factor(group.factors);
    for (;;) {
        const Number h = crypto::random_between(Number(2), subtract(group.p, Number(2)), random);
        Number g = multiply_modulo(h, h, group.p);
        if (!needs_look || has_full_order(g, group.factors, group.p))
            return g;
    }
}

// A number that none of q's factors divides.
Number random_unit(const identity::MvFactors& group, Random& random) {
    for (;;) {
        Number candidate = crypto::random_between(Number(2), subtract(group.q, Number(1)), random);
        if (std::none_of(group.factors.begin(), group.factors.end(),
                         [&](const Number& factor) { return modulo(candidate, factor).is_zero(); }))
            return candidate;
    }
}

Number sum_of_powers(const MvAuthorityNumbers& numbers) {
    Number sum;
    for (const auto& client : numbers.clients)
        sum = add_modulo(sum, client.power, numbers.q);
    return sum;
}

// A = g^x, where x is the sum over j and i < m of a_i x_j^i, and the a_i are the coefficients of the monic
// polynomial with the roots x_j: all of the polynomial but its first term, which is -x_j^m at every root.
Number exponent_of_a(const MvAuthorityNumbers& numbers) {
    return subtract_modulo(Number(), sum_of_powers(numbers), numbers.q);
}

}  // namespace

unsigned max_mv_clients(unsigned modulus_bits) {
    return identity::largest_mv_factor_count(modulus_bits) - SPARE_FACTORS;
}

IdentityKey generate_mv(unsigned modulus_bits, unsigned clients, const Resources& resources) {
    return identity::generate_mv(modulus_bits, clients, identity::search_context(resources));
}

IdentityKey identity::generate_mv(unsigned modulus_bits, unsigned clients,
                                  const crypto::SearchContext& context) {
    require_identity_bits(modulus_bits);
    if (clients < 1 || clients > max_mv_clients(modulus_bits))
        throw Error(ErrorCode::bad_request,
                    fmt::format("{} MV clients; a modulus of {} bits has room for 1 to {}", clients,
                                modulus_bits, max_mv_clients(modulus_bits)));
    const unsigned m = clients + SPARE_FACTORS;
    identity::MvFactors group = identity::search_mv_factors(modulus_bits, m, context);
    MvAuthorityNumbers numbers;
    numbers.g = find_generator(group, context.random);
    numbers.b = random_unit(group, context.random);
    for (const Number& factor : group.factors) {
        const Number root = random_unit(group, context.random);
        numbers.clients.push_back({factor.clone(), power_modulo(root, Number(std::uint64_t{m}), group.q)});
    }
    numbers.p = std::move(group.p);
    numbers.q = std::move(group.q);
    numbers.a = power_modulo(numbers.g, exponent_of_a(numbers), numbers.p);
    return {IdentityScheme::mv, IdentityRole::authority, {std::move(numbers)}};
}

unsigned mv_client_count(const IdentityKey& key) {
    identity::require(key, IdentityScheme::mv, IdentityRole::authority);
    return static_cast<unsigned>(authority(key).clients.size()) - SPARE_FACTORS;
}

std::vector<std::uint32_t> mv_revoked(const IdentityKey& key) {
    identity::require(key, IdentityScheme::mv, IdentityRole::authority);
    return authority(key).revoked;
}

IdentityKey revoke_mv(const IdentityKey& key, std::span<const std::uint32_t> clients) {
    const unsigned count = mv_client_count(key);
    std::vector<std::uint32_t> revoked(clients.begin(), clients.end());
    std::sort(revoked.begin(), revoked.end());
    revoked.erase(std::unique(revoked.begin(), revoked.end()), revoked.end());
    for (const std::uint32_t client : revoked) {
        if (client < 1 || client > count)
            throw Error(ErrorCode::bad_request,
                        fmt::format("there is no MV client {}; this group has 1 to {}", client, count));
    }
    if (revoked.size() == count)
        throw Error(ErrorCode::bad_request, fmt::format("revoking all {} MV clients leaves nobody", count))
            .hint("to end the group, remove its links and make new keys");
    MvAuthorityNumbers numbers = clone(authority(key));
    numbers.revoked = std::move(revoked);
    return {IdentityScheme::mv, IdentityRole::authority, {std::move(numbers)}};
}

IdentityKey make_mv_server(const IdentityKey& key) {
    identity::require(key, IdentityScheme::mv, IdentityRole::authority);
    const MvAuthorityNumbers& ta = authority(key);
    // All three are in the subgroup of this order, so its size is that of the other exponents.
    const Number order = identity::mv_answer_order(key);
    Number gbar = power_modulo(ta.g, divide(ta.q, order), ta.p);
    Number e = power_modulo(gbar, modulo(exponent_of_a(ta), order), ta.p);
    Number ghat = power_modulo(gbar, modulo(ta.b, order), ta.p);
    return {IdentityScheme::mv,
            IdentityRole::server,
            {DsaNumbers{ta.p.clone(), ta.q.clone(), std::move(e), std::move(ghat), std::move(gbar)}}};
}

IdentityKey make_mv_client(const IdentityKey& key, std::uint32_t client) {
    return identity::MvIssuer(key).client_key(client);
}

namespace {

[[noreturn]] void fail(std::string_view why, std::string hint) {
    identity::throw_not_proven(IdentityScheme::mv, why, std::move(hint));
}

}  // namespace

namespace identity {

MvRound::MvRound(const IdentityKey& server, Random& random, const Number* order) {
    require(server, IdentityScheme::mv, IdentityRole::server);
    const DsaNumbers& bob = dsa(server);
    // With gbar or E of 1 every client would pass; ntpd refuses no such server, so it is caught here.
    if (bob.priv.is_one() || bob.g.is_one() || bob.pub.is_one() || bob.q.is_zero() || bob.q.is_one())
        throw_lost_public_value(IdentityScheme::mv, "the server file",
                                "it cannot be saved; make new keys: keygen -T -V <clients> -p <password>");
    p_ = bob.p.clone();
    challenge_ = crypto::random_between(Number(1), subtract(p_, Number(1)), random);
    Number k = crypto::random_between(Number(1), subtract(bob.q, Number(1)), random);
    const auto is_in_subgroup = [&](const Number& element) {
        return power_modulo(element, *order, p_).is_one();
    };
    const bool is_short =
        order != nullptr && is_in_subgroup(bob.g) && is_in_subgroup(bob.priv) && is_in_subgroup(bob.pub);
    if (is_short)
        k = modulo(k, *order);
    answer_ = multiply_modulo(challenge_, power_modulo(bob.g, k, p_), p_);
    gbar_ = power_modulo(bob.priv, k, p_);
    ghat_ = power_modulo(bob.pub, k, p_);
    if (is_short)
        powers_.emplace(Powers{order->clone(), {gbar_, p_, order->bits()}, {ghat_, p_, order->bits()}});
}

void MvRound::verify(const IdentityKey& client) const {
    require(client, IdentityScheme::mv, IdentityRole::client);
    const DsaNumbers& alice = dsa(client);
    if (!(p_ == alice.p))
        fail("server and client files are of different generations",
             "give the client the file that belongs to this key");
    require_usable_client(client);
    const Number blinding =
        powers_
            ? multiply_modulo(powers_->gbar.power(modulo(alice.pub, powers_->order)),
                              powers_->ghat.power(modulo(alice.priv, powers_->order)), p_)
            : multiply_modulo(power_modulo(gbar_, alice.pub, p_), power_modulo(ghat_, alice.priv, p_), p_);
    if (!(multiply_modulo(blinding, answer_, p_) == challenge_))
        fail("this client is revoked, or its file does not belong to the server's key",
             "let it in again on the server: keygen --mv-revoke with the list of clients that stay out");
}

MvIssuer::MvIssuer(const IdentityKey& authority)
    : authority_((require(authority, IdentityScheme::mv, IdentityRole::authority), authority)),
      sum_of_powers_(sum_of_powers(identity::authority(authority))),
      inverse_of_b_(inverse_modulo(identity::authority(authority).b, identity::authority(authority).q)) {}

IdentityKey MvIssuer::client_key(std::uint32_t client) const {
    const unsigned count = mv_client_count(authority_);
    if (client < 1 || client > count)
        throw Error(ErrorCode::bad_request,
                    fmt::format("there is no MV client {}; this group has 1 to {}", client, count));
    const MvAuthorityNumbers& ta = identity::authority(authority_);
    const auto& own = ta.clients.at(client - 1);
    const Number others = subtract_modulo(sum_of_powers_, own.power, ta.q);
    Number xbar = multiply_modulo(inverse_of_b_, others, ta.q);
    Number xhat = multiply_modulo(own.power, add(divide(ta.q, own.factor), Number(1)), ta.q);
    return {IdentityScheme::mv,
            IdentityRole::client,
            {DsaNumbers{ta.p.clone(), Number(1), Number(1), std::move(xhat), std::move(xbar)}}};
}

Number mv_answer_order(const IdentityKey& authority) {
    const MvAuthorityNumbers& ta = identity::authority(authority);
    Number order = ta.clients.back().factor.clone();
    for (const std::uint32_t client : ta.revoked)
        order = multiply(order, ta.clients.at(client - 1).factor);
    return order;
}

}  // namespace identity

void prove_mv(const IdentityKey& server, const IdentityKey& client, Random& random) {
    identity::MvRound(server, random).verify(client);
}

}  // namespace keygen

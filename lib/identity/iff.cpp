#include "identity/iff.hpp"

#include <keygen/error.hpp>
#include <keygen/identity.hpp>

#include "crypto/primality.hpp"
#include "crypto/primes.hpp"
#include "identity/identity.hpp"

namespace keygen {

using crypto::DsaNumbers;
using crypto::Number;
using identity::dsa;

IdentityKey generate_iff(unsigned modulus_bits, const Resources& resources) {
    return identity::generate_iff(modulus_bits, identity::search_context(resources));
}

IdentityKey identity::generate_iff(unsigned modulus_bits, const crypto::SearchContext& context) {
    require_identity_bits(modulus_bits);
    crypto::SchnorrModulus modulus = crypto::search_schnorr_modulus(
        "IFF parameters", modulus_bits, crypto::subgroup_bits(modulus_bits), context);
    Number g = crypto::find_generator(modulus.p, modulus.q, context.random);
    Number b = crypto::random_between(Number(1), subtract(modulus.q, Number(1)), context.random);
    Number v = power_modulo(g, subtract(modulus.q, b), modulus.p);
    return {
        IdentityScheme::iff,
        IdentityRole::server,
        {DsaNumbers{std::move(modulus.p), std::move(modulus.q), std::move(g), std::move(v), std::move(b)}}};
}

IdentityKey make_iff_client(const IdentityKey& server) {
    identity::require(server, IdentityScheme::iff, IdentityRole::server);
    const DsaNumbers& key = dsa(server);
    if (!(key.priv < key.q))
        throw Error(ErrorCode::bad_file, "the IFF key's secret is not below q");
    Number v = power_modulo(key.g, subtract(key.q, key.priv), key.p);
    // The private place of a client's file holds 1: the secret stays with the server.
    return {IdentityScheme::iff,
            IdentityRole::client,
            {DsaNumbers{key.p.clone(), key.q.clone(), key.g.clone(), std::move(v), Number(1)}}};
}

void prove_iff(const IdentityKey& server, const IdentityKey& client, Random& random) {
    identity::require(server, IdentityScheme::iff, IdentityRole::server);
    identity::require(client, IdentityScheme::iff, IdentityRole::client);
    const DsaNumbers& bob = dsa(server);
    const DsaNumbers& alice = dsa(client);
    const auto fail = [](std::string_view why, std::string hint = {}) {
        identity::throw_not_proven(IdentityScheme::iff, why, std::move(hint));
    };
    if (!(bob.p == alice.p && bob.q == alice.q && bob.g == alice.g))
        fail("server and client files are of different generations",
             "give the clients the file that belongs to this key");
    if (alice.q.is_zero() || alice.q.is_one())
        fail("q is no prime");
    require_usable_client(client);

    const Number r = crypto::random_between(Number(1), subtract(alice.q, Number(1)), random);
    const Number k = crypto::random_between(Number(1), subtract(bob.q, Number(1)), random);
    const Number y = add_modulo(k, multiply_modulo(bob.priv, r, bob.q), bob.q);
    const Number x = power_modulo(bob.g, k, bob.p);
    const Number z =
        multiply_modulo(power_modulo(alice.g, y, alice.p), power_modulo(alice.pub, r, alice.p), alice.p);
    if (!(z == x))
        fail("the client's public value does not belong to the server's key",
             "make a good client file on the server: keygen -e > iffpar");
}

}  // namespace keygen

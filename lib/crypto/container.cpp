#include "crypto/container.hpp"

#include <new>

#include "crypto/asn1_container.hpp"

namespace keygen::crypto {

namespace {

void require_version_zero(std::int32_t version) {
    if (version != 0)
        throw Error(ErrorCode::bad_file, "a key structure of an unknown version");
}

}  // namespace

DsaNumbers clone(const DsaNumbers& n) {
    return {n.p.clone(), n.q.clone(), n.g.clone(), n.pub.clone(), n.priv.clone()};
}
RsaNumbers clone(const RsaNumbers& n) {
    return {n.n.clone(), n.e.clone(),    n.d.clone(),    n.p.clone(),
            n.q.clone(), n.dmp1.clone(), n.dmq1.clone(), n.iqmp.clone()};
}
MvAuthorityNumbers clone(const MvAuthorityNumbers& n) {
    MvAuthorityNumbers copy{n.p.clone(), n.q.clone(), n.g.clone(), n.a.clone(), n.b.clone(), {}, n.revoked};
    for (const auto& client : n.clients)
        copy.clients.push_back({client.factor.clone(), client.power.clone()});
    return copy;
}

SecretBytes encode(const DsaNumbers& numbers) {
    const auto container = make<DSA_CONTAINER, DSA_CONTAINER_it>();
    store(container->p, numbers.p);
    store(container->q, numbers.q);
    store(container->g, numbers.g);
    store(container->pub, numbers.pub);
    store(container->priv, numbers.priv);
    return encode_der(container);
}

SecretBytes encode(const RsaNumbers& numbers) {
    const auto container = make<RSA_CONTAINER, RSA_CONTAINER_it>();
    store(container->n, numbers.n);
    store(container->e, numbers.e);
    store(container->d, numbers.d);
    store(container->p, numbers.p);
    store(container->q, numbers.q);
    store(container->dmp1, numbers.dmp1);
    store(container->dmq1, numbers.dmq1);
    store(container->iqmp, numbers.iqmp);
    return encode_der(container);
}

SecretBytes encode(const MvAuthorityNumbers& numbers) {
    const auto container = make<MV_AUTHORITY_CONTAINER, MV_AUTHORITY_CONTAINER_it>();
    store(container->p, numbers.p);
    store(container->q, numbers.q);
    store(container->g, numbers.g);
    store(container->a, numbers.a);
    store(container->b, numbers.b);
    for (const MvClientNumbers& client : numbers.clients) {
        auto owned = make<MV_CLIENT_CONTAINER, MV_CLIENT_CONTAINER_it>();
        store(owned->factor, client.factor);
        store(owned->power, client.power);
        if (sk_MV_CLIENT_CONTAINER_push(container->clients, owned.get()) == 0)
            throw std::bad_alloc();
        (void)owned.release();
    }
    for (const std::uint32_t client : numbers.revoked) {
        Asn1IntegerPtr integer(check(ASN1_INTEGER_new(), "allocating a number"));
        check(ASN1_INTEGER_set_uint64(integer.get(), client), "storing a client's number");
        if (sk_ASN1_INTEGER_push(container->revoked, integer.get()) == 0)
            throw std::bad_alloc();
        (void)integer.release();
    }
    return encode_der(container);
}

DsaNumbers decode_dsa(std::span<const std::uint8_t> der) {
    const auto c = decode_der<DSA_CONTAINER, DSA_CONTAINER_it>(der, "a DSA key");
    require_version_zero(c->version);
    require_plausible_size({c->p, c->q, c->g, c->pub, c->priv});
    return {Number::copy_of(c->p), Number::copy_of(c->q), Number::copy_of(c->g), Number::copy_of(c->pub),
            Number::copy_of(c->priv)};
}

RsaNumbers decode_rsa(std::span<const std::uint8_t> der) {
    const auto c = decode_der<RSA_CONTAINER, RSA_CONTAINER_it>(der, "an RSA key");
    require_version_zero(c->version);
    require_plausible_size({c->n, c->e, c->d, c->p, c->q});
    return {Number::copy_of(c->n),    Number::copy_of(c->e),   Number::copy_of(c->d),
            Number::copy_of(c->p),    Number::copy_of(c->q),   Number::copy_of(c->dmp1),
            Number::copy_of(c->dmq1), Number::copy_of(c->iqmp)};
}

MvAuthorityNumbers decode_mv_authority(std::span<const std::uint8_t> der) {
    const auto c =
        decode_der<MV_AUTHORITY_CONTAINER, MV_AUTHORITY_CONTAINER_it>(der, "an MV trusted authority");
    require_version_zero(c->version);
    require_plausible_size({c->p, c->q, c->g, c->a, c->b});
    MvAuthorityNumbers result{Number::copy_of(c->p),
                              Number::copy_of(c->q),
                              Number::copy_of(c->g),
                              Number::copy_of(c->a),
                              Number::copy_of(c->b),
                              {},
                              {}};
    for (int i = 0; i < sk_MV_CLIENT_CONTAINER_num(c->clients); ++i) {
        const MV_CLIENT_CONTAINER* client = sk_MV_CLIENT_CONTAINER_value(c->clients, i);
        require_plausible_size({client->factor, client->power});
        result.clients.push_back({Number::copy_of(client->factor), Number::copy_of(client->power)});
    }
    for (int i = 0; i < sk_ASN1_INTEGER_num(c->revoked); ++i) {
        std::uint64_t client = 0;
        if (ASN1_INTEGER_get_uint64(&client, sk_ASN1_INTEGER_value(c->revoked, i)) != 1 || client == 0 ||
            client >= result.clients.size() || (!result.revoked.empty() && client <= result.revoked.back())) {
            clear_errors();
            throw Error(
                ErrorCode::bad_file,
                "an MV trusted authority whose list of revoked clients is no ascending list of its own");
        }
        result.revoked.push_back(static_cast<std::uint32_t>(client));
    }
    return result;
}

}  // namespace keygen::crypto

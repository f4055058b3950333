#include "crypto/asn1_container.hpp"

namespace keygen::crypto {
namespace {

void wipe(std::initializer_list<BIGNUM*> values) {
    for (BIGNUM* value : values) {
        if (value != nullptr)
            BN_clear(value);
    }
}

// Small enough that arithmetic on a hostile file ends.
constexpr unsigned MAX_MODULUS_BITS = 16384;

}  // namespace

void wipe(DSA_CONTAINER& c) {
    wipe({c.g, c.pub, c.priv});  // an MV server has a secret in each of them
}
void wipe(RSA_CONTAINER& c) {
    wipe({c.e, c.d, c.p, c.q, c.dmp1, c.dmq1, c.iqmp});
}
void wipe(MV_CLIENT_CONTAINER& c) {
    wipe({c.factor, c.power});
}
void wipe(MV_AUTHORITY_CONTAINER& c) {
    wipe({c.a, c.b});
    for (int i = 0; i < sk_MV_CLIENT_CONTAINER_num(c.clients); ++i)
        wipe(*sk_MV_CLIENT_CONTAINER_value(c.clients, i));
}
void wipe(DSA_PARAMETERS&) {}

void store(BIGNUM*& place, const Number& value) {
    if (place == nullptr)
        place = check(BN_new(), "allocating a number");
    check(BN_copy(place, value.get()), "copying a number");
}

void require_plausible_size(std::initializer_list<const BIGNUM*> values) {
    for (const BIGNUM* value : values) {
        if (BN_num_bits(value) > static_cast<int>(MAX_MODULUS_BITS))
            throw Error(ErrorCode::bad_file, "a key of more than 16384 bits");
    }
}

}  // namespace keygen::crypto

// clang-format off
ASN1_SEQUENCE(DSA_CONTAINER) = {
    ASN1_EMBED(DSA_CONTAINER, version, INT32),
    ASN1_SIMPLE(DSA_CONTAINER, p, BIGNUM),
    ASN1_SIMPLE(DSA_CONTAINER, q, BIGNUM),
    ASN1_SIMPLE(DSA_CONTAINER, g, BIGNUM),
    ASN1_SIMPLE(DSA_CONTAINER, pub, BIGNUM),
    ASN1_SIMPLE(DSA_CONTAINER, priv, CBIGNUM)
} ASN1_SEQUENCE_END(DSA_CONTAINER)

ASN1_SEQUENCE(RSA_CONTAINER) = {
    ASN1_EMBED(RSA_CONTAINER, version, INT32),
    ASN1_SIMPLE(RSA_CONTAINER, n, BIGNUM),
    ASN1_SIMPLE(RSA_CONTAINER, e, BIGNUM),
    ASN1_SIMPLE(RSA_CONTAINER, d, CBIGNUM),
    ASN1_SIMPLE(RSA_CONTAINER, p, CBIGNUM),
    ASN1_SIMPLE(RSA_CONTAINER, q, CBIGNUM),
    ASN1_SIMPLE(RSA_CONTAINER, dmp1, CBIGNUM),
    ASN1_SIMPLE(RSA_CONTAINER, dmq1, CBIGNUM),
    ASN1_SIMPLE(RSA_CONTAINER, iqmp, CBIGNUM)
} ASN1_SEQUENCE_END(RSA_CONTAINER)

ASN1_SEQUENCE(MV_CLIENT_CONTAINER) = {
    ASN1_SIMPLE(MV_CLIENT_CONTAINER, factor, BIGNUM),
    ASN1_SIMPLE(MV_CLIENT_CONTAINER, power, BIGNUM)
} ASN1_SEQUENCE_END(MV_CLIENT_CONTAINER)

ASN1_SEQUENCE(MV_AUTHORITY_CONTAINER) = {
    ASN1_EMBED(MV_AUTHORITY_CONTAINER, version, INT32),
    ASN1_SIMPLE(MV_AUTHORITY_CONTAINER, p, BIGNUM),
    ASN1_SIMPLE(MV_AUTHORITY_CONTAINER, q, BIGNUM),
    ASN1_SIMPLE(MV_AUTHORITY_CONTAINER, g, BIGNUM),
    ASN1_SIMPLE(MV_AUTHORITY_CONTAINER, a, BIGNUM),
    ASN1_SIMPLE(MV_AUTHORITY_CONTAINER, b, BIGNUM),
    ASN1_SEQUENCE_OF(MV_AUTHORITY_CONTAINER, clients, MV_CLIENT_CONTAINER),
    ASN1_SEQUENCE_OF(MV_AUTHORITY_CONTAINER, revoked, ASN1_INTEGER)
} ASN1_SEQUENCE_END(MV_AUTHORITY_CONTAINER)

ASN1_SEQUENCE(DSA_PARAMETERS) = {
    ASN1_SIMPLE(DSA_PARAMETERS, p, BIGNUM),
    ASN1_SIMPLE(DSA_PARAMETERS, q, BIGNUM),
    ASN1_SIMPLE(DSA_PARAMETERS, g, BIGNUM)
} ASN1_SEQUENCE_END(DSA_PARAMETERS)

#pragma once

#include <openssl/asn1t.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "crypto/container.hpp"
#include "crypto/der.hpp"
#include "crypto/failure.hpp"

// What OpenSSL's ASN.1 templates want: C structs of pointers. Only the files that encode and decode keys
// include them.

struct DSA_CONTAINER {
    std::int32_t version;
    BIGNUM *p, *q, *g, *pub, *priv;
};

struct RSA_CONTAINER {
    std::int32_t version;
    BIGNUM *n, *e, *d, *p, *q, *dmp1, *dmq1, *iqmp;
};

struct MV_CLIENT_CONTAINER {
    BIGNUM *factor, *power;
};

DEFINE_STACK_OF(MV_CLIENT_CONTAINER)

struct MV_AUTHORITY_CONTAINER {
    std::int32_t version;
    BIGNUM *p, *q, *g, *a, *b;
    STACK_OF(MV_CLIENT_CONTAINER) * clients;
    STACK_OF(ASN1_INTEGER) * revoked;
};

struct DSA_PARAMETERS {
    BIGNUM *p, *q, *g;
};

DECLARE_ASN1_ITEM(DSA_CONTAINER)
DECLARE_ASN1_ITEM(RSA_CONTAINER)
DECLARE_ASN1_ITEM(MV_CLIENT_CONTAINER)
DECLARE_ASN1_ITEM(MV_AUTHORITY_CONTAINER)
DECLARE_ASN1_ITEM(DSA_PARAMETERS)

namespace keygen::crypto {

// OpenSSL's BIGNUM template frees without wiping, so what it decoded is wiped first.
void wipe(DSA_CONTAINER& container);
void wipe(RSA_CONTAINER& container);
void wipe(MV_CLIENT_CONTAINER& container);
void wipe(MV_AUTHORITY_CONTAINER& container);
void wipe(DSA_PARAMETERS& parameters);

template <typename Container, const ASN1_ITEM* (*item)()>
struct Owner {
    void operator()(Container* container) const noexcept {
        wipe(*container);
        ASN1_item_free(reinterpret_cast<ASN1_VALUE*>(container), item());
    }
};

template <typename Container, const ASN1_ITEM* (*item)()>
using Owned = std::unique_ptr<Container, Owner<Container, item>>;

template <typename Container, const ASN1_ITEM* (*item)()>
Owned<Container, item> make() {
    return Owned<Container, item>(
        reinterpret_cast<Container*>(check(ASN1_item_new(item()), "allocating a key")));
}

template <typename Container, const ASN1_ITEM* (*item)()>
Owned<Container, item> decode_der(std::span<const std::uint8_t> der, const char* what) {
    const unsigned char* position = der.data();
    auto* value = ASN1_item_d2i(nullptr, &position, static_cast<long>(der.size()), item());
    Owned<Container, item> container(reinterpret_cast<Container*>(value));
    if (container == nullptr)
        clear_decode_errors("decoding a key");
    if (container == nullptr || position != der.data() + der.size()) {
        throw Error(ErrorCode::bad_file, std::string("the content is not ") + what);
    }
    return container;
}

template <typename Container, const ASN1_ITEM* (*item)()>
SecretBytes encode_der(const Owned<Container, item>& container) {
    const auto* value = reinterpret_cast<const ASN1_VALUE*>(container.get());
    return to_der([&](unsigned char** out) { return ASN1_item_i2d(value, out, item()); }, "encoding a key");
}

void store(BIGNUM*& place, const Number& value);
/// Throws Error(bad_file) for what is larger than anything NTP uses by far.
void require_plausible_size(std::initializer_list<const BIGNUM*> values);

}  // namespace keygen::crypto

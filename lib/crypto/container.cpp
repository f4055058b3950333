#include "crypto/container.hpp"

#include <openssl/asn1t.h>

#include "crypto/der.hpp"
#include "crypto/failure.hpp"

// The templates of OpenSSL want C structs of pointers. They live in this file only.

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

// clang-format off
ASN1_SEQUENCE(DSA_CONTAINER) = {
    ASN1_EMBED(DSA_CONTAINER, version, INT32),
    ASN1_SIMPLE(DSA_CONTAINER, p, BIGNUM),
    ASN1_SIMPLE(DSA_CONTAINER, q, BIGNUM),
    ASN1_SIMPLE(DSA_CONTAINER, g, BIGNUM),
    ASN1_SIMPLE(DSA_CONTAINER, pub, BIGNUM),
    ASN1_SIMPLE(DSA_CONTAINER, priv, CBIGNUM)
} static_ASN1_SEQUENCE_END(DSA_CONTAINER)

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
} static_ASN1_SEQUENCE_END(RSA_CONTAINER)

ASN1_SEQUENCE(MV_CLIENT_CONTAINER) = {
    ASN1_SIMPLE(MV_CLIENT_CONTAINER, factor, BIGNUM),
    ASN1_SIMPLE(MV_CLIENT_CONTAINER, power, BIGNUM)
} static_ASN1_SEQUENCE_END(MV_CLIENT_CONTAINER)

ASN1_SEQUENCE(MV_AUTHORITY_CONTAINER) = {
    ASN1_EMBED(MV_AUTHORITY_CONTAINER, version, INT32),
    ASN1_SIMPLE(MV_AUTHORITY_CONTAINER, p, BIGNUM),
    ASN1_SIMPLE(MV_AUTHORITY_CONTAINER, q, BIGNUM),
    ASN1_SIMPLE(MV_AUTHORITY_CONTAINER, g, BIGNUM),
    ASN1_SIMPLE(MV_AUTHORITY_CONTAINER, a, BIGNUM),
    ASN1_SIMPLE(MV_AUTHORITY_CONTAINER, b, BIGNUM),
    ASN1_SEQUENCE_OF(MV_AUTHORITY_CONTAINER, clients, MV_CLIENT_CONTAINER),
    ASN1_SEQUENCE_OF(MV_AUTHORITY_CONTAINER, revoked, ASN1_INTEGER)
} static_ASN1_SEQUENCE_END(MV_AUTHORITY_CONTAINER)

ASN1_SEQUENCE(DSA_PARAMETERS) = {
    ASN1_SIMPLE(DSA_PARAMETERS, p, BIGNUM),
    ASN1_SIMPLE(DSA_PARAMETERS, q, BIGNUM),
    ASN1_SIMPLE(DSA_PARAMETERS, g, BIGNUM)
} static_ASN1_SEQUENCE_END(DSA_PARAMETERS)
    // clang-format on

    namespace keygen::crypto {
    namespace {

    // OpenSSL's BIGNUM template frees without wiping, so what it decoded is wiped here first.
    void wipe(std::initializer_list<BIGNUM*> values) {
        for (BIGNUM* value : values) {
            if (value != nullptr)
                BN_clear(value);
        }
    }

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
            forget_refusal("decoding a key");
        if (container == nullptr || position != der.data() + der.size()) {
            throw Error(ErrorCode::bad_file, std::string("the content is not ") + what);
        }
        return container;
    }

    template <typename Container, const ASN1_ITEM* (*item)()>
    SecretBytes encode_der(const Owned<Container, item>& container) {
        const auto* value = reinterpret_cast<const ASN1_VALUE*>(container.get());
        return to_der([&](unsigned char** out) { return ASN1_item_i2d(value, out, item()); },
                      "encoding a key");
    }

    void store(BIGNUM*& place, const Number& value) {
        if (place == nullptr)
            place = check(BN_new(), "allocating a number");
        check(BN_copy(place, value.get()), "copying a number");
    }

    void require_version_zero(std::int32_t version) {
        if (version != 0)
            throw Error(ErrorCode::bad_file, "a key structure of an unknown version");
    }

    // Larger than anything NTP uses by far, small enough that arithmetic on a hostile file ends.
    constexpr unsigned MAX_MODULUS_BITS = 16384;

    void require_plausible_size(std::initializer_list<const BIGNUM*> values) {
        for (const BIGNUM* value : values) {
            if (BN_num_bits(value) > static_cast<int>(MAX_MODULUS_BITS))
                throw Error(ErrorCode::bad_file, "a key of more than 16384 bits");
        }
    }

    // An arc under 2.25 needs no registration (ITU-T X.667); it marks the authority inside PKCS#8, which no
    // daemon reads.
    constexpr const char* MV_AUTHORITY_OID = "2.25.237482339401627105412739250310873622521";

    Asn1ObjectPtr object_of(const KeyNumbers& numbers) {
        if (std::holds_alternative<MvAuthorityNumbers>(numbers))
            return Asn1ObjectPtr(check(OBJ_txt2obj(MV_AUTHORITY_OID, 1), "naming the MV authority"));
        return Asn1ObjectPtr(
            OBJ_dup(OBJ_nid2obj(std::holds_alternative<RsaNumbers>(numbers) ? NID_rsaEncryption : NID_dsa)));
    }

    DsaNumbers from_pkcs8_dsa(std::span<const std::uint8_t> key, const X509_ALGOR* algorithm) {
        int type = 0;
        const void* value = nullptr;
        X509_ALGOR_get0(nullptr, &type, &value, algorithm);
        if (type != V_ASN1_SEQUENCE)
            throw Error(ErrorCode::bad_file, "a DSA key without its parameters");
        const auto* sequence = static_cast<const ASN1_STRING*>(value);
        const auto parameters = decode_der<DSA_PARAMETERS, DSA_PARAMETERS_it>(
            {ASN1_STRING_get0_data(sequence), static_cast<std::size_t>(ASN1_STRING_length(sequence))},
            "a list of DSA parameters");

        const unsigned char* position = key.data();
        const Asn1IntegerPtr priv(d2i_ASN1_INTEGER(nullptr, &position, static_cast<long>(key.size())));
        if (priv == nullptr)
            forget_refusal("decoding a key");
        if (priv == nullptr || position != key.data() + key.size()) {
            throw Error(ErrorCode::bad_file, "a DSA key whose private value is not an integer");
        }
        Number x(BnPtr(check(ASN1_INTEGER_to_BN(priv.get(), nullptr), "reading a private value")));
        if (BN_is_negative(x.get()) == 1)
            throw Error(ErrorCode::bad_file, "a DSA key with a negative private value");
        Number p = Number::copy_of(parameters->p);
        require_plausible_size({p.get(), x.get()});
        Number g = Number::copy_of(parameters->g);
        Number pub = p.is_odd() && !p.is_one() ? power_modulo(g, x, p) : Number();
        return {std::move(p), Number::copy_of(parameters->q), std::move(g), std::move(pub), std::move(x)};
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
        MvAuthorityNumbers copy{n.p.clone(), n.q.clone(), n.g.clone(), n.a.clone(),
                                n.b.clone(), {},          n.revoked};
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
                client >= result.clients.size() ||
                (!result.revoked.empty() && client <= result.revoked.back())) {
                forget_failures();
                throw Error(
                    ErrorCode::bad_file,
                    "an MV trusted authority whose list of revoked clients is no ascending list of its own");
            }
            result.revoked.push_back(static_cast<std::uint32_t>(client));
        }
        return result;
    }

    SecretBytes encode_pkcs8(const KeyNumbers& numbers) {
        Pkcs8Ptr info(check(PKCS8_PRIV_KEY_INFO_new(), "allocating a key"));
        int parameter_type = V_ASN1_UNDEF;
        Asn1StringPtr parameters;
        SecretBytes key;
        if (const auto* rsa = std::get_if<RsaNumbers>(&numbers)) {
            key = encode(*rsa);
            parameter_type = V_ASN1_NULL;
        } else if (const auto* dsa = std::get_if<DsaNumbers>(&numbers)) {
            const auto sequence = make<DSA_PARAMETERS, DSA_PARAMETERS_it>();
            store(sequence->p, dsa->p);
            store(sequence->q, dsa->q);
            store(sequence->g, dsa->g);
            const SecretBytes der = encode_der(sequence);
            parameters.reset(check(ASN1_STRING_new(), "allocating parameters"));
            check(ASN1_STRING_set(parameters.get(), der.bytes().data(), static_cast<int>(der.size())),
                  "storing parameters");
            parameter_type = V_ASN1_SEQUENCE;

            const Asn1IntegerPtr priv(
                check(BN_to_ASN1_INTEGER(dsa->priv.get(), nullptr), "storing a private value"));
            key = to_der([&](unsigned char** out) { return i2d_ASN1_INTEGER(priv.get(), out); },
                         "encoding a key");
        } else {
            key = encode(std::get<MvAuthorityNumbers>(numbers));
        }

        Asn1ObjectPtr object = object_of(numbers);
        const auto free_copy = [size = key.size()](void* copy) { OPENSSL_clear_free(copy, size); };
        std::unique_ptr<void, decltype(free_copy)> copy(
            check(OPENSSL_memdup(key.bytes().data(), key.size()), "copying a key"), free_copy);
        check(PKCS8_pkey_set0(info.get(), object.get(), 0, parameter_type, parameters.get(),
                              static_cast<unsigned char*>(copy.get()), static_cast<int>(key.size())),
              "wrapping a key");
        (void)object.release();
        (void)parameters.release();
        (void)copy.release();

        return to_der([&](unsigned char** out) { return i2d_PKCS8_PRIV_KEY_INFO(info.get(), out); },
                      "wrapping a key");
    }

    KeyNumbers decode_pkcs8(std::span<const std::uint8_t> der) {
        const unsigned char* position = der.data();
        const Pkcs8Ptr info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &position, static_cast<long>(der.size())));
        if (info == nullptr)
            forget_refusal("decoding a key");
        if (info == nullptr || position != der.data() + der.size()) {
            throw Error(ErrorCode::bad_file, "the content is not a private key (PKCS#8)");
        }
        const ASN1_OBJECT* object = nullptr;
        const unsigned char* key = nullptr;
        int length = 0;
        const X509_ALGOR* algorithm = nullptr;
        check(PKCS8_pkey_get0(&object, &key, &length, &algorithm, info.get()), "unwrapping a key");
        const std::span<const std::uint8_t> content(key, static_cast<std::size_t>(length));

        const Asn1ObjectPtr authority(check(OBJ_txt2obj(MV_AUTHORITY_OID, 1), "naming the MV authority"));
        if (OBJ_obj2nid(object) == NID_rsaEncryption)
            return decode_rsa(content);
        if (OBJ_obj2nid(object) == NID_dsa)
            return from_pkcs8_dsa(content, algorithm);
        if (OBJ_cmp(object, authority.get()) == 0)
            return decode_mv_authority(content);
        throw Error(ErrorCode::bad_file, "a private key that is neither RSA nor DSA");
    }

}  // namespace keygen::crypto

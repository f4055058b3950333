#include "crypto/pkcs8.hpp"

#include <array>

#include "crypto/asn1_container.hpp"

namespace keygen::crypto {

namespace {

// An arc under 2.25 needs no registration (ITU-T X.667); it marks the authority inside PKCS#8, which no
// daemon reads.
// 2.25.237482339401627105412739250310873622521, as DER: when memory runs out, OBJ_txt2obj makes another of
// it.
constexpr std::array<unsigned char, 22> MV_AUTHORITY_OID = {0x06, 0x14, 0x69, 0x82, 0xe5, 0xa9, 0xb7, 0xd4,
                                                            0xf7, 0xff, 0xdf, 0xb7, 0x90, 0x86, 0xd0, 0x8a,
                                                            0x98, 0xee, 0x9a, 0xa0, 0xcf, 0x79};

Asn1ObjectPtr mv_authority_object() {
    const unsigned char* position = MV_AUTHORITY_OID.data();
    return Asn1ObjectPtr(
        check(d2i_ASN1_OBJECT(nullptr, &position, MV_AUTHORITY_OID.size()), "naming the MV authority"));
}

Asn1ObjectPtr object_of(const KeyNumbers& numbers) {
    if (std::holds_alternative<MvAuthorityNumbers>(numbers))
        return mv_authority_object();
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
        clear_decode_errors("decoding a key");
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
        key =
            to_der([&](unsigned char** out) { return i2d_ASN1_INTEGER(priv.get(), out); }, "encoding a key");
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
        clear_decode_errors("decoding a key");
    if (info == nullptr || position != der.data() + der.size()) {
        throw Error(ErrorCode::bad_file, "the content is not a private key (PKCS#8)");
    }
    const ASN1_OBJECT* object = nullptr;
    const unsigned char* key = nullptr;
    int length = 0;
    const X509_ALGOR* algorithm = nullptr;
    check(PKCS8_pkey_get0(&object, &key, &length, &algorithm, info.get()), "unwrapping a key");
    const std::span<const std::uint8_t> content(key, static_cast<std::size_t>(length));

    const Asn1ObjectPtr authority = mv_authority_object();
    if (OBJ_obj2nid(object) == NID_rsaEncryption)
        return decode_rsa(content);
    if (OBJ_obj2nid(object) == NID_dsa)
        return from_pkcs8_dsa(content, algorithm);
    if (OBJ_cmp(object, authority.get()) == 0)
        return decode_mv_authority(content);
    throw Error(ErrorCode::bad_file, "a private key that is neither RSA nor DSA");
}

}  // namespace keygen::crypto

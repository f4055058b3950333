#include "identity/identity.hpp"

#include <keygen/error.hpp>
#include <keygen/identity.hpp>

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "crypto/failure.hpp"
#include "crypto/pem.hpp"

namespace keygen {

namespace {

using crypto::DsaNumbers;
using crypto::MvAuthorityNumbers;
using crypto::Number;
using crypto::RsaNumbers;

const Number& modulus_of(const crypto::KeyNumbers& numbers) {
    if (const auto* rsa = std::get_if<RsaNumbers>(&numbers))
        return rsa->n;
    if (const auto* dsa = std::get_if<DsaNumbers>(&numbers))
        return dsa->p;
    return std::get<MvAuthorityNumbers>(numbers).p;
}

bool is_of_right_kind(IdentityScheme scheme, IdentityRole role, const crypto::KeyNumbers& numbers) {
    if (scheme == IdentityScheme::gq)
        return std::holds_alternative<RsaNumbers>(numbers);
    if (role == IdentityRole::authority)
        return std::holds_alternative<MvAuthorityNumbers>(numbers);
    return std::holds_alternative<DsaNumbers>(numbers);
}

// Arithmetic modulo these has to be possible; anything else is decided by proving.
void require_sound_modulus(const crypto::KeyNumbers& numbers) {
    const Number& modulus = modulus_of(numbers);
    if (!modulus.is_odd() || modulus.is_one())
        throw Error(ErrorCode::bad_file, "the modulus is even: this is no identity key");
}

// The factors of all clients and of the spare make up q; dividing by them then leaves no remainder, and their
// number has a limit.
void require_sound_authority(const MvAuthorityNumbers& authority) {
    Number product(1);
    for (const auto& client : authority.clients) {
        product = multiply(product, client.factor);
        if (client.factor.is_one() || authority.q < product)
            break;
    }
    const bool is_sound = authority.clients.size() >= 2 && product == authority.q &&
                          add(multiply(authority.q, Number(2)), Number(1)) == authority.p;
    if (!is_sound)
        throw Error(ErrorCode::bad_file,
                    "an MV trusted authority whose clients' factors do not make up its modulus");
}

// PKCS#8 has no place for the independent public value of IFF clients and of both MV files.
bool needs_public_value(IdentityScheme scheme, IdentityRole role) {
    return (scheme == IdentityScheme::iff && role == IdentityRole::client) ||
           (scheme == IdentityScheme::mv && role != IdentityRole::authority);
}

}  // namespace

std::string_view name_of(IdentityScheme scheme) {
    switch (scheme) {
        case IdentityScheme::iff:
            return "IFF";
        case IdentityScheme::gq:
            return "GQ";
        case IdentityScheme::mv:
            return "MV";
    }
    return "unknown";
}

std::string file_type_of(IdentityScheme scheme, IdentityRole role) {
    static constexpr std::array<std::string_view, 3> ENDINGS = {"key", "par", "ta"};
    return fmt::format("{}{}", name_of(scheme), ENDINGS.at(static_cast<std::size_t>(role)));
}

IdentityKey::IdentityKey(IdentityScheme scheme, IdentityRole role, Numbers numbers)
    : scheme_(scheme), role_(role), numbers_(std::make_unique<Numbers>(std::move(numbers))) {}
IdentityKey::IdentityKey(IdentityKey&&) noexcept = default;
IdentityKey& IdentityKey::operator=(IdentityKey&&) noexcept = default;
IdentityKey::~IdentityKey() = default;

IdentityKey IdentityKey::from_pem(std::string_view text, IdentityScheme scheme, IdentityRole role,
                                  const SecretBytes* password) {
    return identity::from_pem(text, scheme, role, [password](const crypto::PemBlock& block) {
        return crypto::decode_key(block, password);
    });
}

IdentityKey identity::from_pem(std::string_view text, IdentityScheme scheme, IdentityRole role,
                               const std::function<crypto::KeyNumbers(const crypto::PemBlock&)>& decode) {
    const auto blocks = crypto::parse_pem(text);
    // As PEM_read_PrivateKey, which passes over what is no key.
    const auto block = std::find_if(blocks.begin(), blocks.end(), crypto::is_private_key);
    if (block == blocks.end())
        throw Error(ErrorCode::bad_file,
                    fmt::format("a PEM block \"{}\" where the {} {} key should be",
                                escaped(blocks.front().label), name_of(scheme), file_type_of(scheme, role)));
    crypto::KeyNumbers numbers = decode(*block);
    if (!is_of_right_kind(scheme, role, numbers)) {
        if (scheme == IdentityScheme::mv && role == IdentityRole::authority)
            throw Error(ErrorCode::unsupported,
                        "made by ntp-keygen, which kept neither the authority's b nor the clients' xhat: "
                        "nothing can be "
                        "revoked or issued with it")
                .hint("make new keys: keygen -T -V <clients> -p <password>");
        throw Error(ErrorCode::bad_file,
                    fmt::format("a key of another type than {}", file_type_of(scheme, role)));
    }
    require_sound_modulus(numbers);
    if (const auto* authority = std::get_if<MvAuthorityNumbers>(&numbers))
        require_sound_authority(*authority);
    return {scheme, role, {std::move(numbers)}};
}

bool identity::is_protected_by_pbkdf2(IdentityScheme scheme, IdentityRole role) {
    return role != IdentityRole::client && !needs_public_value(scheme, role);
}

SecretBytes IdentityKey::to_pem(const Protection* protection) const {
    const bool is_client = role_ == IdentityRole::client;
    if (!is_client && protection == nullptr)
        throw std::logic_error("a secret identity file needs a password");
    const SecretBytes* password = is_client ? nullptr : &protection->password;
    const std::string cipher = is_client ? std::string() : protection->cipher;
    if (needs_public_value(scheme_, role_))
        return crypto::format_traditional(identity::dsa(*this), password, cipher);
    return crypto::format_pkcs8(numbers_->value, password, cipher,
                                is_client ? 0 : protection->key_derivation_rounds);
}

IdentityKey IdentityKey::clone() const {
    return {
        scheme_, role_,
        Numbers{std::visit([](const auto& numbers) -> crypto::KeyNumbers { return crypto::clone(numbers); },
                           numbers_->value)}};
}

unsigned IdentityKey::modulus_bits() const {
    return modulus_of(numbers_->value).bits();
}

std::string IdentityKey::fingerprint() const {
    // The modulus is new in every generation, public, and the one number that all files of a generation
    // share.
    const std::string text = fmt::format("{} {}", name_of(scheme_), modulus_of(numbers_->value).hex());
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    crypto::check(EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr),
                  "fingerprinting a key");
    constexpr std::size_t SHOWN_BYTES = 8;
    std::string result = fmt::format("{}:", name_of(scheme_));
    for (std::size_t i = 0; i < SHOWN_BYTES; ++i)
        result += fmt::format("{:02x}", digest[i]);
    return result;
}

void require_identity_bits(unsigned bits) {
    if (bits < MIN_IDENTITY_BITS || bits > MAX_IDENTITY_BITS)
        throw Error(ErrorCode::bad_request, fmt::format("an identity modulus of {} bits; it takes {} to {}",
                                                        bits, MIN_IDENTITY_BITS, MAX_IDENTITY_BITS));
}

bool holds_client_parameters(const IdentityKey& key) {
    switch (key.scheme()) {
        case IdentityScheme::iff:
            return identity::dsa(key).priv.is_one();
        case IdentityScheme::gq:
            return identity::rsa(key).p.is_one() && identity::rsa(key).q.is_one();
        case IdentityScheme::mv:
            return key.role() != IdentityRole::authority && identity::dsa(key).q.is_one() &&
                   identity::dsa(key).g.is_one();
    }
    return false;
}

void require_usable_client(const IdentityKey& client) {
    const auto lost = [&](const Number& pub) { return pub.is_zero() || pub.is_one(); };
    switch (client.scheme()) {
        case IdentityScheme::iff: {
            identity::require(client, IdentityScheme::iff, IdentityRole::client);
            const DsaNumbers& key = identity::dsa(client);
            // g^1 is what reading PKCS#8 makes of the 1 in the private place.
            if (lost(key.pub) || key.pub == key.g)
                identity::throw_lost_public_value(IdentityScheme::iff, "the client file",
                                                  "make a good one on the server: keygen -e > iffpar");
            for (const Number* element : {&key.g, &key.pub}) {
                if (!power_modulo(*element, key.q, key.p).is_one())
                    identity::throw_not_proven(
                        IdentityScheme::iff,
                        "the numbers are no IFF parameters: g and v are not in the subgroup of order q",
                        "make a good one on the server: keygen -e > iffpar");
            }
            break;
        }
        case IdentityScheme::gq:
            identity::require(client, IdentityScheme::gq, IdentityRole::client);
            if (lost(identity::rsa(client).e) && lost(identity::rsa(client).d))
                identity::throw_not_proven(IdentityScheme::gq, "the client file has no group key",
                                           "make a good one on the server: keygen -e > gqpar");
            break;
        case IdentityScheme::mv:
            identity::require(client, IdentityScheme::mv, IdentityRole::client);
            if (lost(identity::dsa(client).pub) || lost(identity::dsa(client).priv))
                identity::throw_lost_public_value(
                    IdentityScheme::mv, "the client file",
                    "it cannot be saved; make new keys: keygen -T -V <clients> -p <password>");
            break;
    }
    if (!holds_client_parameters(client))
        throw Error(ErrorCode::bad_file, fmt::format("no {} client parameters, but a server's key, which no "
                                                     "client may have",
                                                     name_of(client.scheme())))
            .hint("make client parameters on the server: keygen -e");
}

namespace identity {

void require(const IdentityKey& key, IdentityScheme scheme, IdentityRole role) {
    if (key.scheme() != scheme || key.role() != role)
        throw std::logic_error("an identity key of another scheme or role than asked for");
}

void throw_lost_public_value(IdentityScheme scheme, std::string_view whose, std::string hint) {
    throw_not_proven(
        scheme,
        fmt::format("{} carries no usable public value (PKCS#8, as ntp-keygen writes it, loses it)", whose),
        std::move(hint));
}

void throw_not_proven(IdentityScheme scheme, std::string_view why, std::string hint) {
    throw Error(ErrorCode::not_proven, fmt::format("{}: identity not verified: {}", name_of(scheme), why))
        .hint(std::move(hint));
}

}  // namespace identity
}  // namespace keygen

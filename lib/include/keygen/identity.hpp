#pragma once

#include <keygen/certificate.hpp>
#include <keygen/export.hpp>
#include <keygen/resources.hpp>
#include <keygen/secret.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace keygen {

/// RFC 5906, appendices B to D.
enum class IdentityScheme { iff, gq, mv };
/// Whose file it is: the server's key, a client's parameters, or the trusted authority's (MV only).
enum class IdentityRole { server, client, authority };

/// "IFF", "GQ", "MV"
KEYGEN_API std::string_view name_of(IdentityScheme scheme);
/// Sizes of the modulus of an identity scheme, in bits.
constexpr unsigned MIN_IDENTITY_BITS = 256;
constexpr unsigned MAX_IDENTITY_BITS = 4096;

/// OpenSSL's default is 2048 rounds. This many take some 8 ms on a machine of 2023, once for a key at the
/// daemon's start.
constexpr int DEFAULT_KEY_DERIVATION_ROUNDS = 20000;
/// For the trusted authority's file, which no daemon reads and which can undo every revocation.
constexpr int AUTHORITY_KEY_DERIVATION_ROUNDS = 50000;

/// How a secret file is encrypted.
struct Protection {
    SecretBytes password;
    std::string cipher = std::string(DEFAULT_CIPHER);
    int key_derivation_rounds = DEFAULT_KEY_DERIVATION_ROUNDS;
};

/// The numbers of one identity file. Which number stands for what depends on scheme and role: ntpkey(5).
class KEYGEN_API IdentityKey {
  public:
    struct Numbers;

    IdentityKey(IdentityScheme scheme, IdentityRole role, Numbers numbers);
    IdentityKey(IdentityKey&&) noexcept;
    IdentityKey& operator=(IdentityKey&&) noexcept;
    ~IdentityKey();

    /// Reads the key of a file's text, header or not. `password` may be null for what is not encrypted.
    /// Throws Error(bad_file, wrong_password, unsupported).
    static IdentityKey from_pem(std::string_view text, IdentityScheme scheme, IdentityRole role,
                                const SecretBytes* password);
    /// In the one form that stock ntpd reads right: PKCS#8 with PBES2 for IFF and GQ servers and the MV
    /// authority, traditional PEM for MV servers, all encrypted (`protection` is needed); clients' parameters
    /// are not encrypted.
    [[nodiscard]] SecretBytes to_pem(const Protection* protection) const;

    [[nodiscard]] IdentityKey clone() const;
    [[nodiscard]] IdentityScheme scheme() const { return scheme_; }
    [[nodiscard]] IdentityRole role() const { return role_; }
    [[nodiscard]] unsigned modulus_bits() const;
    /// "IFF:1f0c...": 16 hexadecimal digits over what server and client files of one generation have in
    /// common.
    [[nodiscard]] std::string fingerprint() const;

    [[nodiscard]] const Numbers& numbers() const { return *numbers_; }

  private:
    IdentityScheme scheme_;
    IdentityRole role_;
    std::unique_ptr<Numbers> numbers_;
};

/// New IFF (Schnorr) parameters and server key (RFC 5906, appendix B): p of `modulus_bits`, q of 160 bits
/// where p has less than 2048, else 256. Throws Error(bad_request, cancelled).
KEYGEN_API IdentityKey generate_iff(unsigned modulus_bits, const Resources& resources);

/// What clients get: p, q, g and the public value v = g^(q-b), which is computed here, so that also keys of
/// ntp-keygen, which lost it, give clients' files that work.
KEYGEN_API IdentityKey make_iff_client(const IdentityKey& server);

/// One challenge-response round as ntpd runs it (crypto_alice, crypto_bob, crypto_iff). Throws
/// Error(not_proven) saying why, with a hint where the file carries no usable public value.
KEYGEN_API void prove_iff(const IdentityKey& server, const IdentityKey& client, Random& random);

/// Stock ntpd since 4.2.8p9 reads GQ files one field off: it takes u from the field e and b from d.
/// `published` is what RFC 5906, appendix C and older daemons have: u in p, b in e.
enum class GqLayout { stock, published };
KEYGEN_API std::string_view name_of(GqLayout reading);
/// Throws Error(bad_request) for anything but "stock" and "published".
KEYGEN_API GqLayout parse_gq_reading(std::string_view text);

/// New GQ (Guillou-Quisquater) parameters and server key, right in both readings.
KEYGEN_API IdentityKey generate_gq(unsigned modulus_bits, const Resources& resources);

/// What clients get: n and the group key b in the place where daemons of that reading look. Never give out
/// both for one group: each reading's b is the other's secret u. Throws Error(unsupported) when the server's
/// key does not hold in this reading.
KEYGEN_API IdentityKey make_gq_client(const IdentityKey& server, GqLayout reading);

/// One challenge-response round as ntpd runs it (crypto_alice2, crypto_bob2, crypto_gq). Throws
/// Error(not_proven).
KEYGEN_API void prove_gq(const IdentityKey& server, const IdentityKey& client, GqLayout reading,
                         Random& random);

/// New MV (Mu-Varadharajan) parameters for `clients` clients, all of which work (RFC 5906, appendix D).
/// Throws Error(bad_request) with the largest number that fits.
KEYGEN_API IdentityKey generate_mv(unsigned modulus_bits, unsigned clients, const Resources& resources);

/// The server's key, which lets in all clients but those that the authority has revoked.
KEYGEN_API IdentityKey make_mv_server(const IdentityKey& authority);
/// The parameters of client 1 to n. Throws Error(bad_request) when there is no such client.
KEYGEN_API IdentityKey make_mv_client(const IdentityKey& authority, std::uint32_t client);

/// One challenge-response round as ntpd runs it (crypto_alice3, crypto_bob3, crypto_mv). Throws
/// Error(not_proven).
KEYGEN_API void prove_mv(const IdentityKey& server, const IdentityKey& client, Random& random);

}  // namespace keygen

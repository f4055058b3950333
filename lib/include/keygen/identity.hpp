#pragma once

#include <keygen/algorithm.hpp>
#include <keygen/export.hpp>
#include <keygen/progress.hpp>
#include <keygen/random.hpp>
#include <keygen/secret.hpp>

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
/// The <Type> of file names: "IFFkey", "GQpar", "MVta", ...; MV clients' files add their number.
KEYGEN_API std::string file_type_of(IdentityScheme scheme, IdentityRole role);

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
    const SecretBytes& password;
    std::string cipher = std::string(DEFAULT_CIPHER);
    int key_derivation_rounds = DEFAULT_KEY_DERIVATION_ROUNDS;
};

/// What long computations take from their caller.
struct Resources {
    Random& random = private_random();
    Progress& progress = silent_progress();
    unsigned jobs = 1;  ///< threads
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

/// Whether the numbers are a client's: those places that are secret in a server's key hold 1.
KEYGEN_API bool holds_client_parameters(const IdentityKey& key);

/// Throws Error(bad_file) for a server's key, and Error(not_proven) with the cause and what helps for a
/// clients' file that no server key can verify against: one that lost its public value, as those of
/// ntp-keygen did.
KEYGEN_API void require_usable_client(const IdentityKey& client);

/// Throws Error(bad_request) with the range unless MIN_IDENTITY_BITS <= bits <= MAX_IDENTITY_BITS.
KEYGEN_API void require_identity_bits(unsigned bits);

}  // namespace keygen

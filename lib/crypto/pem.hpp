#pragma once

#include <keygen/secret.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/container.hpp"

namespace keygen::crypto {

class DerivedKey;

/// One "-----BEGIN label-----" block, decoded from base64 but not decrypted.
struct PemBlock {
    std::string label;   ///< "ENCRYPTED PRIVATE KEY", "DSA PRIVATE KEY", "CERTIFICATE", ...
    std::string header;  ///< Proc-Type and DEK-Info lines of traditional PEM, else empty
    SecretBytes content;
};

/// All blocks of `text`, in order; whatever stands before and between them is skipped, as ntpd does. Throws
/// Error(bad_file) for a block that begins and does not end well, and when there is none at all.
std::vector<PemBlock> parse_pem(std::string_view text);

/// True for the labels that `decode_key` takes.
bool is_private_key(const PemBlock& block);

/// OpenSSL's name for the algorithm of an unencrypted PKCS#8 block that `decode_key` refuses for it
/// ("ED25519"); nothing for all others.
std::optional<std::string> foreign_algorithm(const PemBlock& block);

/// The integers of a private key block. Throws Error(wrong_password) when it is encrypted and `password` is
/// null or does not open it, Error(bad_file) when it is no RSA or DSA key or authority, Error(unsupported)
/// for a cipher this build does not have.
KeyNumbers decode_key(const PemBlock& block, const SecretBytes* password);

/// PKCS#8, not encrypted where `password` is null.
SecretBytes format_pkcs8(const KeyNumbers& numbers, const SecretBytes* password, const std::string& cipher,
                         int iterations);
SecretBytes format_pkcs8(const KeyNumbers& numbers, const DerivedKey& key);
/// "DSA PRIVATE KEY", the only form that keeps an independent public value. Encryption is derived from the
/// password by one round of MD5: for what ntpd reads in no other form. Throws Error(unsupported) where there
/// is no MD5.
SecretBytes format_traditional(const DsaNumbers& numbers, const SecretBytes* password,
                               const std::string& cipher);

/// Throws as format_traditional() would for encrypting.
void require_traditional_encryption();

/// ntpd reads passwords through OpenSSL's buffer of PEM_BUFSIZE (1024) bytes.
constexpr std::size_t MAX_PASSWORD_BYTES = 1023;
/// Throws Error(bad_request) for a password that is empty or too long.
void require_usable_password(const SecretBytes& password);

}  // namespace keygen::crypto

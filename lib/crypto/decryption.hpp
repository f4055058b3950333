#pragma once

#include <keygen/error.hpp>
#include <keygen/secret.hpp>

#include "crypto/pem.hpp"

namespace keygen::crypto {

/// The DER of the key in an "ENCRYPTED PRIVATE KEY" block. Throws Error(wrong_password) when `password` is
/// null or another one, Error(unsupported) for an encryption that OpenSSL does not offer here,
/// Error(bad_file).
SecretBytes decrypt_pkcs8(const PemBlock& block, const SecretBytes* password);
/// The same of traditional PEM, whose content may also not be encrypted. A wrong password gets past the
/// padding once in 256 times.
SecretBytes decrypt_traditional(const PemBlock& block, const SecretBytes* password);

[[noreturn]] void throw_wrong_password();

/// OpenSSL's callback for a password that `user` points to, as SecretBytes.
int copy_password(char* buffer, int size, int for_writing, void* user);

}  // namespace keygen::crypto

#pragma once

#include <keygen/secret.hpp>

#include <string_view>

#include "crypto/failure.hpp"

namespace keygen::crypto {

/// What `encode`, an i2d function of OpenSSL bound to its value, writes: asked for the length first, then for
/// the bytes. Throws as fail() does, also when the two calls disagree, as they do where memory runs out
/// between them.
template <typename Encode>
SecretBytes to_der(Encode encode, std::string_view what) {
    const int length = encode(nullptr);
    if (length <= 0)
        fail(what);
    SecretBytes der(static_cast<std::size_t>(length));
    unsigned char* position = der.bytes().data();
    if (encode(&position) != length)
        fail(what);
    return der;
}

}  // namespace keygen::crypto

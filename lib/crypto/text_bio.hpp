#pragma once

#include <keygen/error.hpp>
#include <keygen/keysdir.hpp>

#include <string_view>

#include "crypto/failure.hpp"
#include "crypto/handle.hpp"

namespace keygen::crypto {

/// `text`, which has to outlive it, for OpenSSL's readers. Throws Error(bad_file) for more than a key file
/// has.
inline BioPtr read_only_bio(std::string_view text) {
    if (text.size() > MAX_KEY_FILE_BYTES)
        throw Error(ErrorCode::bad_file, "no key file has more than 16 MB");
    if (text.empty())  // where data() may be null, which OpenSSL takes for a mistake
        text = "\n";
    return BioPtr(check(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), "reading PEM"));
}

}  // namespace keygen::crypto

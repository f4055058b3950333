#include "crypto/failure.hpp"

#include <fmt/format.h>
#include <openssl/err.h>

#include <new>
#include <string>

namespace keygen::crypto {

void fail(std::string_view what) {
    std::string reasons;
    bool out_of_memory = false;
    while (const unsigned long code = ERR_get_error()) {
        out_of_memory |= ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE;
        const char* reason = ERR_reason_error_string(code);
        if (reason != nullptr && reasons.find(reason) == std::string::npos)
            reasons += fmt::format("{}{}", reasons.empty() ? "" : ", ", reason);
    }
    if (out_of_memory)
        throw std::bad_alloc();
    throw Error(ErrorCode::crypto, reasons.empty() ? fmt::format("{} failed in OpenSSL", what)
                                                   : fmt::format("{} failed in OpenSSL: {}", what, reasons));
}

void clear_decode_errors(std::string_view what) {
    if (ERR_peek_error() == 0)
        fail(what);
    clear_errors();
}

void clear_errors() {
    bool out_of_memory = false;
    while (const unsigned long code = ERR_get_error())
        out_of_memory |= ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE;
    if (out_of_memory)
        throw std::bad_alloc();
}

}  // namespace keygen::crypto

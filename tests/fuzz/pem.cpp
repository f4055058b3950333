// PEM blocks, their encryption, and the keys in those that need no password.
#include <keygen/error.hpp>

#include <cstdlib>

#include "crypto/encryption.hpp"
#include "crypto/pem.hpp"

using namespace keygen;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        for (const auto& block : crypto::parse_pem({reinterpret_cast<const char*>(data), size})) {
            try {
                (void)crypto::describe_encryption(block);
                (void)crypto::decode_key(block, nullptr);
            } catch (const Error& error) {
                if (error.code() == ErrorCode::crypto)
                    std::abort();
            }
        }
    } catch (const Error& error) {
        if (error.code() != ErrorCode::bad_file)
            std::abort();
    }
    return 0;
}

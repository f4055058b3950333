// Certificates: every field that is shown, and the signature.
#include <keygen/error.hpp>

#include <cstdlib>

#include "crypto/certificate.hpp"

using namespace keygen;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        const auto certificate = crypto::parse_certificate({reinterpret_cast<const char*>(data), size});
        (void)crypto::is_self_signed(certificate);
        const auto parts = split_common_name(certificate.fields.subject);
        if (parts.host.size() + parts.group.size() > certificate.fields.subject.size())
            std::abort();
    } catch (const Error& error) {
        if (error.code() != ErrorCode::bad_file)
            std::abort();
    }
    return 0;
}

#include "crypto/policy.hpp"

#include "crypto/failure.hpp"
#include "crypto/handle.hpp"

namespace keygen::crypto {

bool is_fips_active() {
    return EVP_default_properties_is_fips_enabled(nullptr) == 1;
}

bool offers_digest(const std::string& name) {
    const auto fetch = [&] {
        const EvpMdPtr digest(EVP_MD_fetch(nullptr, name.c_str(), nullptr));
        clear_errors();
        return digest != nullptr;
    };
    return fetch() || fetch();  // without memory OpenSSL says the same; what it lacks, it lacks again
}

std::string_view reason_for_lack() {
    return is_fips_active() ? "FIPS forbids" : "this OpenSSL does not offer";
}

}  // namespace keygen::crypto

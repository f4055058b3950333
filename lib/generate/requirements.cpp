#include "generate/requirements.hpp"

#include <keygen/error.hpp>
#include <keygen/identity.hpp>

#include <fmt/format.h>
#include <strings.h>

#include "crypto/algorithm.hpp"
#include "crypto/pem.hpp"
#include "crypto/policy.hpp"
#include "daemon/ntp_text.hpp"
#include "identity/identity.hpp"
#include "identity/mv.hpp"
#include "keysdir/filename.hpp"

namespace keygen::generation {

unsigned default_modulus_bits(const GenerateRequest& request) {
    return request.modulus_bits.value_or(request.compat ? COMPAT_MODULUS_BITS : DEFAULT_MODULUS_BITS);
}

const DigestScheme& find_scheme_for(SignKeyType type, std::string_view name) {
    const std::string whole = fmt::format("{}-{}", name_of(type), name);
    for (const DigestScheme& scheme : digest_schemes()) {
        if (::strcasecmp(whole.c_str(), scheme.name.c_str()) == 0)
            return scheme;
    }
    return find_digest_scheme(name);
}

unsigned default_identity_bits(const GenerateRequest& request) {
    if (!request.compat)
        return DEFAULT_IDENTITY_BITS;
    return request.identity && request.identity->scheme != IdentityScheme::iff ? COMPAT_IDENTITY_BITS
                                                                               : COMPAT_IFF_BITS;
}

void require_end_in_range(const GenerateRequest& request, UnixTime begin) {
    const int days = request.lifetime_days.value_or(DEFAULT_LIFETIME_DAYS);
    const auto most = (LAST_CERTIFICATE_TIME - begin) / SECONDS_PER_DAY;
    if (days > most)
        throw Error(
            ErrorCode::bad_request,
            fmt::format(
                "a lifetime of {} days ends after the year 9999, where certificates end; the most is {}",
                days, most));
}

namespace {

void require_modulus_in_range(const GenerateRequest& request) {
    const bool is_fips = crypto::is_fips_active();
    const unsigned least = is_fips ? crypto::FIPS_MIN_MODULUS_BITS : MIN_MODULUS_BITS;
    const unsigned bits = default_modulus_bits(request);
    if (bits < least || bits > MAX_MODULUS_BITS)
        throw Error(ErrorCode::bad_request,
                    fmt::format("a modulus of {} bits; host and sign keys take {} to {}{}", bits, least,
                                MAX_MODULUS_BITS, is_fips ? " under FIPS" : ""));
}

}  // namespace

void require_possible(const GenerateRequest& request) {
    require_usable_owner(request.host, "host name");
    daemon::require_sayable(request.host, "host name");
    if (request.group && !request.group->empty()) {
        require_usable_owner(*request.group, "group name");
        daemon::require_sayable(*request.group, "group name");
    }
    crypto::require_usable_password(request.password);
    daemon::require_sayable_password(request.password);
    require_modulus_in_range(request);
    const unsigned identity_bits = request.identity_bits.value_or(default_identity_bits(request));
    require_identity_bits(identity_bits);
    if (request.identity && request.identity->scheme == IdentityScheme::mv) {
        crypto::require_traditional_encryption();
        const unsigned largest = max_mv_clients(identity_bits);
        if (request.identity->mv_clients < 1 || request.identity->mv_clients > largest)
            throw Error(ErrorCode::bad_request,
                        fmt::format("{} MV clients; a modulus of {} bits has room for 1 to {}",
                                    request.identity->mv_clients, identity_bits, largest));
    }
    if (request.digest_scheme)
        (void)find_scheme_for(request.new_sign_key.value_or(SignKeyType::rsa), *request.digest_scheme);
    if (request.cipher)
        (void)find_cipher(*request.cipher);
    const int days = request.lifetime_days.value_or(DEFAULT_LIFETIME_DAYS);
    if (days < 1)
        throw Error(ErrorCode::bad_request,
                    fmt::format("a lifetime of {} days; a certificate lives at least 1", days));
    require_end_in_range(request, request.now);
    if (!request.renew_before_days)
        return;
    if (*request.renew_before_days < 0)
        throw Error(ErrorCode::bad_request, "renewal a negative number of days before the end");
    if (request.identity && request.identity->replace_existing)
        throw Error(ErrorCode::bad_request, "a renewal of the certificate makes no new identity key")
            .hint("run the command once for each");
}

}  // namespace keygen::generation

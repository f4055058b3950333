#include "generate/plan.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "crypto/algorithm.hpp"
#include "crypto/pem.hpp"
#include "generate/identity_files.hpp"
#include "generate/planned_files.hpp"
#include "generate/renewal.hpp"
#include "generate/requirements.hpp"
#include "keysdir/command_text.hpp"

namespace keygen::generation {

namespace {

constexpr IdentityScheme ALL_SCHEMES[] = {IdentityScheme::iff, IdentityScheme::gq, IdentityScheme::mv};

// A clock this far behind the newest file is wrong rather than early: ntpd would not take what is made now
// for newer.
constexpr std::int64_t MAX_CLOCK_LAG_SECONDS = 3600;
// Each of several runs in one second takes the next one; a daemon that is restarted meanwhile asks later.
constexpr std::int64_t MAX_SECONDS_AHEAD = 10;

std::string schemes_for(SignKeyType type) {
    std::vector<std::string_view> names;
    for (const DigestScheme& scheme : digest_schemes()) {
        if (scheme.sign_key_type == type)
            names.emplace_back(scheme.name);
    }
    return fmt::format("{}", fmt::join(names, ", "));
}

void require_fitting_scheme(const DigestScheme& scheme, SignKeyType sign_key_type, unsigned sign_key_bits) {
    if (scheme.sign_key_type != sign_key_type)
        throw Error(ErrorCode::bad_request, fmt::format("digest scheme {} does not fit a sign key of type {}",
                                                        scheme.name, name_of(sign_key_type)))
            .hint(fmt::format("with this key use -c and one of {}", schemes_for(sign_key_type)));
    if (sign_key_bits < scheme.min_modulus_bits)
        throw Error(ErrorCode::bad_request,
                    fmt::format("digest scheme {} needs a sign key of at least {} bits, not {}", scheme.name,
                                scheme.min_modulus_bits, sign_key_bits));
}

DigestScheme choose_scheme(const GenerateRequest& request, const Plan& plan, SignKeyType sign_key_type,
                           unsigned sign_key_bits, KeysdirChanges& changes) {
    if (request.digest_scheme) {
        const DigestScheme& asked_for = find_scheme_for(sign_key_type, *request.digest_scheme);
        require_fitting_scheme(asked_for, sign_key_type, sign_key_bits);
        return asked_for;
    }
    const std::string fallback = sign_key_type == SignKeyType::dsa ? "DSA-SHA256"
                                 : request.compat                  ? std::string(COMPAT_DIGEST_SCHEME)
                                                                   : std::string(DEFAULT_DIGEST_SCHEME);
    if (!plan.certificate)
        return find_digest_scheme(fallback);
    const std::string& kept = plan.certificate->certificate.fields.digest_scheme;
    const auto& schemes = digest_schemes();
    const auto known =
        std::find_if(schemes.begin(), schemes.end(), [&](const auto& s) { return s.name == kept; });
    if (known != schemes.end() && known->sign_key_type == sign_key_type &&
        sign_key_bits >= known->min_modulus_bits)
        return *known;
    changes.warnings.push_back(fmt::format(
        "the linked certificate's digest scheme {} does not fit the sign key; using {}", kept, fallback));
    return find_digest_scheme(fallback);
}

void note_kept_key(const LinkedKeyPair& key, std::string_view use, const GenerateRequest& request,
                   KeysdirChanges& changes) {
    changes.kept.push_back({key.source.file, fmt::format("{} {} key, {} bits", name_of(key.key.type()), use,
                                                         key.key.modulus_bits())});
    if (request.modulus_bits && *request.modulus_bits != key.key.modulus_bits())
        changes.warnings.push_back(fmt::format("the {} key is kept with its {} bits; {} makes one with {}",
                                               use, key.key.modulus_bits(), use == "host" ? "-H" : "-S",
                                               *request.modulus_bits));
}

// Looks for what is kept; where that is there but cannot be read, `remedy` says how to go on without it.
template <typename Look>
auto look_for(Look look, const std::string& remedy) {
    try {
        return look();
    } catch (Error& error) {
        error.hint(error.code() == ErrorCode::input_output
                       ? "run keygen as a user who can read the file; nothing is known to be wrong with it"
                       : remedy);
        throw;
    }
}

void decide_about_keys(Plan& plan, const GenerateRequest& request, const keysdir::Directory& directory,
                       KeysdirChanges& changes) {
    if (!request.new_host_key)
        plan.host_key = look_for(
            [&] {
                return keysdir::find_key_pair(directory, {"host", request.host}, request.password);
            },
            "put the right file back, or make a new host key with -H");
    plan.makes_host_key = !plan.host_key;
    if (!request.new_sign_key)
        plan.sign_key = look_for(
            [&] {
                return keysdir::find_key_pair(directory, {"sign", request.host}, request.password);
            },
            fmt::format("put the right file back, make a new sign key with -S, or remove the link "
                        "{} to do without one",
                        keysdir::LinkName{"sign", request.host}.text()));
    if (plan.host_key) {
        if (plan.host_key->key.type() != SignKeyType::rsa)
            throw Error(ErrorCode::bad_file,
                        "the host key is not an RSA key; ntpd needs one to encrypt cookies")
                .in(directory.path_of(plan.host_key->source.file))
                .hint("make a new one with -H");
        note_kept_key(*plan.host_key, "host", request, changes);
    }
    if (plan.sign_key)
        note_kept_key(*plan.sign_key, "sign", request, changes);
}

void decide_about_identity(Plan& plan, const GenerateRequest& request, const keysdir::Directory& directory,
                           KeysdirChanges& changes) {
    const auto is_wished = [&](IdentityScheme scheme) {
        return request.identity && request.identity->scheme == scheme;
    };
    plan.makes_identity = request.identity.has_value();
    for (const IdentityScheme scheme : ALL_SCHEMES) {
        if (is_wished(scheme) && request.identity->replace_existing)
            continue;
        auto found = look_for(
            [&] {
                return keysdir::find_identity(directory, scheme, IdentityRole::server, request.host,
                                              plan.group, request.password);
            },
            fmt::format(
                "put the right file back, or make a new key with {} --new-identity; every client then "
                "needs its new file",
                keysdir::option_of(scheme)));
        if (!found)
            continue;
        changes.kept.push_back({found->source.file, fmt::format("{} server key, {} bits", name_of(scheme),
                                                                found->key.modulus_bits())});
        if (is_wished(scheme)) {
            plan.makes_identity = false;
            if (request.identity_bits && *request.identity_bits != found->key.modulus_bits())
                changes.warnings.push_back(fmt::format(
                    "the {} key is kept with its {} bits; --new-identity makes one with {}, and every "
                    "client then needs its new file",
                    name_of(scheme), found->key.modulus_bits(), *request.identity_bits));
            if (scheme == IdentityScheme::mv) {
                changes.warnings.push_back(
                    "the MV keys are kept, with their number of clients; --new-identity makes "
                    "new ones, and every client then needs its new file");
            }
        }
        plan.kept_identities.push_back({scheme, found->source.header});
        if (scheme == IdentityScheme::gq)
            plan.gq_key = std::move(found);
    }
}

void decide_about_kind_and_group(Plan& plan, const GenerateRequest& request, KeysdirChanges& changes) {
    plan.group = keysdir::group_in_use(request.group, plan.certificate);
    plan.kind = request.kind.value_or(CertificateKind::plain);
    if (!plan.certificate)
        return;
    const CertificateFields& linked = plan.certificate->certificate.fields;
    plan.kind = request.kind.value_or(linked.kind);
    if (!request.kind && linked.kind != CertificateKind::plain)
        changes.kept.push_back(
            {plan.certificate->source.file, fmt::format("the certificate's kind, {}", name_of(linked.kind))});
    if (!request.group && !plan.group.empty())
        changes.kept.push_back({plan.certificate->source.file, fmt::format("the group, {}", plan.group)});
}

// All members of a private group have the same key and certificate: one of its own would lock this host out.
void require_own_certificate(const Plan& plan, const GenerateRequest& request,
                             const keysdir::Directory& directory) {
    if (!plan.certificate || request.keysdir.force || request.kind || request.new_host_key)
        return;
    const std::string& maker = plan.certificate->source.header.owner;
    if (plan.kind != CertificateKind::private_ || maker == request.host)
        return;
    throw Error(ErrorCode::already_exists,
                fmt::format("this is the private certificate that {} made for its group", escaped(maker)))
        .in(directory.path_of(plan.certificate->source.file))
        .hint(fmt::format("renew it on {} and install it here with keylink --install, with its host key; "
                          "--force makes another for this host alone",
                          escaped(maker)));
}

// A host may bear the name of another's group: the link by which that group is known is then not its own.
void require_no_group_of_others(const Plan& plan, const GenerateRequest& request,
                                const keysdir::Directory& directory) {
    if (!plan.makes_identity || plan.group.empty() || plan.group == plan.host || request.keysdir.force)
        return;
    const std::string kind = keysdir::link_key_of(request.identity->scheme, IdentityRole::server);
    const std::string own = keysdir::LinkName{kind, plan.host}.text();
    const auto target = directory.link_target(own);
    const auto file = keysdir::FileName::parse(target.value_or(""));
    if (!file || file->owner != plan.host)
        return;
    for (const std::string& name : directory.list()) {
        const auto link = keysdir::LinkName::parse(name);
        if (name != own && link && link->key == kind && directory.link_target(name) == target)
            throw Error(ErrorCode::already_exists,
                        fmt::format("the link of the group {}, which {} serves, would lead to the key of {}",
                                    plan.host, escaped(link->owner), plan.group))
                .in(directory.path_of(own))
                .hint("give the host another key directory (--keysdir); --force moves the link");
    }
}

bool is_taken(const Plan& plan, const GenerateRequest& request, const keysdir::Directory& directory) {
    const auto files = plan_files(plan, request);
    return std::any_of(files.begin(), files.end(), [&](const StagedFile& file) {
        return directory.kind_of(file.name.text()) != keysdir::EntryKind::missing;
    });
}

// A filestamp newer than that of the linked certificate, and with names that are free: two runs in one second
// are two generations.
void decide_about_filestamp(Plan& plan, const GenerateRequest& request, const keysdir::Directory& directory,
                            KeysdirChanges& changes) {
    const auto set = [&](Filestamp stamp) {
        plan.filestamp = stamp;
        plan.time = stamp.to_unix(request.now);
    };
    set(request.filestamp.value_or(Filestamp::from_unix(request.now)));
    const auto newest =
        plan.certificate ? std::optional(plan.certificate->source.header.filestamp) : std::nullopt;
    const bool is_behind = newest && !newest->is_older_than(plan.filestamp);
    if (request.filestamp) {
        if (is_behind && newest != plan.filestamp)
            changes.warnings.push_back(
                fmt::format("filestamp {} is older than that of the linked certificate, {}: ntpd "
                            "keeps the newer one where it has it cached",
                            plan.filestamp.value(), newest->value()));
        return;
    }
    if (is_behind) {
        const auto lag = newest->to_unix(request.now) - request.now;
        if (lag > MAX_CLOCK_LAG_SECONDS && !request.keysdir.force)
            throw Error(ErrorCode::already_exists,
                        fmt::format("this clock says {}, but the linked certificate is from {}",
                                    format_utc(request.now), format_utc(newest->to_unix(request.now))))
                .hint("set the clock first; --force goes on from the certificate's time");
        set(Filestamp(newest->value() + 1));
    }
    while (is_taken(plan, request, directory))
        set(Filestamp(plan.filestamp.value() + 1));
    if (plan.time - request.now > MAX_SECONDS_AHEAD)
        changes.warnings.push_back(fmt::format(
            "the certificate begins {} seconds from now, behind those that are here; daemons refuse "
            "it until then",
            plan.time - request.now));
}

// ntpd sends challenges without their leading zero bytes and fails the rounds where there are any
// (crypto_alice2, crypto_alice3): the emptier the modulus's first byte, the more of them.
void warn_about_odd_size(const Plan& plan, const GenerateRequest& request, KeysdirChanges& changes) {
    const unsigned used_bits = plan.identity_bits % 8;
    if (plan.makes_identity && used_bits != 0 && request.identity->scheme != IdentityScheme::iff)
        changes.warnings.push_back(
            fmt::format("a modulus of {} bits does not fill its first byte: ntpd fails about 1 in {} "
                        "rounds and tries again; a multiple of 8 bits spares that",
                        plan.identity_bits, 1U << used_bits));
}

void warn_about_password(const GenerateRequest& request, KeysdirChanges& changes) {
    if (request.password.equals(request.host))
        changes.warnings.push_back(
            "the password is the host name, which everybody knows: it protects nothing (use -p or "
            "--password-file, and \"crypto pw\" in ntp.conf)");
}

}  // namespace

Plan make_plan(const GenerateRequest& request, const keysdir::Directory& directory, KeysdirChanges& changes) {
    Plan plan;
    plan.host = request.host;
    plan.certificate =
        look_for([&] { return keysdir::find_certificate(directory, request.host); },
                 fmt::format("remove the link {} to have a new certificate made; say -T, -P and "
                             "-i as for the old one",
                             keysdir::LinkName{"cert", request.host}.text()));
    if (request.renew_before_days && !plan.certificate)
        throw no_certificate_to_renew(request, directory);
    decide_about_kind_and_group(plan, request, changes);
    decide_about_keys(plan, request, directory, changes);
    decide_about_identity(plan, request, directory, changes);
    if (request.renew_before_days)
        require_keys_to_renew(plan, request, directory);
    plan.is_mere_renewal = is_mere_renewal(plan, request);
    plan.modulus_bits = default_modulus_bits(request);
    plan.identity_bits = request.identity_bits.value_or(default_identity_bits(request));
    plan.cipher =
        find_cipher(request.cipher.value_or(std::string(request.compat ? COMPAT_CIPHER : DEFAULT_CIPHER)));
    if (!is_certificate_due(plan, request)) {
        plan.nothing_is_due = true;
        plan.filestamp = plan.certificate->source.header.filestamp;
        return plan;
    }
    require_own_certificate(plan, request, directory);
    require_no_group_of_others(plan, request, directory);
    const LinkedKeyPair* kept_sign_key = plan.sign_key   ? &*plan.sign_key
                                         : plan.host_key ? &*plan.host_key
                                                         : nullptr;
    const bool signs_with_new_key = request.new_sign_key.has_value() || kept_sign_key == nullptr;
    const SignKeyType type =
        request.new_sign_key.value_or(signs_with_new_key ? SignKeyType::rsa : kept_sign_key->key.type());
    plan.scheme =
        choose_scheme(request, plan, type,
                      signs_with_new_key ? plan.modulus_bits : kept_sign_key->key.modulus_bits(), changes);
    if (type == SignKeyType::dsa)
        changes.warnings.push_back(
            "today's ntpd clients refuse DSA certificates (unsupported_digest_type); this one is "
            "for older daemons");
    decide_about_filestamp(plan, request, directory, changes);
    plan.not_after = plan.time + request.lifetime_days.value_or(DEFAULT_LIFETIME_DAYS) * SECONDS_PER_DAY;
    require_end_in_range(request, plan.time);  // the filestamp may have moved the beginning
    warn_about_password(request, changes);
    warn_about_odd_size(plan, request, changes);
    return plan;
}

}  // namespace keygen::generation

#include "request.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

#include <charconv>
#include <limits>

#include "front/entrance.hpp"
#include "front/keysdir_options.hpp"

namespace request {

using keygen::Error;
using keygen::ErrorCode;

namespace {

[[noreturn]] void refuse(const std::string& why, const std::string& hint = {}) {
    Error error(ErrorCode::bad_request, why);
    if (!hint.empty())
        error.hint(hint);
    throw error;
}

// An option that is given but could have no effect is a misunderstanding, and said so.
void refuse_with(std::string_view action, std::initializer_list<std::pair<bool, std::string_view>> useless) {
    for (const auto& [is_given, name] : useless) {
        if (is_given)
            refuse(fmt::format("{} has no effect with {}", name, action), "run the command once for each");
    }
}

keygen::KeysdirOptions keysdir(const Options& options) {
    keygen::KeysdirOptions result;
    result.directory = options.keysdir;
    result.lock_timeout = front::to_lock_timeout(options.lock_timeout_seconds);
    result.force = options.force;
    result.dry_run = options.dry_run;
    if (options.group)
        result.readable_by = front::to_group_id(*options.group);
    return result;
}

std::optional<keygen::Filestamp> filestamp(const Options& options) {
    if (!options.filestamp)
        return std::nullopt;
    if (*options.filestamp > std::numeric_limits<std::uint32_t>::max())
        refuse("--filestamp takes NTP seconds below 4294967296");
    return keygen::Filestamp(static_cast<std::uint32_t>(*options.filestamp));
}

struct Names {
    std::string host;
    std::optional<std::string> group;
};

// -s is "host", "host@group" or "@group"; -i names the group too.
Names names(const Options& options) {
    Names result{front::host_name(), options.ident};
    if (options.subject_name) {
        const std::string& subject = *options.subject_name;
        const auto parts = keygen::split_common_name(subject);
        if (subject.find('@') != std::string::npos) {
            if (options.ident && *options.ident != parts.group)
                refuse("-s and -i name two different groups");
            if (parts.group.empty())
                refuse("-s ends in @ without a group");
            result.group = parts.group;
        }
        if (!parts.host.empty())
            result.host = parts.host;
        else if (subject.empty())
            refuse("-s takes a host name, host@group or @group");
    }
    return result;
}

// Like ntp-keygen: without a password the host name is one, so that ntpd without `crypto pw` reads the files.
keygen::SecretBytes password(Options& options, const std::string& host, bool is_new) {
    auto given = front::read_password(std::move(options.password), is_new);
    return given ? std::move(*given) : keygen::SecretBytes(std::string_view(host));
}

std::optional<keygen::SignKeyType> sign_key(const Options& options) {
    if (!options.sign_key)
        return std::nullopt;
    if (*options.sign_key == "RSA" || *options.sign_key == "rsa")
        return keygen::SignKeyType::rsa;
    if (*options.sign_key == "DSA" || *options.sign_key == "dsa")
        return keygen::SignKeyType::dsa;
    refuse(fmt::format("-S: unknown type of sign key \"{}\": RSA or DSA", keygen::quoted(*options.sign_key)));
}

std::optional<keygen::CertificateKind> kind(const Options& options) {
    const int asked_for = static_cast<int>(options.trusted_certificate) +
                          static_cast<int>(options.private_certificate) +
                          static_cast<int>(options.plain_certificate);
    if (asked_for > 1)
        refuse("-T, -P and --plain-cert exclude each other: a certificate is of one kind");
    if (options.trusted_certificate)
        return keygen::CertificateKind::trusted;
    if (options.private_certificate)
        return keygen::CertificateKind::private_;
    if (options.plain_certificate)
        return keygen::CertificateKind::plain;
    return std::nullopt;
}

void require_one_scheme(const Options& options) {
    if (static_cast<int>(options.iff) + static_cast<int>(options.gq) +
            static_cast<int>(options.mv_clients.has_value()) >
        1)
        refuse("-I, -G and -V exclude each other: a group has one identity scheme");
}

std::optional<keygen::IdentityWish> identity(const Options& options) {
    require_one_scheme(options);
    keygen::IdentityWish wish;
    wish.replace_existing = options.new_identity;
    wish.gq_reading = keygen::parse_gq_reading(options.gq_reading);
    if (options.iff)
        wish.scheme = keygen::IdentityScheme::iff;
    else if (options.gq)
        wish.scheme = keygen::IdentityScheme::gq;
    else if (options.mv_clients)
        wish.scheme = keygen::IdentityScheme::mv;
    else if (options.new_identity)
        refuse("--new-identity needs the scheme: -I, -G or -V <clients>");
    else
        return std::nullopt;
    wish.mv_clients = options.mv_clients.value_or(0);
    return wish;
}

void refuse_symmetric(const Options& o, std::string_view action) {
    refuse_with(action, {{o.key_types.has_value(), "--key-type"},
                         {o.key_count.has_value(), "--key-count"},
                         {o.first_id.has_value(), "--first-id"},
                         {o.dialect.has_value(), "--dialect"},
                         {o.source_dialect.has_value(), "--from"}});
}

void refuse_generation(const Options& o, std::string_view action) {
    refuse_with(action, {{o.trusted_certificate, "-T"},
                         {o.private_certificate, "-P"},
                         {o.plain_certificate, "--plain-cert"},
                         {o.host_key, "-H"},
                         {o.sign_key.has_value(), "-S"},
                         {o.new_identity, "--new-identity"},
                         {o.modulus_bits.has_value(), "-m"},
                         {o.identity_bits.has_value(), "-b"},
                         {o.digest_scheme.has_value(), "-c"},
                         {o.lifetime_days.has_value(), "-l"},
                         {o.renew_before_days.has_value(), "--renew-before"},
                         {o.compat, "--compat"}});
    refuse_symmetric(o, action);
}

void refuse_autokey(const Options& o, std::string_view action) {
    refuse_with(action, {{o.trusted_certificate, "-T"},
                         {o.private_certificate, "-P"},
                         {o.iff, "-I"},
                         {o.gq, "-G"},
                         {o.mv_clients.has_value(), "-V"},
                         {o.host_key, "-H"},
                         {o.sign_key.has_value(), "-S"},
                         {o.export_client, "-e"},
                         {o.export_password.has_value(), "-q"},
                         {o.renew_before_days.has_value(), "--renew-before"}});
}

keygen::SymmetricRequest symmetric(const Options& options) {
    keygen::SymmetricRequest result;
    if (options.dialect)
        result.dialect = keygen::parse_dialect(*options.dialect);
    if (options.key_types)
        result.types = keygen::parse_symmetric_types(*options.key_types);
    result.count = options.key_count.value_or(result.count);
    result.first_id = options.first_id.value_or(result.first_id);
    return result;
}

std::vector<std::uint32_t> client_numbers(const std::string& list) {
    std::vector<std::uint32_t> numbers;
    std::string_view rest = list;
    while (!rest.empty()) {
        const std::string_view word = rest.substr(0, rest.find(','));
        std::uint32_t number = 0;
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
        if (error != std::errc() || end != word.data() + word.size())
            refuse(fmt::format("--mv-revoke takes clients' numbers separated by commas, not \"{}\"",
                               keygen::quoted(list)));
        numbers.push_back(number);
        rest.remove_prefix(std::min(word.size() + 1, rest.size()));
    }
    return numbers;
}

}  // namespace

keygen::GenerateRequest to_generate(Options& options) {
    refuse_symmetric(options, "keys for Autokey; add -M to make symmetric keys");
    if (options.mv_client)
        refuse("--mv-client needs -e");
    if (options.gq_reading != "stock" && !options.gq)
        refuse("--gq-reading needs -G or -e");
    keygen::GenerateRequest request;
    request.keysdir = keysdir(options);
    const Names who = names(options);
    request.host = who.host;
    request.group = who.group;
    request.now = front::current_time();
    request.filestamp = filestamp(options);
    request.modulus_bits = options.modulus_bits;
    request.identity_bits = options.identity_bits;
    request.digest_scheme = options.digest_scheme;
    request.cipher = options.cipher;
    request.lifetime_days = options.lifetime_days;
    request.kind = kind(options);
    request.new_sign_key = sign_key(options);
    request.new_host_key = options.host_key;
    request.identity = identity(options);
    request.renew_before_days = options.renew_before_days;
    request.compat = options.compat;
    if (request.identity_bits && !request.identity)
        refuse("-b has no effect without -I, -G or -V");
    request.password = password(options, who.host, true);
    return request;
}

keygen::ExportRequest to_export(Options& options) {
    refuse_generation(options, "-e or -q, which only export");
    require_one_scheme(options);
    if (options.export_client && options.export_password)
        refuse("-e prints the clients' parameters, -q the server's key: use one of them");
    if (options.export_password && options.mv_client)
        refuse("--mv-client has no effect with -q, which prints the server's key");
    keygen::ExportRequest request;
    request.keysdir = keysdir(options);
    const Names who = names(options);
    request.host = who.host;
    request.group = who.group;
    request.now = front::current_time();
    if (options.iff)
        request.scheme = keygen::IdentityScheme::iff;
    else if (options.gq)
        request.scheme = keygen::IdentityScheme::gq;
    else if (options.mv_clients || options.mv_client)
        request.scheme = keygen::IdentityScheme::mv;
    request.export_password = std::move(options.export_password);
    request.cipher = options.cipher;
    request.mv_client = options.mv_client;
    request.gq_reading = keygen::parse_gq_reading(options.gq_reading);
    request.password = password(options, who.host, false);
    return request;
}

keygen::RepairRequest to_repair(Options& options) {
    refuse_generation(options, "--repair");
    refuse_with("--repair", {{options.mv_clients.has_value(), "-V"}});
    keygen::RepairRequest request;
    request.keysdir = keysdir(options);
    const Names who = names(options);
    request.host = who.host;
    request.group = who.group;
    request.now = front::current_time();
    request.cipher = options.cipher;
    request.password = password(options, who.host, false);
    return request;
}

keygen::RevokeRequest to_revoke(Options& options) {
    const std::string_view action = options.mv_revoke ? "--mv-revoke" : "-v";
    refuse_generation(options, action);
    refuse_with(action, {{options.iff, "-I"}, {options.gq, "-G"}, {options.mv_clients.has_value(), "-V"}});
    keygen::RevokeRequest request;
    request.keysdir = keysdir(options);
    const Names who = names(options);
    request.host = who.host;
    request.group = who.group;
    request.now = front::current_time();
    if (options.mv_revoke)
        request.clients = client_numbers(*options.mv_revoke);
    request.rewrite_clients = options.mv_update_clients.value_or(0);
    request.cipher = options.cipher;
    request.password = password(options, who.host, false);
    return request;
}

keygen::KeysFileRequest to_keys_file(Options& options) {
    refuse_autokey(options, "-M");
    keygen::KeysFileRequest request;
    request.keysdir = keysdir(options);
    const Names who = names(options);
    request.owner = who.group && !who.group->empty() ? *who.group : who.host;
    request.now = front::current_time();
    request.filestamp = filestamp(options);
    request.keys = symmetric(options);
    return request;
}

keygen::MergeRequest to_merge(Options& options) {
    refuse_autokey(options, "--merge");
    keygen::MergeRequest request;
    request.path = *options.merge;
    request.keys = symmetric(options);
    request.has_dialect = options.dialect.has_value();
    request.dry_run = options.dry_run;
    request.lock_timeout = front::to_lock_timeout(options.lock_timeout_seconds);
    return request;
}

keygen::ConvertRequest to_convert(Options& options) {
    refuse_autokey(options, "--convert");
    refuse_with("--convert", {{options.symmetric, "-M"},
                              {options.merge.has_value(), "--merge"},
                              {options.key_types.has_value(), "--key-type"},
                              {options.key_count.has_value(), "--key-count"},
                              {options.first_id.has_value(), "--first-id"}});
    if (!options.dialect)
        refuse("--convert needs --dialect: ntpd, ntpsec, chrony or common");
    keygen::ConvertRequest request;
    request.path = *options.convert;
    request.to = keygen::parse_dialect(*options.dialect);
    if (options.source_dialect)
        request.from = keygen::parse_dialect(*options.source_dialect);
    if (request.path == "-")
        request.text = front::read_standard_input();
    return request;
}

}  // namespace request

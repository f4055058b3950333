#include "request.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

#include <charconv>
#include <limits>

#include "common/keysdir_options.hpp"
#include "common/run_main.hpp"

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

keygen::KeysdirOptions keysdir(const Options& options) {
    keygen::KeysdirOptions result;
    result.directory = options.keysdir;
    result.lock_timeout = common::to_lock_timeout(options.lock_timeout_seconds);
    result.force = options.force;
    result.dry_run = options.dry_run;
    if (options.group)
        result.readable_by = common::to_group_id(*options.group);
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
    Names result{common::host_name(), options.ident};
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
    auto given = common::read_password(std::move(options.password), is_new);
    return given ? std::move(*given) : keygen::SecretBytes(std::string_view(host));
}

std::optional<keygen::SignKeyType> sign_key(const Options& options) {
    if (!options.sign_key)
        return std::nullopt;
    if (*options.sign_key == "RSA" || *options.sign_key == "rsa")
        return keygen::SignKeyType::rsa;
    if (*options.sign_key == "DSA" || *options.sign_key == "dsa")
        return keygen::SignKeyType::dsa;
    refuse(
        fmt::format("-S: unknown type of sign key \"{}\": RSA or DSA", keygen::escaped(*options.sign_key)));
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

std::optional<keygen::IdentityRequest> identity(const Options& options) {
    require_one_scheme(options);
    keygen::IdentityRequest wish;
    wish.replace_existing = options.new_identity;
    wish.gq_layout = keygen::parse_gq_reading(options.gq_layout);
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

void fill(keygen::KeysFileTarget& target, const std::string& path, const Options& options) {
    target.path = path;
    target.dry_run = options.dry_run;
    target.lock_timeout = common::to_lock_timeout(options.lock_timeout_seconds);
    if (path == "-")
        target.text = common::read_standard_input();
}

std::optional<keygen::Dialect> dialect(const Options& options) {
    return options.dialect ? std::optional(keygen::parse_dialect(*options.dialect)) : std::nullopt;
}

// "2,3"; empty for none.
std::vector<std::uint32_t> client_numbers(const std::string& list) {
    std::vector<std::uint32_t> numbers;
    for (std::size_t start = 0; start < list.size() + 1 && !list.empty();) {
        const std::size_t end = std::min(list.find(',', start), list.size());
        std::uint32_t number = 0;
        const auto [stop, error] = std::from_chars(list.data() + start, list.data() + end, number);
        if (error != std::errc() || stop != list.data() + end)
            refuse(fmt::format("--mv-revoke takes clients' numbers separated by commas, not \"{}\"",
                               keygen::escaped(list)));
        numbers.push_back(number);
        start = end + 1;
    }
    return numbers;
}

}  // namespace

keygen::GenerateRequest to_generate(Options& options) {
    if (options.gq_layout != "stock" && !options.gq)
        refuse("--gq-reading needs -G or -e");
    keygen::GenerateRequest request;
    request.keysdir = keysdir(options);
    const Names who = names(options);
    request.host = who.host;
    request.group = who.group;
    request.now = common::current_time();
    request.filestamp = filestamp(options);
    request.modulus_bits = options.modulus_bits;
    request.identity_bits = options.identity_bits;
    request.digest_scheme = options.digest_scheme;
    request.cipher = options.cipher;
    request.lifetime_days = options.lifetime_days;
    request.kind = kind(options);
    request.new_sign_key = sign_key(options);
    request.new_host_key = options.host_key;
    request.openssl_keygen = options.openssl_keygen;
    request.identity = identity(options);
    request.renew_before_days = options.renew_before_days;
    request.compat = options.compat;
    if (request.identity_bits && !request.identity)
        refuse("-b has no effect without -I, -G or -V");
    request.password = password(options, who.host, true);
    return request;
}

keygen::ExportRequest to_export(Options& options) {
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
    request.now = common::current_time();
    if (options.iff)
        request.scheme = keygen::IdentityScheme::iff;
    else if (options.gq)
        request.scheme = keygen::IdentityScheme::gq;
    else if (options.mv_clients || options.mv_client)
        request.scheme = keygen::IdentityScheme::mv;
    request.export_password = std::move(options.export_password);
    request.cipher = options.cipher;
    request.mv_client = options.mv_client;
    request.gq_layout = keygen::parse_gq_reading(options.gq_layout);
    request.password = password(options, who.host, false);
    return request;
}

keygen::RepairRequest to_repair(Options& options) {
    keygen::RepairRequest request;
    request.keysdir = keysdir(options);
    const Names who = names(options);
    request.host = who.host;
    request.group = who.group;
    request.now = common::current_time();
    request.cipher = options.cipher;
    request.password = password(options, who.host, false);
    return request;
}

keygen::RevokeRequest to_revoke(Options& options) {
    keygen::RevokeRequest request;
    request.keysdir = keysdir(options);
    const Names who = names(options);
    request.host = who.host;
    request.group = who.group;
    request.now = common::current_time();
    if (options.mv_update_clients == 0U)
        refuse("-v takes the number of clients whose files are written again, 1 or more");
    if (options.mv_revoke)
        request.clients = client_numbers(*options.mv_revoke);
    request.rewrite_clients = options.mv_update_clients.value_or(0);
    request.cipher = options.cipher;
    request.password = password(options, who.host, false);
    return request;
}

keygen::ChangePasswordRequest to_change_password(Options& options) {
    keygen::ChangePasswordRequest request;
    request.keysdir = keysdir(options);
    request.cipher = options.cipher;
    options.new_password.question = "New password: ";
    options.new_password.ask =
        options.new_password.ask || (options.password.ask && !options.new_password.is_used());
    request.password = password(options, names(options).host, false);
    auto new_password = common::read_password(std::move(options.new_password), true);
    if (!new_password)
        throw keygen::Error(keygen::ErrorCode::bad_request, "--change-password needs a new password")
            .hint("--new-password-file, --new-password-env or --ask-new-password");
    request.new_password = std::move(*new_password);
    return request;
}

keygen::KeysFileRequest to_keys_file(Options& options) {
    keygen::KeysFileRequest request;
    request.keysdir = keysdir(options);
    const Names who = names(options);
    request.owner = who.group && !who.group->empty() ? *who.group : who.host;
    request.now = common::current_time();
    request.filestamp = filestamp(options);
    request.keys = symmetric(options);
    return request;
}

keygen::MergeRequest to_merge(Options& options) {
    keygen::MergeRequest request;
    fill(request, *options.merge, options);
    request.keys = symmetric(options);
    request.has_dialect = options.dialect.has_value();
    return request;
}

keygen::ConvertRequest to_convert(Options& options) {
    if (!options.dialect)
        refuse("--convert needs --dialect: ntpd, ntpsec, chrony or common");
    keygen::ConvertRequest request;
    request.path = *options.convert;
    request.to = keygen::parse_dialect(*options.dialect);
    if (options.source_dialect)
        request.from = keygen::parse_dialect(*options.source_dialect);
    if (request.path == "-")
        request.text = common::read_standard_input();
    return request;
}

keygen::EnsureFileRequest to_ensure(Options& options) {
    if (!options.ids)
        refuse("--ensure needs --ids", "ids and ranges, as in --ids 10-20,31");
    keygen::EnsureFileRequest request;
    request.ids = keygen::parse_key_ids(*options.ids);
    if (options.key_types)
        request.type = keygen::parse_symmetric_type(*options.key_types);
    request.dialect = dialect(options);
    if (options.group && *options.ensure == "-")
        refuse("--group has no effect where the file goes to standard output");
    if (options.group)
        request.access = keygen::KeysFileAccess{std::nullopt, common::to_group_id(*options.group)};
    fill(request, *options.ensure, options);
    return request;
}

keygen::EnsureFileRequest to_place(const Options& options, const keygen::KeysPlace& place) {
    keygen::EnsureFileRequest request;
    const keygen::SymmetricRequest keys = symmetric(options);
    if (options.key_types && keys.types.size() != 1)
        refuse("with --for, --key-type takes one type");
    if (options.key_types)
        request.type = keys.types.front();
    request.dialect = keygen::parse_dialect(*options.daemon);
    if (options.dialect && request.dialect != keygen::parse_dialect(*options.dialect))
        refuse("--for and --dialect name two daemons");
    if (keys.count == 0)
        refuse("--key-count takes 1 or more");
    const auto last_id = std::uint64_t{keys.first_id} + keys.count - 1;
    request.ids = keygen::parse_key_ids(fmt::format("{}-{}", keys.first_id, last_id));
    constexpr uid_t ROOT = 0;
    request.access =
        keygen::KeysFileAccess{ROOT, common::to_group_id(options.group ? *options.group : place.group)};
    request.must_be_plain = true;
    fill(request, place.path, options);
    return request;
}

keygen::ExtractRequest to_extract(Options& options) {
    keygen::ExtractRequest request;
    request.ids = keygen::parse_key_ids(*options.extract);
    if (options.source_dialect)
        request.from = keygen::parse_dialect(*options.source_dialect);
    if (options.dialect) {
        request.device = keygen::find_device(*options.dialect);
        if (!request.device)
            request.to = keygen::parse_dialect(*options.dialect);
    }
    request.path = *options.file;
    if (request.path == "-")
        request.text = common::read_standard_input();
    return request;
}

keygen::RemoveRequest to_remove(Options& options) {
    keygen::RemoveRequest request;
    request.ids = keygen::parse_key_ids(*options.remove);
    request.dialect = dialect(options);
    fill(request, *options.file, options);
    return request;
}

}  // namespace request

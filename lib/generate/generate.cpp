#include <keygen/error.hpp>
#include <keygen/generate.hpp>
#include <keygen/iff.hpp>
#include <keygen/mv.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <future>

#include "base/run_async.hpp"
#include "crypto/pem.hpp"
#include "generate/advice.hpp"
#include "generate/identity_files.hpp"
#include "generate/plan.hpp"
#include "identity/generation.hpp"
#include "keysdir/header.hpp"
#include "keysdir/staging.hpp"

namespace keygen {

using namespace generation;

namespace {

struct NewKeyPair {
    crypto::KeyPair key;
    StagedFile file;
};

NewKeyPair make_key_pair(SignKeyType type, std::string_view use, const Plan& plan,
                         const GenerateRequest& request, const Resources& resources) {
    const auto key = crypto::KeyPair::generate(type, plan.modulus_bits, resources.progress);
    const keysdir::FileName name{fmt::format("{}{}", name_of(type), use), request.host, plan.filestamp};
    const SecretBytes pem =
        crypto::format_pkcs8(key.numbers(), &request.password, plan.cipher, DEFAULT_KEY_DERIVATION_ROUNDS);
    StagedFile file{name,
                    keysdir::with_header(name, plan.time, pem),
                    true,
                    fmt::format("{} {} key, {} bits", name_of(type), use, plan.modulus_bits),
                    {keysdir::LinkName{std::string(use), request.host}.text()}};
    const auto blocks = crypto::parse_pem(file.content.text());
    crypto::KeyPair read_back =
        crypto::KeyPair::from_numbers(crypto::decode_key(blocks.front(), &request.password));
    // A host key beside a sign key of another type proves itself with a digest that no policy forbids.
    read_back.prove(plan.scheme.sign_key_type == type
                        ? plan.scheme
                        : find_digest_scheme(fmt::format("{}-SHA256", name_of(type))));
    return {std::move(read_back), std::move(file)};
}

IdentityKey make_identity(const Plan& plan, const IdentityRequest& wish,
                          const crypto::SearchContext& context) {
    switch (wish.scheme) {
        case IdentityScheme::iff:
            return identity::generate_iff(plan.identity_bits, context);
        case IdentityScheme::gq:
            return identity::generate_gq(plan.identity_bits, context);
        case IdentityScheme::mv:
            return identity::generate_mv(plan.identity_bits, wish.mv_clients, context);
    }
    throw Error(ErrorCode::bad_request, "unknown identity scheme");
}

struct NewIdentity {
    IdentityKey key;
    std::vector<StagedFile> files;
};

NewIdentity make_identity_with_files(const Plan& plan, const GenerateRequest& request,
                                     const Resources& resources, crypto::ThreadBudget& cores) {
    IdentityKey key = make_identity(plan, *request.identity,
                                    {resources.random, resources.progress, resources.jobs, &cores});
    const IdentityFileSettings settings{
        request.host, plan.identity_owner(),      plan.filestamp, plan.time, request.password,
        plan.cipher,  request.identity->gq_layout};
    auto files = make_identity_files(key, settings, resources);
    return {std::move(key), std::move(files)};
}

StagedFile make_certificate(const Plan& plan, const GenerateRequest& request, const crypto::KeyPair& sign_key,
                            const IdentityKey* gq, CertificateFields& fields) {
    crypto::CertificateRequest certificate{
        plan.common_name(), plan.filestamp.value(), plan.time, plan.not_after, plan.kind, {}};
    if (gq != nullptr)
        certificate.subject_key_identifier = encode_gq_value(*gq);
    const keysdir::FileName name{fmt::format("{}cert", plan.scheme.name), request.host, plan.filestamp};
    StagedFile file{
        name,
        keysdir::with_header(name, plan.time, crypto::format_certificate(certificate, sign_key, plan.scheme)),
        false,
        fmt::format("{} certificate of {}, {}", name_of(plan.kind), plan.common_name(), plan.scheme.name),
        {keysdir::LinkName{"cert", request.host}.text()}};
    const auto read_back = crypto::parse_certificate(file.content.text());
    if (!crypto::is_self_signed(read_back) || !crypto::carries_public_part_of(read_back, sign_key))
        throw Error(ErrorCode::not_proven, "the new certificate does not verify with its own key");
    if (read_back.fields.kind != plan.kind || !read_back.fields.is_authority)
        throw Error(ErrorCode::not_proven, "the new certificate does not say what it was made for");
    if (gq != nullptr && !gq_value_matches(*gq, read_back.fields.gq_value_as_ntpd_reads))
        throw Error(ErrorCode::not_proven,
                    "ntpd would read another GQ value from the certificate than the key's");
    fields = read_back.fields;
    return file;
}

// Host key and identity parameters are searched at the same time: OpenSSL searches a host key on one core,
// the identity search has the others, and that one as soon as it is free.
std::vector<StagedFile> make_files(Plan& plan, const GenerateRequest& request, const Resources& resources,
                                   CertificateFields& certificate) {
    crypto::ThreadBudget cores(resources.jobs);
    std::future<NewKeyPair> host_search, sign_search;
    const auto search = [&](SignKeyType type, std::string_view use) {
        const bool has_core = cores.take();
        return run_async(has_core, [&plan, &request, &resources, &cores, has_core, type, use] {
            const crypto::ThreadBudget::Lease core(has_core ? &cores : nullptr);
            return make_key_pair(type, use, plan, request, resources);
        });
    };
    if (plan.makes_host_key)
        host_search = search(SignKeyType::rsa, "host");
    if (request.new_sign_key)
        sign_search = search(*request.new_sign_key, "sign");

    std::vector<StagedFile> files;
    std::optional<NewIdentity> identity;
    if (plan.makes_identity)
        identity = make_identity_with_files(plan, request, resources, cores);
    std::optional<NewKeyPair> host, sign;
    // What has found no core of its own is searched here, beside the host key's search.
    if (sign_search.valid())
        sign = sign_search.get();
    if (host_search.valid())
        host = host_search.get();

    const crypto::KeyPair& host_key = host ? host->key : plan.host_key->key;
    const crypto::KeyPair& sign_key = sign ? sign->key : plan.sign_key ? plan.sign_key->key : host_key;
    const bool has_new_gq = identity && identity->key.scheme() == IdentityScheme::gq;
    const IdentityKey* gq = has_new_gq ? &identity->key : plan.gq_key ? &plan.gq_key->key : nullptr;
    StagedFile certificate_file = make_certificate(plan, request, sign_key, gq, certificate);

    // The order in which links move: a new host key before the certificate that it signed.
    if (host)
        files.push_back(std::move(host->file));
    if (sign)
        files.push_back(std::move(sign->file));
    if (identity)
        std::move(identity->files.begin(), identity->files.end(), std::back_inserter(files));
    files.push_back(std::move(certificate_file));
    return files;
}

}  // namespace

GenerateReport generate(const GenerateRequest& request, const Resources& resources) {
    require_possible(request);
    auto directory = keysdir::Directory::open(request.keysdir.directory);
    if (!request.keysdir.dry_run)
        directory.lock(request.keysdir.lock_timeout, &resources.progress);

    GenerateReport report;
    Plan plan = make_plan(request, directory, report.changes);
    report.host = request.host;
    report.group = plan.group;
    report.filestamp = plan.filestamp;
    if (plan.nothing_is_due) {
        report.is_unchanged = true;
        report.certificate = std::move(plan.certificate->certificate.fields);
        return report;
    }
    directory.require_writable();  // known now, before a long search
    std::vector<StagedFile> files = request.keysdir.dry_run
                                        ? plan_files(plan, request)
                                        : make_files(plan, request, resources, report.certificate);
    keysdir::Staging staging(std::move(files), {}, directory, request.keysdir, report.changes);
    if (request.keysdir.dry_run)
        report.certificate.kind = plan.kind;
    add_advice(report, request, plan, directory);
    staging.commit();
    return report;
}

}  // namespace keygen

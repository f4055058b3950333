#include <keygen/error.hpp>
#include <keygen/generate.hpp>
#include <keygen/identity.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <future>

#include "base/run_async.hpp"
#include "generate/advice.hpp"
#include "generate/identity_files.hpp"
#include "generate/key_pair_tasks.hpp"
#include "generate/plan.hpp"
#include "generate/planned_files.hpp"
#include "generate/requirements.hpp"
#include "identity/gq.hpp"
#include "identity/iff.hpp"
#include "identity/mv.hpp"
#include "keysdir/header.hpp"
#include "keysdir/settled_directory.hpp"
#include "keysdir/staging.hpp"

namespace keygen {

using namespace generation;

namespace {

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

// A new identity key and its files.
struct IdentityTasks {
    std::shared_future<IdentityKey> key;
    std::future<std::vector<StagedFile>> files;
};

IdentityTasks start_identity(const Plan& plan, const GenerateRequest& request, const Resources& resources,
                             crypto::ThreadBudget& cores) {
    using crypto::ThreadBudget;
    IdentityTasks tasks;
    // Needs nothing of the key: no search has to end first.
    auto derivation = run_async(resources.jobs > 1, [&plan, &request, &cores] {
                          const ThreadBudget::Lease core(cores);
                          return crypto::DerivedKey(request.password, plan.cipher,
                                                    key_derivation_rounds(request.identity->scheme));
                      }).share();
    tasks.key = run_async(resources.jobs > 1, [&plan, &request, &resources, &cores] {
                    const ThreadBudget::Lease core(cores);
                    return make_identity(plan, *request.identity,
                                         {resources.random, resources.progress, resources.jobs, &cores});
                }).share();
    tasks.files =
        run_async(resources.jobs > 1, [&plan, &request, &resources, &cores, key = tasks.key, derivation] {
            const crypto::DerivedKey& derived_key = derivation.get();
            const IdentityKey& found = key.get();
            const ThreadBudget::Lease core(cores);
            const IdentityFileSettings settings{
                request.host, plan.identity_owner(),       plan.filestamp,      plan.time,   request.password,
                plan.cipher,  request.identity->gq_layout, !plan.group.empty(), &derived_key};
            return make_identity_files(found, settings, resources);
        });
    return tasks;
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

// Everything is a task that begins when what it needs is there and a core is free: nothing else waits.
std::vector<StagedFile> make_files(const Plan& plan, const GenerateRequest& request,
                                   const Resources& resources, CertificateFields& certificate) {
    crypto::ThreadBudget cores(resources.jobs);
    std::optional<KeyPairTasks> host, sign;
    std::optional<IdentityTasks> identity;
    if (plan.makes_host_key)
        host = start_key_pair(SignKeyType::rsa, "host", plan, request, resources, cores);
    if (request.new_sign_key)
        sign = start_key_pair(*request.new_sign_key, "sign", plan, request, resources, cores);
    if (plan.makes_identity)
        identity = start_identity(plan, request, resources, cores);
    auto certificate_file = run_async(resources.jobs > 1, [&] {
        const crypto::KeyPair& sign_key = sign            ? sign->key.get()
                                          : plan.sign_key ? plan.sign_key->key
                                          : host          ? host->key.get()
                                                          : plan.host_key->key;
        const bool has_new_gq = identity && request.identity->scheme == IdentityScheme::gq;
        const IdentityKey* gq = has_new_gq ? &identity->key.get() : plan.gq_key ? &plan.gq_key->key : nullptr;
        const crypto::ThreadBudget::Lease core(cores);
        return make_certificate(plan, request, sign_key, gq, certificate);
    });

    // The order in which links move: a new host key before the certificate that it signed.
    std::vector<StagedFile> files;
    for (auto* tasks : {&host, &sign}) {
        if (!*tasks)
            continue;
        files.push_back((*tasks)->file.get());
        (*tasks)->examination.get();
    }
    if (identity) {
        auto identity_files = identity->files.get();
        std::move(identity_files.begin(), identity_files.end(), std::back_inserter(files));
    }
    files.push_back(certificate_file.get());
    return files;
}

}  // namespace

GenerateReport generate(const GenerateRequest& request, const Resources& resources) {
    require_possible(request);
    GenerateReport report;
    auto directory = keysdir::open_for_changes(request.keysdir, &resources.progress, report.changes);
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

#include "generate/renewal.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "generate/requirements.hpp"
#include "identity/gq.hpp"
#include "keysdir/command_text.hpp"

namespace keygen::generation {

// A host without a certificate is the wrong host for a renewal, or has lost its link: making one here would
// renew nothing for years.
Error no_certificate_to_renew(const GenerateRequest& request, const keysdir::Directory& directory) {
    std::vector<std::string> others;
    std::string lost;
    for (const std::string& name : directory.list()) {
        const auto link = keysdir::LinkName::parse(name);
        const auto file = keysdir::FileName::parse(name);
        if (file && file->owner == request.host && keysdir::link_key_of(file->type) == "cert")
            lost = name;
        else if (link && link->key == "cert" && directory.kind_of(name) == keysdir::EntryKind::link)
            others.push_back(escaped(link->owner));
    }
    std::string message = fmt::format("no certificate of {} here", escaped(request.host));
    if (others.size() == 1)
        message += fmt::format("; there is one of {0}: use -s {0}", others.front());
    else if (!others.empty())
        message += fmt::format("; there are those of {}: use -s", fmt::join(others, ", "));
    Error error(ErrorCode::not_found, std::move(message));
    error.in(directory.path());
    if (!lost.empty())
        error.hint(fmt::format("no link leads to {}: keylink {}", lost, directory.path_of(lost)));
    else if (others.empty())
        error.hint(fmt::format("--renew-before only renews; make one: keygen {} -p <password>",
                               keysdir::place_options(request.keysdir, request.host, "")));
    return error;
}

void require_keys_to_renew(const Plan& plan, const GenerateRequest& request,
                           const keysdir::Directory& directory) {
    if (plan.makes_host_key && !request.new_host_key)
        throw Error(ErrorCode::not_found, fmt::format("no host key of {} here", request.host))
            .in(directory.path())
            .hint("--renew-before only renews; put the link back with keylink, or make a key with -H");
    if (plan.makes_identity)
        throw Error(
            ErrorCode::not_found,
            fmt::format("no {} key of {} here", name_of(request.identity->scheme), plan.identity_owner()))
            .in(directory.path())
            .hint("--renew-before only renews; put the link back with keylink, or make a key without it");
}

bool is_mere_renewal(const Plan& plan, const GenerateRequest& request) {
    return plan.certificate && !plan.makes_host_key && !request.identity &&
           plan.kind == plan.certificate->certificate.fields.kind && plan.kind != CertificateKind::private_ &&
           plan.group == split_common_name(plan.certificate->certificate.fields.subject).group;
}

bool is_certificate_due(const Plan& plan, const GenerateRequest& request) {
    if (!request.renew_before_days)
        return true;
    // What is asked for is done, however long the certificate is good for.
    const CertificateFields& linked = plan.certificate->certificate.fields;
    const SignKeyType linked_type =
        linked.digest_scheme.starts_with(name_of(SignKeyType::dsa)) ? SignKeyType::dsa : SignKeyType::rsa;
    const bool wants_another =
        plan.kind != linked.kind || plan.group != split_common_name(linked.subject).group ||
        (request.digest_scheme &&
         find_scheme_for(linked_type, *request.digest_scheme).name != linked.digest_scheme);
    if (wants_another)
        return true;
    // Keys that are asked for anew come with the renewal, when that is due.
    const LinkedKeyPair* signer = plan.sign_key ? &*plan.sign_key : plan.host_key ? &*plan.host_key : nullptr;
    if (signer != nullptr && !request.new_sign_key &&
        !crypto::carries_public_part_of(plan.certificate->certificate, signer->key))
        return true;
    if (plan.gq_key && !gq_value_matches(plan.gq_key->key, linked.gq_value_as_ntpd_reads))
        return true;
    const UnixTime good_for = linked.not_after - request.now;
    return good_for <= *request.renew_before_days * SECONDS_PER_DAY;
}

}  // namespace keygen::generation

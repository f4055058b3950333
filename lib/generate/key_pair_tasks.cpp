#include "generate/key_pair_tasks.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

#include "base/run_async.hpp"
#include "crypto/algorithm.hpp"
#include "crypto/derived_key.hpp"
#include "crypto/pem.hpp"
#include "crypto/pkcs8.hpp"
#include "crypto/policy.hpp"
#include "crypto/rsa_generation.hpp"
#include "keysdir/header.hpp"

namespace keygen::generation {

namespace {

crypto::KeyPair make_key(SignKeyType type, std::string_view use, unsigned modulus_bits, bool by_openssl,
                         const crypto::SearchContext& context) {
    if (type == SignKeyType::dsa || by_openssl || crypto::is_fips_active())
        return crypto::KeyPair::generate(type, modulus_bits, context.progress);
    return crypto::generate_rsa(use, modulus_bits, context);
}

StagedFile make_file(const crypto::KeyPair& key, std::string_view use, const Plan& plan,
                     const GenerateRequest& request) {
    const auto type = key.type();
    const keysdir::FileName name{fmt::format("{}{}", name_of(type), use), request.host, plan.filestamp};
    const crypto::KeyNumbers numbers = key.numbers();
    const crypto::DerivedKey derived_key(request.password, plan.cipher, DEFAULT_KEY_DERIVATION_ROUNDS);
    StagedFile file{name,
                    keysdir::with_header(name, plan.time, crypto::format_pkcs8(numbers, derived_key)),
                    true,
                    fmt::format("{} {} key, {} bits", name_of(type), use, plan.modulus_bits),
                    {keysdir::LinkName{std::string(use), request.host}.text()}};
    const auto blocks = crypto::parse_pem(file.content.text());
    const crypto::KeyNumbers read_back = crypto::decode_pkcs8(derived_key.decrypt(blocks.front()).bytes());
    // What has been examined is what will be read.
    if (!crypto::encode_pkcs8(read_back).equals(crypto::encode_pkcs8(numbers)))
        throw Error(ErrorCode::not_proven, fmt::format("the {} key's file holds another key", use));
    // A host key beside a sign key of another type proves itself with a digest that no policy forbids.
    crypto::KeyPair::from_numbers(read_back).prove(
        plan.scheme.sign_key_type == type ? plan.scheme
                                          : find_digest_scheme(fmt::format("{}-SHA256", name_of(type))));
    return file;
}

// OpenSSL tests an RSA key's primes with 64 rounds and more each, and that all its numbers belong together. A
// DSA key's parameters it has made itself just now.
void examine(const crypto::KeyPair& key, std::string_view use) {
    if (key.type() == SignKeyType::rsa && !key.is_sound())
        throw Error(ErrorCode::not_proven, fmt::format("OpenSSL finds the new {} key wrong", use));
}

}  // namespace

KeyPairTasks start_key_pair(SignKeyType type, std::string_view use, const Plan& plan,
                            const GenerateRequest& request, const Resources& resources,
                            crypto::ThreadBudget& cores) {
    using crypto::ThreadBudget;
    const bool may_have_threads = resources.jobs > 1;
    KeyPairTasks tasks;
    tasks.key = run_async(may_have_threads, [&plan, &request, &resources, &cores, type, use] {
                    const ThreadBudget::Lease core(cores);
                    return make_key(type, use, plan.modulus_bits, request.openssl_keygen,
                                    {resources.random, resources.progress, resources.jobs, &cores});
                }).share();
    tasks.examination = run_async(may_have_threads, [&cores, key = tasks.key, use] {
        const crypto::KeyPair& found = key.get();
        const ThreadBudget::Lease core(cores);
        examine(found, use);
    });
    tasks.file = run_async(may_have_threads, [&plan, &request, &cores, key = tasks.key, use] {
        const crypto::KeyPair& found = key.get();
        const ThreadBudget::Lease core(cores);
        return make_file(found, use, plan, request);
    });
    return tasks;
}

}  // namespace keygen::generation

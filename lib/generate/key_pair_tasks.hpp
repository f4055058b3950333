#pragma once

#include <future>

#include "crypto/key_pair.hpp"
#include "crypto/thread_budget.hpp"
#include "generate/plan.hpp"

namespace keygen::generation {

/// A new host or sign key and what is made of it, each beginning as soon as it can.
struct KeyPairTasks {
    std::shared_future<crypto::KeyPair> key;
    std::future<StagedFile> file;   ///< encrypted, read back and proven by a signature
    std::future<void> examination;  ///< throws Error(not_proven) when OpenSSL finds the key wrong
};

/// `use` is "host" or "sign". The tasks refer to all arguments until they have ended.
KeyPairTasks start_key_pair(SignKeyType type, std::string_view use, const Plan& plan,
                            const GenerateRequest& request, const Resources& resources,
                            crypto::ThreadBudget& cores);

}  // namespace keygen::generation

#include <benchmark/benchmark.h>
#include <keygen/identity.hpp>

#include "crypto/pem.hpp"

namespace {

// Key derivation dominates: it is what a guesser pays for each password, and ntpd once at its start.
void encrypt_server_key(benchmark::State& state) {
    const keygen::Resources resources;
    const auto key = keygen::generate_iff(512, resources);
    const keygen::SecretBytes password(std::string_view("seekritword"));
    const keygen::Protection protection{password.clone(), std::string(keygen::DEFAULT_CIPHER),
                                        static_cast<int>(state.range(0))};
    for (auto _ : state)
        benchmark::DoNotOptimize(key.to_pem(&protection));
}
BENCHMARK(encrypt_server_key)
    ->Arg(2048)
    ->Arg(keygen::DEFAULT_KEY_DERIVATION_ROUNDS)
    ->Arg(keygen::AUTHORITY_KEY_DERIVATION_ROUNDS)
    ->Unit(benchmark::kMillisecond);

void read_client_file(benchmark::State& state) {
    const keygen::Resources resources;
    const auto pem = keygen::make_iff_client(keygen::generate_iff(2048, resources)).to_pem(nullptr);
    for (auto _ : state)
        benchmark::DoNotOptimize(keygen::IdentityKey::from_pem(pem.text(), keygen::IdentityScheme::iff,
                                                               keygen::IdentityRole::client, nullptr));
}
BENCHMARK(read_client_file)->Unit(benchmark::kMicrosecond);

}  // namespace

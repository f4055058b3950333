#include <benchmark/benchmark.h>

#include "crypto/primality.hpp"
#include "crypto/primes.hpp"
#include "crypto/sieve.hpp"

namespace {

using keygen::crypto::Number;

// What sieve_limit() weighs against each other: the price of sieving a window, and that of one candidate's
// test.
void strike_window(benchmark::State& state) {
    const auto bits = static_cast<unsigned>(state.range(0));
    const keygen::crypto::Progression progression{
        keygen::crypto::random_odd(bits, 1, keygen::private_random()), Number(2)};
    for (auto _ : state) {
        keygen::crypto::Sieve sieve(std::size_t{4} * bits);
        sieve.strike(progression, keygen::crypto::sieve_limit(bits));
        benchmark::DoNotOptimize(sieve.stands(0));
    }
}
BENCHMARK(strike_window)->Arg(512)->Arg(1024)->Arg(2048)->Arg(4096)->Unit(benchmark::kMicrosecond);

// How many of them a prime takes: scripts/bench computes from it what a search must take at least.
void report_expected_tests(benchmark::State& state) {
    const auto bits = static_cast<unsigned>(state.range(0));
    state.counters["expected_tests"] =
        1 / keygen::crypto::survivor_is_prime_probability(bits, keygen::crypto::sieve_limit(bits));
}

void fermat_pair(benchmark::State& state) {
    const auto bits = static_cast<unsigned>(state.range(0));
    const Number first = keygen::crypto::random_odd(bits, 1, keygen::private_random());
    const Number second = keygen::crypto::random_odd(bits, 1, keygen::private_random());
    for (auto _ : state)
        benchmark::DoNotOptimize(keygen::crypto::pass_fermat(first, second));
    report_expected_tests(state);
}
BENCHMARK(fermat_pair)->Arg(512)->Arg(1024)->Arg(2048)->Arg(4096)->Unit(benchmark::kMicrosecond);

void fermat_vartime(benchmark::State& state) {
    const Number candidate =
        keygen::crypto::random_odd(static_cast<unsigned>(state.range(0)), 1, keygen::private_random());
    for (auto _ : state)
        benchmark::DoNotOptimize(keygen::crypto::passes_fermat_vartime(candidate));
    report_expected_tests(state);
}
BENCHMARK(fermat_vartime)->Arg(1024)->Arg(2048)->Arg(4096)->Unit(benchmark::kMicrosecond);

void search_prime(benchmark::State& state) {
    const keygen::crypto::SearchContext context{keygen::private_random(), keygen::silent_progress(), 1};
    for (auto _ : state)
        benchmark::DoNotOptimize(keygen::crypto::search_prime("bench", static_cast<unsigned>(state.range(0)),
                                                              keygen::crypto::admit_upper, context));
}
BENCHMARK(search_prime)->Arg(256)->Arg(512)->Arg(1024)->Unit(benchmark::kMillisecond);

}  // namespace
